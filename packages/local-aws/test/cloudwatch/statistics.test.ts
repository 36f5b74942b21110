import { describe, expect, test } from '@jest/globals'
import { Distribution, EXACT_VALUES, ROUNDING } from '../../src/services/cloudwatch/distribution.ts'
import { statisticOf } from '../../src/services/cloudwatch/statistics.ts'
import { randomFrom } from '../../../../test/support/random.ts'

const of = (values: readonly number[]): Distribution => {
  const distribution = new Distribution()
  for (const value of values) distribution.add(value)
  return distribution
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_each, index) => index + 1)

describe('a statistic of known values', () => {
  const ten = upTo(10)
  test.each<[name: string, values: readonly number[], expected: number]>([
    ['SampleCount', [4, 4, 1], 3],
    ['Sum', [4, 4, 1], 9],
    ['Average', [4, 4, 1], 3],
    ['Minimum', [4, -4, 1], -4],
    ['Maximum', [4, 4, 1], 4],
    ['p50', ten, 5],
    ['p90', ten, 9],
    ['p95', ten, 10],
    ['p99.5', upTo(400), 398],
    ['p0', ten, 1],
    ['p0.0', ten, 1],
    ['p100', ten, 10],
    ['p7', upTo(100), 7],
    ['p99', [3], 3],
    ['tm90', ten, 5],
    ['TM(10%:90%)', ten, 5.5],
    ['TM(:90%)', ten, 5],
    ['TM(80%:)', ten, 9.5],
    ['TM(2:4)', ten, 3.5],
    ['IQM', upTo(4), 2.5],
    ['wm90', ten, 5.4],
    ['WM(10%:90%)', ten, 5.5],
    ['WM(3:5)', [1, 4, 9], 4],
    ['tc90', ten, 9],
    ['TC(2:4)', ten, 2],
    ['ts90', ten, 45],
    ['TS(80%:)', ten, 19],
    ['PR(:3)', ten, 30],
    ['PR(3:5)', ten, 20],
    ['PR(8:)', ten, 20],
  ])('%s', (name, values, expected) => {
    expect(statisticOf(name)?.(of(values))).toBeCloseTo(expected, 9)
  })
})

test.each(['p101', 'average', 'p', 'TM90', 'tm(1:2)', 'PR(1%:2%)', 'TM(:)', 'TM(1%:2)', 'x', ''])(
  '%j is not a statistic',
  (name) => {
    expect(statisticOf(name)).toBeUndefined()
  },
)

describe('percentiles need the raw values', () => {
  const set = { count: 2, sum: 5, minimum: 1, maximum: 4 }
  test('and are not there for a statistic set', () => {
    const values = new Distribution()
    values.addSet(set)
    expect([statisticOf('p50')?.(values), statisticOf('Average')?.(values)]).toEqual([
      undefined,
      2.5,
    ])
  })

  test('unless the set stands for one value', () => {
    const values = new Distribution()
    values.addSet({ count: 3, sum: 12, minimum: 4, maximum: 4 })
    values.add(1)
    expect(statisticOf('p50')?.(values)).toBe(4)
  })

  test('and are not there when any value is negative', () => {
    expect(statisticOf('p50')?.(of([1, 2, -1]))).toBeUndefined()
  })

  test('which merging does not make known', () => {
    const values = of([1])
    const other = new Distribution()
    other.addSet(set)
    values.merge(other)
    expect([values.count, statisticOf('p50')?.(values)]).toEqual([3, undefined])
  })
})

const SEED = Number(process.env['TEST_SEED'] ?? Date.now() % 2 ** 31)

describe(`percentiles against a sorted list (TEST_SEED=${SEED})`, () => {
  const reference = (values: readonly number[], percent: number): number => {
    const sorted = [...values].sort((a, b) => a - b)
    const rank = Math.max(1, Math.ceil(Number(((percent / 100) * sorted.length).toFixed(9))))
    return sorted[rank - 1] ?? NaN
  }
  const next = randomFrom(SEED)
  const latencies = (count: number): number[] =>
    Array.from({ length: count }, () => next() ** 4 * 30)
  const percents = (): number[] =>
    [0, 50, 90, 99, 99.9, 100].concat(
      Array.from({ length: 10 }, () => Number((next() * 100).toFixed(2))),
    )

  test('are exact for few different values', () => {
    for (let round = 0; round < 200; round++) {
      const values = latencies(1 + Math.floor(next() * EXACT_VALUES))
      const distribution = of(values)
      const asked = percents()
      const found = asked.map((percent) => statisticOf(`p${percent}`)?.(distribution))
      const expected = asked.map((percent) => reference(values, percent))
      expect({ round, asked, found }).toEqual({ round, asked, found: expected })
    }
  })

  test('are off by less than the rounding for many, in bounded space', () => {
    for (let round = 0; round < 5; round++) {
      const values = latencies(20_000)
      const distribution = of(values)
      for (const percent of percents()) {
        const found = statisticOf(`p${percent}`)?.(distribution) ?? NaN
        const expected = reference(values, percent)
        expect(Math.abs(found - expected)).toBeLessThanOrEqual(expected * ROUNDING)
      }
      expect(distribution.ranked()?.length).toBeLessThan(values.length / 5)
    }
  })

  test('of merged stretches are those of all their values', () => {
    const parts = [latencies(50), latencies(60), latencies(70)]
    const merged = new Distribution()
    for (const part of parts) merged.merge(of(part))
    for (const percent of percents()) {
      expect(statisticOf(`p${percent}`)?.(merged)).toBe(reference(parts.flat(), percent))
    }
  })
})
