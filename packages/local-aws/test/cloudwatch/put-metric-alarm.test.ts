import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { MetricName, Namespace, put, state, testAlarms } from './errors-alarm.ts'
import { TOPIC, type TestCloudWatch } from './test-cloudwatch.ts'

let world: TestCloudWatch
beforeEach(async () => {
  world = await testAlarms()
})
afterEach(() => {
  world.close()
})

describe('PutMetricAlarm refuses', () => {
  const none = {
    MetricName: undefined,
    Namespace: undefined,
    Dimensions: undefined,
    Period: undefined,
    Statistic: undefined,
  }
  const math = (more: object): object => ({
    Id: 'm',
    MetricStat: { Metric: { Namespace, MetricName }, Period: 60, Stat: 'Sum' },
    ...more,
  })
  test.each<[string, object, string]>([
    ['M above N', { DatapointsToAlarm: 2 }, 'DatapointsToAlarm'],
    ['no periods', { EvaluationPeriods: 0 }, 'EvaluationPeriods'],
    ['an unknown comparison', { ComparisonOperator: 'Above' }, 'ComparisonOperator'],
    ['no threshold', { Threshold: undefined }, 'Threshold'],
    ['an unknown treatment', { TreatMissingData: 'shrug' }, 'shrug is not supported'],
    ['two statistics', { ExtendedStatistic: 'p90' }, 'Statistic'],
    ['no statistic', { Statistic: undefined }, 'Statistic'],
    ['an unknown statistic', { Statistic: undefined, ExtendedStatistic: 'p101' }, 'p101'],
    ['a period of 45', { Period: 45 }, 'Period'],
    ['a range of more than a day', { Period: 600, EvaluationPeriods: 145 }, 'a day'],
    ['a range of more than a week', { Period: 3600, EvaluationPeriods: 169 }, 'a week'],
    ['six actions', { AlarmActions: Array.from({ length: 6 }, () => TOPIC) }, 'AlarmActions'],
    ['no metric', none, 'MetricName and Metrics'],
    ['a metric and metrics', { Metrics: [math({})] }, 'MetricName and Metrics'],
    [
      'a period beside metrics',
      { ...none, Period: 60, Metrics: [math({})] },
      'Period must not be set',
    ],
    ['no result', { ...none, Metrics: [math({ ReturnData: false })] }, 'Exactly one element'],
    ['two results', { ...none, Metrics: [math({}), math({ Id: 'n' })] }, 'Exactly one element'],
    [
      'different periods',
      {
        ...none,
        Metrics: [
          { Id: 'e', Expression: 'm + n' },
          math({ ReturnData: false }),
          {
            Id: 'n',
            MetricStat: { Metric: { Namespace, MetricName }, Period: 300, Stat: 'Sum' },
            ReturnData: false,
          },
        ],
      },
      'the same period',
    ],
    [
      'an expression that gives a number',
      { ...none, Metrics: [{ Id: 'e', Expression: 'SUM(m)' }, math({ ReturnData: false })] },
      "Error in expression 'e'",
    ],
    [
      'what the endpoint does not do',
      { WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 1 } },
      'not supported',
    ],
  ])('%s', async (_name, more, message) => {
    await expect(put(world, more)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    })
    expect(state(world)).toBeUndefined()
  })
})
