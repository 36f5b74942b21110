import { describe, expect, test } from '@jest/globals'
import { BadReport } from '../../src/reports/bad-report.ts'
import { readTapLines } from '../../src/test-results/tap.ts'
import type { TestResult } from '../../src/test-results/test-result.ts'
import { pieces, told } from '../support/text-reports.ts'

const read = (lines: readonly string[]): Promise<readonly TestResult[]> =>
  told((on) => readTapLines(pieces(...lines), 'out.tap', on))

describe('a test point', () => {
  test.each([
    ['ok 1 - a', 'passed', 'a'],
    ['ok', 'passed', ''],
    ['ok 1', 'passed', ''],
    ['ok 1 a b', 'passed', 'a b'],
    ['not ok 1 - a', 'failed', 'a'],
    ['ok 1 - a # SKIP no docker', 'skipped', 'a'],
    ['ok 1 - a # skipped', 'skipped', 'a'],
    ['not ok 1 - a # TODO later', 'skipped', 'a'],
    ['ok 1 - a # TODO', 'skipped', 'a'],
    ['ok 1 # SKIP', 'skipped', ''],
    ['not ok 1 - a # SKIP', 'failed', 'a'],
    ['not ok 1 - a \\# TODO', 'failed', 'a # TODO'],
    ['ok 1 - a #1 of 2', 'passed', 'a #1 of 2'],
    ['not ok 1 - C:\\\\a', 'failed', 'C:\\a'],
  ])('%s', async (line, status, name) => {
    expect(await read(['TAP version 14', line, '1..1'])).toMatchObject([{ status, name }])
  })

  test('has a block, which is its message', async () => {
    const [found] = await read([
      '1..1',
      'not ok 1 - a',
      '  ---',
      '  duration_ms: 1500',
      "  location: '/app/a.test.ts:12:3'",
      '  error: |-',
      '    1 is not 2',
      '    ok 2 - this is text',
      '  ...',
    ])
    expect(found).toEqual({
      suite: '',
      name: 'a',
      status: 'failed',
      seconds: 1.5,
      file: '/app/a.test.ts',
      line: 12,
      message:
        "duration_ms: 1500\nlocation: '/app/a.test.ts:12:3'\nerror: |-\n  1 is not 2\n  ok 2 - this is text",
    })
  })

  test('stands among output that is none of it', async () => {
    expect(
      await read(['> npm test', 'ok 1 - a', '# note', ' ok 2 - odd', 'okay', '1..1']),
    ).toHaveLength(1)
  })
})

describe('subtests', () => {
  const NESTED = [
    '# Subtest: a',
    '    # Subtest: b',
    '        # Subtest: c',
    '        ok 1 - c',
    '        not ok 2 - d',
    '        1..2',
    '    not ok 1 - b',
    '    ok 2 - e',
    '    1..2',
    'not ok 1 - a',
    '1..1',
  ]
  test('are the tests, and not what they stand in', async () => {
    const tests = await read(NESTED)
    expect(tests.map(({ suite, name, status }) => [suite, name, status])).toEqual([
      ['a > b', 'c', 'passed'],
      ['a > b', 'd', 'failed'],
      ['a', 'e', 'passed'],
    ])
  })

  const PASSING = NESTED.map((line) =>
    line.replace('not ok 2', 'ok 2').replace('not ok 1 - b', 'ok 1 - b'),
  )
  test('that all passed do not hide that their test failed', async () => {
    expect(await read(PASSING)).toContainEqual(
      expect.objectContaining({ name: 'a', status: 'failed' }),
    )
  })

  test('that failed do not hide that their test failed by itself', async () => {
    const hook = NESTED.flatMap((line) =>
      line === 'not ok 1 - a' ? [line, '  ---', "  failureType: 'hookFailed'", '  ...'] : [line],
    )
    expect((await read(hook)).map(({ name }) => name)).toEqual(['c', 'd', 'e', 'a'])
    const sum = hook.map((line) => line.replace('hookFailed', 'subtestsFailed'))
    expect((await read(sum)).map(({ name }) => name)).toEqual(['c', 'd', 'e'])
  })

  test.each([
    [
      'cut in the inner plan',
      [...NESTED.slice(0, 5), ...NESTED.slice(6)],
      'out.tap:6: the report is cut off: no plan says how many',
    ],
    [
      'cut before the outer test',
      NESTED.slice(0, 9),
      'out.tap:9: the report is cut off in a test with subtests',
    ],
    [
      'fewer than planned',
      NESTED.filter((line) => !line.includes('ok 1 - c')),
      'out.tap:6: the plan is 1..2, and 1 are listed',
    ],
    [
      'without their test',
      ['        ok 1', '        1..1', 'ok 1', '1..1'],
      'subtests without the test they belong to',
    ],
  ])('%s are refused', async (_what, lines, problem) => {
    await expect(read(lines)).rejects.toThrow(problem)
  })
})

describe('a report that is refused', () => {
  test.each([
    [
      'given up',
      ['1..2', 'ok 1', 'Bail out! No database.'],
      'out.tap:3: the run was given up: No database.',
    ],
    ['given up in a subtest', ['    Bail out!'], 'out.tap:1: the run was given up: Bail out!'],
    [
      'cut off, with its plan first',
      ['1..3', 'ok 1', 'ok 2'],
      'out.tap:3: the plan is 1..3, and 2 are listed',
    ],
    [
      'cut off, with its plan last',
      ['ok 1', 'ok 2'],
      'out.tap:2: the report is cut off: no plan says how many',
    ],
    [
      'cut off in a block',
      ['1..1', 'not ok 1', '  ---', '  a: 1'],
      'out.tap:4: the report is cut off in a block that begins in line 3',
    ],
    ['longer than its plan', ['1..1', 'ok 1', 'ok 2'], 'the plan is 1..1, and 2 are listed'],
    ['two plans', ['1..1', 'ok 1', '1..1'], 'out.tap:3: there is a second plan'],
    ['skipped as a whole', ['1..0 # SKIP no docker'], 'out.tap: the report holds no test'],
    ['something else', ['<testsuites/>', 'x'], 'out.tap:2: this is no report of TAP'],
    ['deeper than anybody nests', [`${' '.repeat(400)}ok 1`], 'nested deeper than 64'],
  ])('%s', async (_what, lines, problem) => {
    await expect(read(lines)).rejects.toThrow(BadReport)
    await expect(read(lines)).rejects.toThrow(problem)
  })
})
