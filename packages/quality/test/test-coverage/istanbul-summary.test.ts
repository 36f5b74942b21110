import { describe, expect, test } from '@jest/globals'
import { BadReport } from '../../src/reports/bad-report.ts'
import { parseIstanbulSummary } from '../../src/test-coverage/istanbul-summary.ts'

const COUNTED = { total: 4, covered: 3, skipped: 0, pct: 99 }
const FILE = { lines: COUNTED, statements: COUNTED, functions: COUNTED, branches: COUNTED }
const read = (summary: unknown): ReturnType<typeof parseIstanbulSummary> =>
  parseIstanbulSummary(JSON.stringify(summary, undefined, 1), 'coverage-summary.json')
const withLines = (lines: unknown): unknown => ({ total: FILE, '/app/a.ts': { ...FILE, lines } })

describe("istanbul's summary", () => {
  test('is counts of files, of which the sum and the percentages are left out', () => {
    const counted = { covered: 3, total: 4 }
    expect(read({ total: { lines: 'broken' }, '/app/a.ts': FILE })).toEqual([
      {
        path: '/app/a.ts',
        roots: [],
        hits: undefined,
        lines: counted,
        branches: counted,
        functions: counted,
      },
    ])
  })

  test.each([
    [
      'covers more than there is',
      { total: 1, covered: 2 },
      'of /app/a.ts, 2 lines of 1 are covered',
    ],
    [
      'counts below zero',
      { total: 1, covered: -1 },
      'of /app/a.ts, lines are not counted: covered -1 of 1',
    ],
    [
      'counts a text',
      { total: 'Unknown', covered: 0 },
      'of /app/a.ts, lines are not counted: covered 0 of "Unknown"',
    ],
    [
      'counts parts',
      { total: 1.5, covered: 1 },
      'of /app/a.ts, lines are not counted: covered 1 of 1.5',
    ],
    ['counts nothing', null, 'of /app/a.ts, there are no lines'],
  ])('that %s is refused', (_what, lines, problem) => {
    expect(() => read(withLines(lines))).toThrow(BadReport)
    expect(() => read(withLines(lines))).toThrow(`coverage-summary.json: ${problem}`)
  })

  test.each([
    ['about no file', '{"total": {}}', 'coverage-summary.json: the report is about no file'],
    ['a list', '[]', 'coverage-summary.json:1: this is no coverage-summary.json'],
    ['cut off', '{\n"/a": {\n"lines":', 'coverage-summary.json:3: the report is cut off'],
    ['not JSON', '{\n"/a": {\n<html>\n}}', 'coverage-summary.json:3: this is not JSON'],
  ])('that is %s is refused', (_what, text, problem) => {
    expect(() => parseIstanbulSummary(text, 'coverage-summary.json')).toThrow(problem)
  })
})
