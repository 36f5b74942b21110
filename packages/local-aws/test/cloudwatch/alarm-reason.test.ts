import { describe, expect, test } from '@jest/globals'
import { evaluateAlarm, type AlarmRule } from '../../src/services/cloudwatch/alarm-evaluation.ts'
import { stateReason, stateReasonData } from '../../src/services/cloudwatch/alarm-reason.ts'
import { series, START } from './test-cloudwatch.ts'

/** Points of minutes that end at 10:00:00. */
const pointsOf = (words: string): { start: number; value: number | undefined }[] => {
  const values = series(words)
  const first = START / 1000 - values.length * 60
  return values.map((value, index) => ({ start: first + index * 60, value }))
}

function reason(rule: Partial<AlarmRule>, words: string, isOutOf = true): string {
  const full: AlarmRule = {
    comparison: 'GreaterThanThreshold',
    threshold: 10,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    missingData: 'missing',
    ...rule,
  }
  const verdict = evaluateAlarm(full, pointsOf(words))
  return stateReason(full, { ...verdict, state: verdict.state ?? 'OK' }, isOutOf)
}

/** Sentences as CloudWatch wrote them, with other numbers. */
describe('the reason of a state', () => {
  test.each<[Partial<AlarmRule>, string, string]>([
    [
      {},
      '11',
      'Threshold Crossed: 1 out of the last 1 datapoints [11.0 (20/11/26 09:59:00)] was greater than the threshold (10.0) (minimum 1 datapoint for OK -> ALARM transition).',
    ],
    [
      {},
      '2.5',
      'Threshold Crossed: 1 out of the last 1 datapoints [2.5 (20/11/26 09:59:00)] was not greater than the threshold (10.0) (minimum 1 datapoint for ALARM -> OK transition).',
    ],
    [
      {
        evaluationPeriods: 5,
        datapointsToAlarm: 3,
        comparison: 'LessThanThreshold',
        threshold: 100,
      },
      '100 0 0 0 100',
      'Threshold Crossed: 3 out of the last 5 datapoints [0.0 (20/11/26 09:58:00), 0.0 (20/11/26 09:57:00), 0.0 (20/11/26 09:56:00)] were less than the threshold (100.0) (minimum 3 datapoints for OK -> ALARM transition).',
    ],
    [
      { evaluationPeriods: 5, datapointsToAlarm: 5, threshold: 5 },
      '6 6 6 6 7',
      'Threshold Crossed: 5 out of the last 5 datapoints were greater than the threshold (5.0). The most recent datapoints which crossed the threshold: [7.0 (20/11/26 09:59:00), 6.0 (20/11/26 09:58:00), 6.0 (20/11/26 09:57:00), 6.0 (20/11/26 09:56:00), 6.0 (20/11/26 09:55:00)] (minimum 5 datapoints for OK -> ALARM transition).',
    ],
  ])('with M of N: %j, %s', (rule, words, expected) => {
    expect(reason(rule, words)).toBe(expected)
  })

  const three = { evaluationPeriods: 3, datapointsToAlarm: 3 }
  test.each<[Partial<AlarmRule>, string, string]>([
    [
      {},
      '11',
      'Threshold Crossed: 1 datapoint [11.0 (20/11/26 09:59:00)] was greater than the threshold (10.0).',
    ],
    [
      { ...three, comparison: 'GreaterThanOrEqualToThreshold', threshold: 1 },
      '1 5 4',
      'Threshold Crossed: 3 datapoints [4.0 (20/11/26 09:59:00), 5.0 (20/11/26 09:58:00), 1.0 (20/11/26 09:57:00)] were greater than or equal to the threshold (1.0).',
    ],
    [
      { missingData: 'breaching' },
      '-',
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].',
    ],
    [
      { ...three, missingData: 'notBreaching' },
      '- - -',
      'Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [NonBreaching].',
    ],
    [
      { ...three, datapointsToAlarm: 2, missingData: 'breaching' },
      '- - 0',
      'Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching].',
    ],
    [
      {
        evaluationPeriods: 8,
        datapointsToAlarm: 8,
        missingData: 'breaching',
        comparison: 'LessThanOrEqualToThreshold',
        threshold: 0,
      },
      '- - - - - - - 2',
      'Threshold Crossed: 1 datapoint [2.0 (20/11/26 09:59:00)] was not less than or equal to the threshold (0.0) and 7 missing datapoints were treated as [Breaching].',
    ],
    [three, '- - -', 'Insufficient Data: 3 datapoints were unknown.'],
    [{}, '-', 'Insufficient Data: 1 datapoint was unknown.'],
  ])('without: %j, %s', (rule, words, expected) => {
    expect(reason(rule, words, false)).toBe(expected)
  })
})

test('the data of a reason holds the points that were judged', () => {
  const rule: AlarmRule = {
    comparison: 'GreaterThanThreshold',
    threshold: 10,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    missingData: 'missing',
  }
  const points = pointsOf('3 11 12').map((point) => ({ ...point, sampleCount: 4 }))
  const context = { now: START, period: 60, statistic: 'Sum', unit: undefined }
  expect(JSON.parse(stateReasonData(rule, evaluateAlarm(rule, points), context))).toEqual({
    version: '1.0',
    queryDate: '2026-11-20T10:00:00.000+0000',
    startDate: '2026-11-20T09:58:00.000+0000',
    statistic: 'Sum',
    period: 60,
    recentDatapoints: [11, 12],
    threshold: 10,
    evaluatedDatapoints: [
      { timestamp: '2026-11-20T09:59:00.000+0000', sampleCount: 4, value: 12 },
      { timestamp: '2026-11-20T09:58:00.000+0000', sampleCount: 4, value: 11 },
    ],
  })
})
