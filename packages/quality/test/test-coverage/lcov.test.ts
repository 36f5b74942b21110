import { describe, expect, test } from '@jest/globals'
import { countCoverage, mergeCoverage } from '../../src/test-coverage/coverage.ts'
import { readLcov } from '../../src/test-coverage/lcov.ts'
import { BadReport } from '../../src/reports/bad-report.ts'

/** As istanbul writes it, with a sum that is wrong: sums are not read. */
const REPORT = `TN:
SF:src/app.ts
FN:1,add
FN:5,(anonymous_1)
FNDA:3,add
FNDA:0,(anonymous_1)
FNF:2
FNH:2
DA:1,3
DA:2,3
DA:5,0
LF:3
LH:3
BRDA:2,0,0,3
BRDA:2,0,1,-
end_of_record
`

const read = (text: string): ReturnType<typeof readLcov> => readLcov(text.split('\n'), 'lcov.info')

describe('a report of lcov', () => {
  test('is counted, not believed', async () => {
    const [file] = await read(REPORT)
    expect(file).toMatchObject({
      path: 'src/app.ts',
      branches: { covered: 1, total: 2 },
      functions: { covered: 1, total: 2 },
    })
    expect([...(file?.hits ?? [])]).toEqual([
      [1, 3],
      [2, 3],
      [5, 0],
    ])
    expect(countCoverage(file ? [file] : [])).toEqual({ covered: 2, total: 3 })
  })

  test('of two runs covers what one of them has run', async () => {
    const other = REPORT.replace('DA:5,0', 'DA:5,1')
    const merged = mergeCoverage([...(await read(REPORT)), ...(await read(other))])
    expect(merged).toHaveLength(1)
    expect(countCoverage(merged)).toEqual({ covered: 3, total: 3 })
  })

  test.each([
    ['is empty', '', 'lcov.info:1: the report is about no file'],
    ['is cut off', REPORT.slice(0, REPORT.indexOf('BRDA')), 'cut off in the record of src/app.ts'],
    ['is something else', '<coverage/>', "lcov.info:1: '<coverage/>' is no line of an lcov report"],
    [
      'counts below zero',
      'SF:a\nDA:1,-4\nend_of_record',
      "lcov.info:2: DA is LINE,COUNT, not '1,-4'",
    ],
    [
      'counts no number',
      'SF:a\nDA:1,NaN\nend_of_record',
      "lcov.info:2: DA is LINE,COUNT, not '1,NaN'",
    ],
    ['has a line without a file', 'DA:1,1', 'lcov.info:1: DA stands outside of a record'],
    ['begins a file in a file', 'SF:a\nSF:b', 'lcov.info:2: the record of a (line 1) is not ended'],
  ])('that %s is refused with its place', async (_what, text, problem) => {
    await expect(read(text)).rejects.toThrow(BadReport)
    await expect(read(text)).rejects.toThrow(problem)
  })
})
