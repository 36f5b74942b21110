import { describe, expect, test } from '@jest/globals'
import { BadReport } from '../../src/reports/bad-report.ts'
import { readJunitText } from '../../src/test-results/junit.ts'
import { LONGEST_MESSAGE, type TestResult } from '../../src/test-results/test-result.ts'
import { pieces, told } from '../support/text-reports.ts'

const read = (text: string): Promise<readonly TestResult[]> =>
  told((on) => readJunitText(pieces(text), 'junit.xml', on))

const suite = (inside: string, attributes = ''): string =>
  `<testsuites><testsuite name="s" ${attributes}>${inside}</testsuite></testsuites>`

/** The statuses of a suite that holds this. */
const statuses = async (inside: string): Promise<readonly string[]> =>
  (await read(suite(inside))).map(({ status }) => status)

const caseOf = (inside: string, attributes = ''): string =>
  `<testcase name="t" ${attributes}>${inside}</testcase>`

describe('what became of a test', () => {
  test.each([
    ['nothing in it', caseOf(''), 'passed'],
    ['output in it', caseOf('<system-out>x</system-out><properties/>'), 'passed'],
    ['a failure', caseOf('<failure/>'), 'failed'],
    ['an error', caseOf('<error message="x"/>'), 'failed'],
    ['a failure deep in it', caseOf('<step><failure/></step>'), 'failed'],
    ['skipped', caseOf('<skipped/>'), 'skipped'],
    ['disabled', caseOf('<disabled/>'), 'skipped'],
    ['skipped, and failed in its teardown', caseOf('<skipped/><error/>'), 'failed'],
    ['still to do, and failed', caseOf('<skipped type="todo"/><failure/>'), 'skipped'],
    ['failed first', caseOf('<flakyFailure/>'), 'flaky'],
    ['broken first', caseOf('<flakyError/><flakyError/>'), 'flaky'],
    ['failed first and last', caseOf('<flakyFailure/><failure/>'), 'failed'],
    ['failed again', caseOf('<failure/><rerunFailure/><rerunError/>'), 'failed'],
    ['failed again, and nothing else', caseOf('<rerunFailure/>'), 'failed'],
    ['notrun of googletest', caseOf('', 'status="notrun" result="suppressed"'), 'skipped'],
    ['run of googletest', caseOf('', 'status="run" result="completed"'), 'passed'],
    ['a failed status alone', caseOf('', 'status="Failed"'), 'failed'],
    ['printed XML', caseOf('<system-out><failure/></system-out>'), 'passed'],
  ])('%s', async (_what, inside, status) => {
    expect(await statuses(inside)).toEqual([status])
  })

  test('is not decided by another test of the same name', async () => {
    expect(await statuses(caseOf('<failure/>') + caseOf(''))).toEqual(['failed', 'passed'])
  })

  test.each([
    ['an error of the suite', '<error message="no database"/>', 'no database'],
    ['a failure of the suite', '<failure>no database</failure>', 'no database'],
    ['a list of errors', '<errors><error>no database</error></errors>', 'no database'],
    ['a list that is a text', '<errors>no database</errors>', 'no database'],
  ])('%s is a failed test', async (_what, inside, message) => {
    const tests = await read(suite(caseOf('') + inside))
    expect(tests).toHaveLength(2)
    expect(tests[1]).toMatchObject({
      name: 'outside of any test',
      suite: 's',
      status: 'failed',
      message,
    })
  })

  test('an empty list of errors is none', async () => {
    expect(await statuses(`<errors> </errors><failures/>${caseOf('')}`)).toEqual(['passed'])
  })
})

describe('who a test is', () => {
  test.each([
    ['its class', '<testsuite><testcase classname="a.B" name="c"/></testsuite>', 'a.B'],
    [
      'the suites around it',
      '<testsuite name="a"><testsuite name="b"><testcase/></testsuite></testsuite>',
      'a > b',
    ],
    ['the suites, where Node knows no class', suite('<testcase classname="test" name="c"/>'), 's'],
    ['nothing', '<testsuite><testcase name="c"/></testsuite>', ''],
  ])('%s', async (_what, text, expected) => {
    expect((await read(text))[0]?.suite).toBe(expected)
  })

  test.each([
    ['1.25', 1.25],
    ['1,234.5', 1234.5],
    ['1,234,567.5', 1234567.5],
    ['', 0],
    ['NaN', 0],
    ['-1', 0],
    ['soon', 0],
  ])('time="%s"', async (time, seconds) => {
    expect((await read(suite(caseOf('', `time="${time}"`))))[0]?.seconds).toBe(seconds)
  })

  const V8 =
    'Error: x\n    at node:internal/a:1:2\n    at f (/app/node_modules/b/c.js:1:2)\n    at Object.&lt;anonymous> (/app/a (1).test.ts:7:3)\n    at /app/b.ts:9:1'
  test.each([
    ['its attributes', 'file="a.py" line="4"', 'a.py:9: E', ['a.py', 4]],
    ['the frame of its own file', 'file="a.py"', 'b\na.py:9: AssertionError', ['a.py', 9]],
    [
      'its file, and no line of another',
      'file="a.py"',
      'b.py:9: AssertionError',
      ['a.py', undefined],
    ],
    ['a frame of pytest', '', 'tests/test_a.py:12: in test_a\nb.py:1: E', ['tests/test_a.py', 12]],
    ['a frame of V8', '', V8.replace(' (1)', ''), ['/app/a.test.ts', 7]],
    ['a frame of V8 without a name', '', 'at /app/b.ts:9:1', ['/app/b.ts', 9]],
    ['a frame with an address', '', 'at f (file:///a%20b/c.mjs:3:1)', ['/a b/c.mjs', 3]],
    ['nowhere', '', 'expected http://a:80:1 at noon', [undefined, undefined]],
    ['nowhere, of line 0', 'line="0"', '', [undefined, undefined]],
  ])('where: %s', async (_what, attributes, message, expected) => {
    const [found] = await read(suite(caseOf(`<failure>${message}</failure>`, attributes)))
    expect([found?.file, found?.line]).toEqual(expected)
  })
})

