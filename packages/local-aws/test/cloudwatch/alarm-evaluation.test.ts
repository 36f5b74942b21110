import { expect, test } from '@jest/globals'
import {
  evaluateAlarm,
  type AlarmRule,
  type MissingData,
} from '../../src/services/cloudwatch/alarm-evaluation.ts'

const rule = (over: Partial<AlarmRule>): AlarmRule => ({
  comparison: 'GreaterThanThreshold',
  threshold: 5,
  evaluationPeriods: 5,
  datapointsToAlarm: 5,
  missingData: 'missing',
  ...over,
})

/** `6,6,-,4`: one value a period, `-` for none. */
const points = (text: string): { start: number; value: number | undefined }[] =>
  text.split(',').map((each, index) => ({
    start: index * 60,
    value: each === '-' ? undefined : Number(each),
  }))

test.each<[string, Partial<AlarmRule>, string]>([
  ['6,6,6,6,6', {}, 'ALARM'],
  ['6,6,4,6,6', {}, 'OK'],
  ['6,6,4,6,6', { datapointsToAlarm: 4 }, 'ALARM'],
  ['5,5,5,5,5', {}, 'OK'],
  ['5,5,5,5,5', { comparison: 'GreaterThanOrEqualToThreshold' }, 'ALARM'],
  ['-,-,-,-,-', {}, 'INSUFFICIENT_DATA'],
  ['-,-,-,-,-', { missingData: 'notBreaching' }, 'OK'],
  ['-,-,-,-,-', { missingData: 'breaching' }, 'ALARM'],
  ['-,-,-,-,-', { missingData: 'ignore' }, 'ALARM'],
  ['6,6,-,6,6', {}, 'OK'],
  ['6,6,-,6,6', { missingData: 'breaching' }, 'ALARM'],
  ['6,6,-,6,6', { datapointsToAlarm: 4 }, 'ALARM'],
  ['4,-,-,-,-', { missingData: 'breaching' }, 'OK'],
  [
    '0,0',
    { comparison: 'LessThanThreshold', threshold: 1, evaluationPeriods: 2, datapointsToAlarm: 2 },
    'ALARM',
  ],
  [
    '0,1',
    { comparison: 'LessThanThreshold', threshold: 1, evaluationPeriods: 2, datapointsToAlarm: 2 },
    'OK',
  ],
])('%s with %j is %s', (text, over, expected) => {
  expect(evaluateAlarm(rule(over), points(text), 'ALARM').state).toBe(expected)
})

test.each<[MissingData, string]>([
  ['ignore', 'OK'],
  ['missing', 'INSUFFICIENT_DATA'],
])('without data, %s leaves an alarm that was OK at %s', (missingData, expected) => {
  expect(evaluateAlarm(rule({ missingData }), points('-,-,-,-,-'), 'OK').state).toBe(expected)
})
