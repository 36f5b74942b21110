import { describe, expect, test } from '@jest/globals'
import { judgePoints, periodsToJudge } from '../../src/triggers/judge-points.ts'
import type { Trigger, TriggerVerdict } from '../../src/triggers/trigger.ts'
import { makePoints, makeTrigger } from '../support/make-trigger.ts'

const latency = makeTrigger()
const errors = makeTrigger({
  name: 'errors',
  threshold: 10,
  unit: '',
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  missingData: 'notBreaching',
})
const healthy = makeTrigger({
  name: 'healthy',
  comparison: '<',
  threshold: 1,
  unit: '',
  evaluationPeriods: 2,
  datapointsToAlarm: 2,
  missingData: 'breaching',
})

type Values = readonly (number | undefined | 'error')[]
const gap = undefined

/** The vectors of the specification, and the corners beside them. */
test.each<[string, Trigger, Values, TriggerVerdict]>([
  ['all over', latency, [6, 6, 6, 6, 6], 'BREACHING'],
  ['one under', latency, [6, 6, 4, 6, 6], 'OK'],
  ['no traffic', latency, [gap, gap, gap, gap, gap], 'INSUFFICIENT'],
  ['one gap', latency, [6, 6, gap, 6, 6], 'INSUFFICIENT'],
  [
    'one gap, four are enough',
    { ...latency, datapointsToAlarm: 4 },
    [6, 6, gap, 6, 6],
    'BREACHING',
  ],
  ['three minutes so far, all over', latency, [6, 6, 6], 'INSUFFICIENT'],
  ['three minutes so far, one under', latency, [4, 6, 6], 'OK'],
  ['nothing so far', latency, [], 'INSUFFICIENT'],
  ['exactly at the threshold, exclusive', latency, [5, 5, 5, 5, 5], 'OK'],
  ['exactly at it, inclusive', { ...latency, comparison: '>=' }, [5, 5, 5, 5, 5], 'BREACHING'],
  ['no errors are reported', errors, [gap], 'OK'],
  ['ten errors', errors, [10], 'OK'],
  ['eleven errors', errors, [11], 'BREACHING'],
  ['no healthy host', healthy, [0, 0], 'BREACHING'],
  ['one healthy host again', healthy, [0, 1], 'OK'],
  ['no report of healthy hosts', healthy, [gap, gap], 'BREACHING'],
  ['the first minute without a healthy host', healthy, [0], 'INSUFFICIENT'],
  ['a value that could not be read', errors, ['error'], 'INSUFFICIENT'],
  [
    'an unreadable value cannot save what breaches already',
    { ...latency, datapointsToAlarm: 3 },
    [6, 6, 6, 'error', 4],
    'BREACHING',
  ],
])('%s', (_what, trigger, values, verdict) => {
  expect(judgePoints(trigger, makePoints(trigger, values), 'OK').verdict).toBe(verdict)
})

describe('missing_data: ignore keeps the verdict that was there', () => {
  const ignoring = { ...latency, missingData: 'ignore' } as const

  test.each<[TriggerVerdict]>([['OK'], ['BREACHING'], ['INSUFFICIENT']])('%s', (before) => {
    const points = makePoints(ignoring, [6, 6, gap, 6, 6])
    expect(judgePoints(ignoring, points, before).verdict).toBe(before)
  })

  test('but not when the gaps cannot matter', () => {
    const points = makePoints(ignoring, [6, 4, gap, 6, 6])
    expect(judgePoints(ignoring, points, 'BREACHING').verdict).toBe('OK')
  })
})

test('too few requests count as missing', () => {
  const trigger = makeTrigger({ minRequests: 20, evaluationPeriods: 1, datapointsToAlarm: 1 })
  const point = { at: 0, value: 30, state: 'few-requests' } as const
  expect(judgePoints(trigger, [point], 'OK').verdict).toBe('INSUFFICIENT')
})

describe('the arithmetic is shown', () => {
  test.each<[Trigger, Values, string]>([
    [latency, [6, 6, 6, 6, 6], '5 of 5 periods above 5 s (limit 5 of 5)'],
    [
      latency,
      [6, gap, 'error'],
      '1 of 5 periods above 5 s, 1 without data, 2 not measured yet, 1 not readable (limit 5 of 5)',
    ],
    [errors, [11], '1 of 1 period above 10 (limit 1 of 1)'],
    [healthy, [0, gap], '2 of 2 periods below 1, 1 without data (limit 2 of 2)'],
    [
      { ...latency, unit: '%', comparison: '>=' },
      [4],
      '0 of 5 periods at or above 5%, 4 not measured yet (limit 5 of 5)',
    ],
  ])('%#', (trigger, values, text) => {
    expect(judgePoints(trigger, makePoints(trigger, values), 'OK').arithmetic).toBe(text)
  })
})

describe('periods', () => {
  const minute = 60_000
  const two = makeTrigger({ evaluationPeriods: 2, datapointsToAlarm: 2 })

  test('only those that ended before the lag are judged', () => {
    const now = 1000 * minute + 50_000
    expect(periodsToJudge(two, now, 90_000).map((at) => at / minute)).toEqual([997, 998])
  })

  test('the newest one becomes readable to the millisecond', () => {
    const end = 1000 * minute
    expect(periodsToJudge(two, end + 90_000 - 1, 90_000).at(-1)).toBe(998 * minute)
    expect(periodsToJudge(two, end + 90_000, 90_000).at(-1)).toBe(999 * minute)
  })
})
