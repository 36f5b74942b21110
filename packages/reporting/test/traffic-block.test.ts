import { describe, expect, test } from '@jest/globals'
import { trafficBlock } from '../src/traffic-block.ts'
import { makeReport } from './make-report.ts'

const minutes = (count: number): number => count * 60_000

const shares = (...entries: readonly (readonly [percent: number, minute: number])[]) =>
  entries.map(([percent, minute]) => ({ percent, since: minutes(minute) }))

describe("users' requests on the new revision", () => {
  test('a good ramp, without the shares that were only passed through', () => {
    const block = trafficBlock(
      makeReport({
        outcome: 'deployed',
        passed: true,
        finishedAt: minutes(15),
        shares: shares([0, 0], [10, 1], [20, 5], [30, 5.2], [50, 5.5], [100, 10]),
      }),
    )
    expect(block).toContain(
      's0["0 %"] --> s1["10 %<br>for 4:00"] --> s2["50 %<br>for 4:30"] --> s3["100 %<br>for 5:00"]',
    )
    expect(block).toMatch(/style s3 fill:#dafbe1/)
    expect(block).not.toContain('rolled back')
  })

  test('one that was taken back: how long users were there, when that was seen', () => {
    const block = trafficBlock(makeReport({ shares: shares([0, 0], [10, 1], [50, 5], [0, 7]) }))
    expect(block).toContain('s1["10 %<br>for 4:00"] --> s2["50 %<br>for 2:00"]')
    expect(block).toContain('s2 -- "rolled back" --> back["0 %"]')
    expect(block).toMatch(/style s2 fill:#ffebe9/)
  })

  test('how long the last share lasted is not made up', () => {
    const block = trafficBlock(makeReport({ shares: shares([0, 0], [10, 1]) }))
    expect(block).toContain('s0["0 %"] --> s1["10 %"]')
  })

  test('a release that was left where it was has no way back', () => {
    const block = trafficBlock(
      makeReport({ outcome: 'cancelled', shares: shares([0, 0], [10, 1]) }),
    )
    expect(block).not.toContain('back')
    expect(block).toMatch(/style s1 fill:#ffebe9/)
  })

  test('nothing where no traffic moved', () => {
    expect(trafficBlock(makeReport())).toBe('')
    expect(trafficBlock(makeReport({ shares: shares([100, 0]) }))).toBe('')
  })
})
