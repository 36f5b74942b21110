import { describe, expect, test } from '@jest/globals'
import {
  breakerThreshold,
  pauseAfterFailures,
} from '../../../src/services/ecs/scheduler/circuit-breaker.ts'
import { planNext, type Counts } from '../../../src/services/ecs/scheduler/plan.ts'

const counts = (over: Partial<Counts>): Counts => ({
  desired: 2,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  own: { all: 0, healthy: 0 },
  others: { all: 0, healthy: 0 },
  ...over,
})

describe('what is started and stopped next', () => {
  test.each<
    [string, Partial<Counts>, { start: number; healthy: number; unhealthy: number; own: number }]
  >([
    ['a new service', {}, { start: 2, healthy: 0, unhealthy: 0, own: 0 }],
    [
      'a release begins',
      { others: { all: 2, healthy: 2 } },
      { start: 2, healthy: 0, unhealthy: 0, own: 0 },
    ],
    [
      'one new task is healthy',
      { own: { all: 2, healthy: 1 }, others: { all: 2, healthy: 2 } },
      { start: 0, healthy: 1, unhealthy: 0, own: 0 },
    ],
    [
      'both are',
      { own: { all: 2, healthy: 2 }, others: { all: 2, healthy: 2 } },
      { start: 0, healthy: 2, unhealthy: 0, own: 0 },
    ],
    [
      'an old task is unhealthy',
      { own: { all: 2, healthy: 0 }, others: { all: 2, healthy: 1 } },
      { start: 0, healthy: 0, unhealthy: 1, own: 0 },
    ],
    [
      'no room above: 100 %',
      { maximumPercent: 100, minimumHealthyPercent: 50, others: { all: 2, healthy: 2 } },
      { start: 0, healthy: 1, unhealthy: 0, own: 0 },
    ],
    [
      'scaled down',
      { desired: 1, own: { all: 3, healthy: 3 } },
      { start: 0, healthy: 0, unhealthy: 0, own: 2 },
    ],
    [
      'scaled to zero',
      { desired: 0, own: { all: 2, healthy: 2 } },
      { start: 0, healthy: 0, unhealthy: 0, own: 2 },
    ],
    [
      'half of 3 is rounded up to 2',
      { desired: 3, minimumHealthyPercent: 50, others: { all: 3, healthy: 3 } },
      { start: 3, healthy: 1, unhealthy: 0, own: 0 },
    ],
  ])('%s', (_what, over, expected) => {
    const plan = planNext(counts(over))
    expect({ start: plan.start, ...plan.stopOthers, own: plan.stopOwn }).toEqual(expected)
  })

  test('at no step of random rollouts are there fewer healthy or more running tasks than allowed', () => {
    const seed = 20261120
    console.log(`seed ${seed}`)
    let state = seed
    const random = (below: number): number => {
      state = (state * 1103515245 + 12345) % 2 ** 31
      return Math.floor((state / 2 ** 31) * below)
    }
    for (let round = 0; round < 500; round++) {
      const desired = 1 + random(8)
      const minimumHealthyPercent = [0, 50, 100][random(3)] ?? 100
      const maximumPercent = [150, 200][random(2)] ?? 200
      const least = Math.ceil((desired * minimumHealthyPercent) / 100)
      const most = Math.floor((desired * maximumPercent) / 100)
      const own = { all: 0, healthy: 0 }
      const others = { all: desired, healthy: desired }
      for (let step = 0; step < 50; step++) {
        const plan = planNext({ desired, minimumHealthyPercent, maximumPercent, own, others })
        others.all -= plan.stopOthers.healthy + plan.stopOthers.unhealthy
        others.healthy -= plan.stopOthers.healthy
        own.all += plan.start
        expect(own.healthy + others.healthy).toBeGreaterThanOrEqual(least)
        expect(own.all + others.all).toBeLessThanOrEqual(Math.max(most, desired))
        own.healthy = Math.min(own.all, own.healthy + random(own.all - own.healthy + 1))
      }
    }
  })
})

describe('how many failures trip the circuit breaker', () => {
  const breaker = { enable: true, rollback: true }
  test.each([
    ['at least 3', breaker, 1, 3],
    ['half of the desired count', breaker, 10, 5],
    ['at most 200', breaker, 1000, 200],
    [
      'a count',
      { ...breaker, thresholdConfiguration: { type: 'COUNT' as const, value: 1 } },
      10,
      1,
    ],
    [
      'a percentage without bounds',
      { ...breaker, thresholdConfiguration: { type: 'UNBOUNDED_PERCENT' as const, value: 10 } },
      10,
      1,
    ],
    [
      'a percentage with bounds',
      { ...breaker, thresholdConfiguration: { type: 'BOUNDED_PERCENT' as const, value: 80 } },
      10,
      8,
    ],
  ])('%s', (_what, settings, desired, expected) => {
    expect(breakerThreshold(settings, desired)).toBe(expected)
  })
})

test('starts are spaced out after many failures, never by more than 15 minutes', () => {
  expect(pauseAfterFailures(9)).toBe(0)
  expect(pauseAfterFailures(10)).toBe(10_000)
  expect(pauseAfterFailures(11)).toBe(20_000)
  expect(pauseAfterFailures(99)).toBe(900_000)
})