describe('why it failed', () => {
  test.each([
    ['attribute and text', '<failure message="a">b</failure>', 'a\nb'],
    ['two failures', '<failure message="a"/><error>b</error>', 'a\n\nb'],
    ['text in CDATA', '<failure>a <![CDATA[<b> & ]]]]>c</failure>', 'a <b> & ]]c'],
    ['entities', '<failure message="&lt;&#65;&#x1F600;&#10;"/>', '<A😀'],
    ['colours', '<failure>\u{1b}[31mred\u{1b}[0m\u{7}</failure>', 'red'],
    ['colours as pytest writes them', '<failure>#x1B[31mred#x1B[0m</failure>', 'red'],
    [
      'colours as no XML may have them',
      '<failure message="&#27;[1mx">&#x1B;[31mred</failure>',
      'x\nred',
    ],
    [
      'what a rerun says',
      '<flakyFailure message="a"><stackTrace>b</stackTrace><system-out>c</system-out></flakyFailure>',
      'a\nb',
    ],
    ['nothing', '<failure/>', undefined],
  ])('%s', async (_what, inside, message) => {
    expect((await read(suite(caseOf(inside))))[0]?.message).toBe(message)
  })

  test('is cut, and never in a character', async () => {
    const [found] = await read(suite(caseOf(`<failure>a${'😀'.repeat(20_000)}</failure>`)))
    expect(found?.message?.length).toBe(LONGEST_MESSAGE - 1)
    expect(found?.message?.isWellFormed()).toBe(true)
  })

  test('is not told of a test that was skipped', async () => {
    expect((await read(suite(caseOf('<skipped message="a"/>'))))[0]?.message).toBeUndefined()
  })
})

describe('a report that says more than it lists is refused', () => {
  test.each([
    [
      'failures',
      suite(caseOf(''), 'tests="1" failures="1"'),
      'counts 1 as failed (failures and errors) and lists 0',
    ],
    [
      'errors',
      suite(caseOf(''), 'errors="2"'),
      'counts 2 as failed (failures and errors) and lists 0',
    ],
    ['tests', suite(caseOf(''), 'tests="3"'), 'counts 3 as its tests and lists 1'],
    [
      'tests of all suites',
      `<testsuites tests="2"><testsuite>${caseOf('')}</testsuite></testsuites>`,
      'counts 2 as its tests and lists 1',
    ],
    [
      'failures of one suite, listed in another',
      `<testsuites><testsuite>${caseOf('<failure/>')}</testsuite><testsuite failures="1">${caseOf('')}</testsuite></testsuites>`,
      'counts 1 as failed',
    ],
    [
      'failures that Node counts in a comment',
      suite(caseOf('')).replace('</testsuites>', '<!-- fail 1 --></testsuites>'),
      "use its reporter 'tap'",
    ],
    ['a case in a case', suite(caseOf(caseOf(''))), 'a <testcase> stands in a <testcase>'],
    ['a suite in a case', suite(caseOf('<testsuite/>')), 'a <testsuite> stands in a <testcase>'],
  ])('%s', async (_what, text, problem) => {
    await expect(read(text)).rejects.toThrow(BadReport)
    await expect(read(text)).rejects.toThrow(problem)
    await expect(read(text)).rejects.toThrow(/^junit\.xml:1: /)
  })

  test.each([
    ['a teardown of pytest counts once more', suite(caseOf('<error/>'), 'tests="2" errors="1"')],
    ['two failures of one test', suite(caseOf('<failure/><failure/>'), 'failures="2"')],
    ['assertions of Catch2', suite(caseOf(''), 'hostname="tbd" tests="40"')],
    ['counts below what is listed', suite(caseOf('<failure/>'), 'tests="0" failures="0"')],
    ['counts that are none', suite(caseOf(''), 'tests="" failures="NaN"')],
  ])('but not: %s', async (_what, text) => {
    expect(await read(text)).toHaveLength(1)
  })

  test.each([
    ['no suite', '<testsuites/>'],
    ['an empty suite', suite('')],
    ['only properties', suite('<properties><property name="testcase"/></properties>')],
  ])('%s: no test is no pass', async (_what, text) => {
    await expect(read(text)).rejects.toThrow('junit.xml: the report holds no test.')
  })
})

test('what fails in the one who is told comes out as it is', async () => {
  const reading = readJunitText(pieces(suite(caseOf(''))), 'junit.xml', () => {
    throw new RangeError('of the caller')
  })
  await expect(reading).rejects.toThrow(RangeError)
})
