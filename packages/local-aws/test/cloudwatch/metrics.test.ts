import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { CloudWatch, type MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { createCloudWatch } from '../../src/services/cloudwatch/cloudwatch.ts'
import { emptyBucket, type Bucket } from '../../src/services/cloudwatch/metric-store.ts'
import { percentile, statisticOf } from '../../src/services/cloudwatch/statistics.ts'
import { createSns } from '../../src/services/sns/sns.ts'
import { serve, type Served } from '../support/serve.ts'

const place = { account: '123456789012', region: 'us-east-1' }
const START = Date.UTC(2026, 10, 20, 10, 0, 0)
const clock = new VirtualClock(START)
const sns = createSns({ clock, place })
const cloudwatch = createCloudWatch({ clock, place, topics: sns.topics })
let served: Served
let client: CloudWatch

beforeAll(async () => {
  served = await serve([cloudwatch.service, sns.service], clock)
  client = new CloudWatch(served.client)
})
afterAll(() => {
  cloudwatch.close()
  served.close()
})

const bucketOf = (values: readonly number[]): Bucket => {
  const bucket = emptyBucket()
  for (const value of values) {
    bucket.count++
    bucket.sum += value
    bucket.minimum = Math.min(bucket.minimum, value)
    bucket.maximum = Math.max(bucket.maximum, value)
    bucket.values.set(value, (bucket.values.get(value) ?? 0) + 1)
  }
  return bucket
}

describe('statistics', () => {
  test.each([
    ['SampleCount', 10],
    ['Sum', 55],
    ['Average', 5.5],
    ['Minimum', 1],
    ['Maximum', 10],
    ['p50', 5],
    ['p90', 9],
    ['p99', 10],
    ['p0', 1],
    ['p100', 10],
    ['tm90', 5],
    ['tc50', 5],
    ['ts50', 15],
  ])('%s of 1 to 10 is %s', (name, expected) => {
    const bucket = bucketOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(statisticOf(name)?.(bucket)).toBeCloseTo(expected, 10)
  })

  test.each(['Median', 'p101', 'px', ''])('%j is none', (name) => {
    expect(statisticOf(name)).toBeUndefined()
  })

  test('percentiles agree with a sorted list', () => {
    let seed = 4711
    console.log(`seed ${seed}`)
    const next = (): number => (seed = (seed * 48271) % 2147483647) % 100
    for (let round = 0; round < 200; round++) {
      const values = Array.from({ length: 1 + (next() % 40) }, next)
      const percent = next()
      const sorted = [...values].sort((a, b) => a - b)
      const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length))
      expect(percentile(bucketOf(values), percent)).toBe(sorted[rank - 1])
    }
  })
})

describe('GetMetricData', () => {
  const query = (over: Partial<MetricDataQuery> = {}): MetricDataQuery => ({
    Id: 'm',
    MetricStat: {
      Metric: {
        Namespace: 'App',
        MetricName: 'Latency',
        Dimensions: [{ Name: 'Service', Value: 'a' }],
      },
      Period: 60,
      Stat: 'Sum',
    },
    ...over,
  })
  const range = (from: number, to: number): { StartTime: Date; EndTime: Date } => ({
    StartTime: new Date(START + from * 1000),
    EndTime: new Date(START + to * 1000),
  })

  beforeAll(async () => {
    const Dimensions = [{ Name: 'Service', Value: 'a' }]
    const datum = (second: number, Value: number): object => ({
      MetricName: 'Latency',
      Dimensions,
      Value,
      Timestamp: new Date(START + second * 1000),
    })
    await client.putMetricData({
      Namespace: 'App',
      MetricData: [datum(0, 1), datum(59, 2), datum(60, 10), datum(180, 7)] as never,
    })
  })

  const values = async (
    from: number,
    to: number,
    over: object = {},
  ): Promise<number[] | undefined> => {
    const answer = await client.getMetricData({
      ...range(from, to),
      MetricDataQueries: [query()],
      ScanBy: 'TimestampAscending',
      ...over,
    })
    return answer.MetricDataResults?.[0]?.Values
  }

  test('periods are aligned, the end is exclusive, a gap is a gap', async () => {
    expect(await values(0, 240)).toEqual([3, 10, 7])
    expect(await values(0, 180)).toEqual([3, 10])
    expect(await values(30, 60)).toEqual([3])
  })

  test('the newest comes first unless it is asked for otherwise', async () => {
    expect(await values(0, 240, { ScanBy: undefined })).toEqual([7, 10, 3])
  })

  test('another set of dimensions is another metric', async () => {
    const MetricStat = {
      Metric: { Namespace: 'App', MetricName: 'Latency' },
      Period: 60,
      Stat: 'Sum',
    }
    expect(await values(0, 240, { MetricDataQueries: [query({ MetricStat })] })).toEqual([])
  })

  test('pages follow each other', async () => {
    const first = await client.getMetricData({
      ...range(0, 240),
      MetricDataQueries: [query()],
      ScanBy: 'TimestampAscending',
      MaxDatapoints: 2,
    })
    expect(first.MetricDataResults?.[0]).toMatchObject({
      Values: [3, 10],
      StatusCode: 'PartialData',
    })
    expect(await values(0, 240, { MaxDatapoints: 2, NextToken: first.NextToken })).toEqual([7])
  })

  test('expressions see the queries, and only what is asked for is returned', async () => {
    const answer = await client.getMetricData({
      ...range(0, 240),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: [query({ ReturnData: false }), { Id: 'e', Expression: 'FILL(m,0)*2' }],
    })
    expect(answer.MetricDataResults).toHaveLength(1)
    expect(answer.MetricDataResults?.[0]?.Values).toEqual([6, 20, 0, 14])
  })

  test.each([
    [
      'a start after the end',
      { ...range(60, 0) },
      /StartTime must be less than the parameter EndTime/,
    ],
    [
      'an id in capitals',
      { MetricDataQueries: [query({ Id: 'M' })] },
      /not matching the expected pattern/,
    ],
    ['an id used twice', { MetricDataQueries: [query(), query()] }, /not unique/],
    [
      'an unknown statistic',
      {
        MetricDataQueries: [
          query({ MetricStat: { ...query().MetricStat, Stat: 'Median' } as never }),
        ],
      },
      /Median/,
    ],
    [
      'an expression that uses itself',
      { MetricDataQueries: [{ Id: 'e', Expression: 'e+1' }] },
      /uses itself/,
    ],
    [
      'a broken expression',
      { MetricDataQueries: [{ Id: 'e', Expression: '1+' }] },
      /Error in expression/,
    ],
  ])('refuses %s', async (_what, over, expected) => {
    await expect(
      client.getMetricData({ ...range(0, 60), MetricDataQueries: [query()], ...over }),
    ).rejects.toThrow(expected)
  })
})

