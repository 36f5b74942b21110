import { describe, expect, test } from '@jest/globals'
import type { ComparisonOperator } from '@aws-sdk/client-cloudwatch'
import {
  breaches,
  evaluateAlarm,
  type AlarmRule,
  type MissingData,
} from '../../src/services/cloudwatch/alarm-evaluation.ts'
import { series } from './test-cloudwatch.ts'

const TREATMENTS: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching']

const state = (rule: Partial<AlarmRule>, values: readonly (number | undefined)[]): string => {
  const full: AlarmRule = {
    comparison: 'GreaterThanThreshold',
    threshold: 5,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    missingData: 'missing',
    ...rule,
  }
  const points = values.map((value, index) => ({ start: index * 60, value }))
  return evaluateAlarm(full, points).state ?? 'retain'
}

/** `X` breaches, `0` does not, `-` is missing; newest right, as in the user guide. */
const marks = (text: string): readonly (number | undefined)[] => series(text.replaceAll('X', '9'))

/** 'How alarm state is evaluated when data is missing': 3 periods out of a range of 5. */
const GUIDE: readonly (readonly [m: number, points: string, ...states: string[]])[] = [
  [3, '0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  [3, '0 - - - -', 'OK', 'OK', 'OK', 'OK'],
  [3, '- - - - -', 'INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK'],
  [3, '0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [3, '- - X - -', 'ALARM', 'retain', 'ALARM', 'OK'],
  // From the older edition, which has the points that are too new to be premature.
  [3, '- - - - X', 'INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK'],
  [3, '- - - X -', 'INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK'],
  [2, '0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [2, '0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  [2, '0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  [2, '- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  [2, '- - - - X', 'INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK'],
  [2, '- - - X -', 'ALARM', 'retain', 'ALARM', 'OK'],
]

describe.each(GUIDE)('%i of 3 with %s', (datapointsToAlarm, points, ...states) => {
  test.each(TREATMENTS.map((missingData, index) => [missingData, states[index]] as const))(
    'treated as %s is %s',
    (missingData, expected) => {
      expect(state({ datapointsToAlarm, missingData }, marks(points))).toBe(expected)
    },
  )
})

/** The rules of rollback triggers, where an alarm has the same ones; two periods further back nothing is known. */
describe('the vectors of the triggers', () => {
  const latency = { evaluationPeriods: 5, datapointsToAlarm: 5 }
  const errors = {
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 10,
    missingData: 'notBreaching',
  } as const
  const hosts = {
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    threshold: 1,
    comparison: 'LessThanThreshold',
    missingData: 'breaching',
  } as const
  test.each<[string, Partial<AlarmRule>, string, string]>([
    ['latency, all over', latency, '6 6 6 6 6', 'ALARM'],
    ['latency, one good', latency, '6 6 4 6 6', 'OK'],
    ['latency, no traffic', latency, '- - - - -', 'INSUFFICIENT_DATA'],
    [
      'latency, M=4, 4 over and 1 missing',
      { ...latency, datapointsToAlarm: 4 },
      '6 6 - 6 6',
      'ALARM',
    ],
    ['latency, the first 3 minutes over', latency, '- - 6 6 6', 'INSUFFICIENT_DATA'],
    ['latency, the first 3 minutes, one good', latency, '- - 4 6 6', 'OK'],
    ['latency, exactly at the threshold', latency, '5 5 5 5 5', 'OK'],
    ['errors, none reported', errors, '-', 'OK'],
    ['errors, 10', errors, '10', 'OK'],
    ['errors, 11', errors, '11', 'ALARM'],
    ['hosts, 0 and 0', hosts, '0 0', 'ALARM'],
    ['hosts, 0 and 1', hosts, '0 1', 'OK'],
    ['hosts, missing twice', hosts, '- -', 'ALARM'],
    // Where they differ: an alarm takes M minutes of nothing but breaches for enough, a trigger waits.
    ['latency, 4 over and 1 missing', latency, '6 6 - 6 6', 'ALARM'],
    // And what is missing before the first minute breaches too.
    ['hosts, the first minute 0', hosts, '- 0', 'ALARM'],
  ])('%s', (_name, rule, points, expected) => {
    expect(state(rule, [undefined, undefined, ...series(points)])).toBe(expected)
  })
})

test('points further back stand in for missing ones', () => {
  const rule = { evaluationPeriods: 1, datapointsToAlarm: 1, missingData: 'notBreaching' } as const
  expect(state(rule, marks('X - -'))).toBe('ALARM')
  expect(state(rule, marks('- - -'))).toBe('OK')
})

test.each<[ComparisonOperator, number, boolean]>([
  ['GreaterThanThreshold', 5, false],
  ['GreaterThanThreshold', 5.1, true],
  ['GreaterThanOrEqualToThreshold', 5, true],
  ['LessThanThreshold', 5, false],
  ['LessThanThreshold', 4.9, true],
  ['LessThanOrEqualToThreshold', 5, true],
])('%s 5: %d breaches is %s', (comparison, value, expected) => {
  const rule: AlarmRule = {
    comparison,
    threshold: 5,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    missingData: 'missing',
  }
  expect(breaches(rule, value)).toBe(expected)
})
