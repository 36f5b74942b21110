/** What the reader makes of reports that jest itself has written here, and of what is broken. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BadReport } from '../../src/reports/bad-report.ts'
import type { ReportFile } from '../../src/reports/report-file.ts'
import { readJestJson } from '../../src/test-results/jest-json.ts'
import type { TestResult } from '../../src/test-results/test-result.ts'
import { BAD_JSON, cutsOf } from '../support/bad-reports.ts'
import { reportFolder, type ReportFolder } from '../support/report-folder.ts'

const JEST = join(import.meta.dirname, '../../../../node_modules/jest/bin/jest.js')

const SUITES = {
  'src/math.test.js': `
describe('sums', () => {
  describe('of two', () => {
    test('pass', () => {})
    test('fail', () => {
      expect({ a: 1 }).toEqual({ a: 2 })
    })
  })
})
test.skip('is skipped', () => {})
test.todo('is to do')
`,
  'src/flaky.test.js': `
jest.retryTimes(2)
let runs = 0
test('passes the second time', () => {
  if (++runs < 2) throw new Error('not yet')
})
test('never passes', () => {
  throw new Error('\\u001b[31mred\\u001b[39m \\u0007bell')
})
`,
  'src/syntax.test.js': `
test('x', () => {
  const = 1
})
`,
  'src/after.test.js': `
test('passes itself', () => {})
afterAll(() => {
  throw new Error('cannot clean up')
})
`,
  'src/empty.test.js': '\n',
}

let folder: ReportFolder
let report: ReportFile
beforeAll(async () => {
  folder = await reportFolder()
  await folder.write('package.json', { name: 'p', jest: { transform: {} } })
  for (const [name, text] of Object.entries(SUITES)) await folder.write(name, text)
  report = { name: 'reports/jest.json', path: join(folder.path, 'jest.json') }
  const args = [
    '--ci',
    '--json',
    `--outputFile=${report.path}`,
    '--rootDir',
    folder.path,
    '--runInBand',
  ]
  const { status, stderr } = spawnSync(process.execPath, [JEST, ...args], {
    cwd: folder.path,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], FORCE_COLOR: '1' },
  })
  if (status !== 1) throw new Error(`jest has ended with ${String(status)}: ${stderr}`)
}, 120_000)
afterAll(() => folder.remove())

async function read(file: ReportFile): Promise<TestResult[]> {
  const tests: TestResult[] = []
  await readJestJson(file, (each) => tests.push(each))
  return tests
}

const short = (tests: readonly TestResult[]): string[] =>
  tests
    .map(({ suite, name, status, line }) => `${status} ${suite} / ${name} : ${line ?? '-'}`)
    .map((each) => each.replaceAll(`${folder.path}/`, ''))
    .sort()

describe('a report of jest', () => {
  test('has each test, and each file that could not run or failed without one', async () => {
    expect(short(await read(report))).toEqual([
      'failed  / src/after.test.js : 4',
      'failed  / src/empty.test.js : -',
      'failed  / src/syntax.test.js : 3',
      'failed src/flaky.test.js / never passes : 8',
      'failed sums › of two / fail : 6',
      'flaky src/flaky.test.js / passes the second time : -',
      'passed src/after.test.js / passes itself : -',
      'passed sums › of two / pass : -',
      'skipped src/math.test.js / is skipped : -',
      'skipped src/math.test.js / is to do : -',
    ])
  })

  test('tells why a test failed without colours and control characters', async () => {
    const tests = await read(report)
    const messageOf = (name: string): string =>
      tests.find((each) => each.name.endsWith(name))?.message ?? ''
    expect(messageOf('never passes')).toMatch(/^Error: red bell\n {4}at /)
    expect(messageOf('fail')).toContain('Expected  - 1')
    expect(messageOf('syntax.test.js')).toContain('SyntaxError')
    for (const { message } of tests)
      expect(message ?? '').not.toMatch(/[\u0000-\u0008\u000b-\u001f]/)
    expect(
      tests.every(({ message, status }) => (message !== undefined) === (status === 'failed')),
    ).toBe(true)
    expect(tests.every(({ seconds }) => seconds >= 0 && seconds < 20)).toBe(true)
  })

  test('that is cut off anywhere is refused', async () => {
    for (const text of cutsOf(await readFile(report.path, 'utf8'))) {
      const said = /^cut\.json:1: the report is cut off/
      await expect(read(await folder.write('cut.json', text))).rejects.toThrow(said)
    }
  })

  test.each(BAD_JSON)('that %s is refused', async (_what, content, said) => {
    const file = await folder.write('report.json', content)
    await expect(read(file)).rejects.toThrow(BadReport)
    await expect(read(file)).rejects.toThrow(said)
  })

  const suite = { name: '/w/a.test.js', status: 'passed', message: '' }
  test.each([
    ['has no test file', { testResults: [] }, 'report.json: the report has no test.'],
    [
      'has no test in its files',
      { testResults: [{ ...suite, assertionResults: [] }] },
      'report.json: the report has no test.',
    ],
    ['has no list of them', { testResults: {} }, 'it has no list testResults'],
    ['is of eslint', [{ filePath: 'a', messages: [] }], 'it has no list testResults'],
    [
      'has something else in it',
      { testResults: [1] },
      'report.json:3: testResults.0 is no result of a test file.',
    ],
    [
      'has a file without its tests',
      { testResults: [suite] },
      'report.json:3: testResults.0 has no name or no list assertionResults.',
    ],
    [
      'has a status that nobody knows',
      { testResults: [{ ...suite, assertionResults: [{ title: 'x', status: 'great' }] }] },
      "testResults.0.assertionResults.0 has the status 'great', which is not known.",
    ],
    [
      'has a status of the language',
      { testResults: [{ ...suite, assertionResults: [{ title: 'x', status: 'constructor' }] }] },
      "the status 'constructor', which is not known.",
    ],
    [
      'was interrupted',
      {
        wasInterrupted: true,
        testResults: [{ ...suite, assertionResults: [{ title: 'x', status: 'passed' }] }],
      },
      'the run was interrupted',
    ],
  ])('that %s is refused', async (_what, content, said) => {
    await expect(read(await folder.write('report.json', content))).rejects.toThrow(said)
  })

  test.each([
    ['passed', 'passed'],
    ['failed', 'failed'],
    ['pending', 'skipped'],
    ['skipped', 'skipped'],
    ['todo', 'skipped'],
    ['disabled', 'skipped'],
  ])('of the status %s has a test that is %s', async (written, status) => {
    const assertionResults = [
      { title: 'x', fullName: 'g x', ancestorTitles: ['g'], status: written, duration: 1250 },
    ]
    const file = await folder.write('one.json', { testResults: [{ ...suite, assertionResults }] })
    expect(await read(file)).toMatchObject([{ suite: 'g', name: 'x', status, seconds: 1.25 }])
  })

  test('finds the line by the location, where the stack names none', async () => {
    const assertionResults = [
      { title: 'x', status: 'failed', failureMessages: ['odd'], location: { line: 7, column: 3 } },
    ]
    const file = await folder.write('one.json', { testResults: [{ ...suite, assertionResults }] })
    expect(await read(file)).toMatchObject([{ line: 7, message: 'odd' }])
  })

  test.each([
    ['Error: x\n    at f (/w/lib.js:1:1)\n    at Object.<anonymous> (/w/a.test.js:12:5)', 12],
    ['Error: x\n    at async file:///w/a.test.js:13:5', 13],
    ['SyntaxError: /w/a.test.js: Unexpected token (3:8)\n\n  1 |', 3],
    ['Error: in /w/a.test.jsx:4:5', undefined],
    ['Error: in b/a.test.js:4:5', undefined],
  ])('finds the line of the test file in %j', async (text, line) => {
    const assertionResults = [{ title: 'x', status: 'failed', failureMessages: [text] }]
    const file = await folder.write('one.json', { testResults: [{ ...suite, assertionResults }] })
    expect(await read(file)).toMatchObject([{ line }])
  })

  test('keeps no more of a message than it must', async () => {
    const assertionResults = [
      { title: 'x', status: 'failed', failureMessages: ['é'.repeat(100_000)] },
    ]
    const file = await folder.write('one.json', { testResults: [{ ...suite, assertionResults }] })
    expect((await read(file))[0]?.message).toBe('é'.repeat(8192))
  })
})