describe('an alarm', () => {
  const alarm = {
    AlarmName: 'errors',
    Namespace: 'App',
    MetricName: 'Errors',
    Statistic: 'Sum' as const,
    Period: 60,
    Threshold: 10,
    ComparisonOperator: 'GreaterThanThreshold' as const,
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
  }
  const state = async (name = 'errors'): Promise<string | undefined> =>
    (await client.describeAlarms({ AlarmNames: [name] })).MetricAlarms?.[0]?.StateValue

  test('goes from no data to OK to ALARM and back, and tells its topic each time', async () => {
    const topic = sns.topics
    expect(topic).toBeDefined()
    const { SNS } = await import('@aws-sdk/client-sns')
    const { TopicArn = '' } = await new SNS(served.client).createTopic({ Name: 'alerts' })
    await client.putMetricAlarm({ ...alarm, AlarmActions: [TopicArn], OKActions: [TopicArn] })
    expect(await state()).toBe('INSUFFICIENT_DATA')
    await clock.advance(60_000)
    expect(await state()).toBe('OK')
    cloudwatch.metrics.record('App', 'Errors', {}, 11)
    await clock.advance(60_000)
    expect(await state()).toBe('ALARM')
    expect(cloudwatch.alarms.state('errors')).toBe('ALARM')
    const [described] = (await client.describeAlarms({ AlarmNames: ['errors'] })).MetricAlarms ?? []
    expect(described?.StateReason).toBe(
      'Threshold Crossed: 1 out of the last 1 datapoints [11.0 (20/11/26 10:01:00)] was greater than the threshold (10.0) (minimum 1 datapoint for OK -> ALARM transition).',
    )
    await clock.advance(60_000)
    expect(await state()).toBe('OK')
    const messages = sns.messages(TopicArn)
    expect(messages.map((message) => message.subject)).toEqual([
      'OK: "errors" in US East (N. Virginia)',
      'ALARM: "errors" in US East (N. Virginia)',
      'OK: "errors" in US East (N. Virginia)',
    ])
    expect(JSON.parse(messages[1]?.body ?? '{}')).toMatchObject({
      AlarmName: 'errors',
      NewStateValue: 'ALARM',
      OldStateValue: 'OK',
      Trigger: { MetricName: 'Errors', Threshold: 10 },
    })
  })

  test('refuses more datapoints than periods', async () => {
    await expect(client.putMetricAlarm({ ...alarm, DatapointsToAlarm: 2 })).rejects.toThrow(
      /DatapointsToAlarm must be less than or equal to EvaluationPeriods/,
    )
  })

  test('that is not there cannot be set', async () => {
    await expect(
      client.setAlarmState({ AlarmName: 'nobody', StateValue: 'OK', StateReason: 'x' }),
    ).rejects.toThrow(/not found/)
  })
})
