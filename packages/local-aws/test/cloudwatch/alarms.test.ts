import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  ALARM,
  describeOne,
  dimensions,
  Dimensions,
  fail,
  MetricName,
  Namespace,
  put,
  state,
  subjects,
  testAlarms,
} from './errors-alarm.ts'
import { minute, TOPIC, type TestCloudWatch } from './test-cloudwatch.ts'

let world: TestCloudWatch
beforeEach(async () => {
  world = await testAlarms()
})
afterEach(() => {
  world.close()
})

describe('an alarm', () => {
  test('begins without data, and its state is unknown until it exists', async () => {
    expect(state(world)).toBeUndefined()
    await put(world)
    expect(await describeOne(world)).toMatchObject({
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors',
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
      StateUpdatedTimestamp: minute(0),
      ActionsEnabled: true,
      InsufficientDataActions: [],
      Threshold: 10,
    })
  })

  test('is evaluated when a minute is over, not before', async () => {
    await put(world)
    fail(world, 11)
    await world.clock.advance(59_999)
    expect(state(world)).toBe('INSUFFICIENT_DATA')
    await world.clock.advance(1)
    expect(state(world)).toBe('ALARM')
    expect(await describeOne(world)).toMatchObject({
      StateReason:
        'Threshold Crossed: 1 out of the last 1 datapoints [11.0 (20/11/26 10:00:00)] was greater than the threshold (10.0) (minimum 1 datapoint for OK -> ALARM transition).',
      StateUpdatedTimestamp: minute(1),
      StateTransitionedTimestamp: minute(1),
    })
  })

  test('tells SNS once per change of state, as CloudWatch words it', async () => {
    await put(world, { AlarmDescription: 'Too many errors' })
    fail(world, 11)
    await world.clock.advance(60_000)
    for (let minutes = 0; minutes < 4; minutes++) {
      fail(world, 1)
      await world.clock.advance(60_000)
    }
    expect(subjects(world)).toEqual([
      'ALARM: "errors" in US East (N. Virginia)',
      'OK: "errors" in US East (N. Virginia)',
    ])
    const [message] = world.sns.messages(TOPIC)
    expect(JSON.parse(message?.body ?? '')).toEqual({
      AlarmName: 'errors',
      AlarmDescription: 'Too many errors',
      AWSAccountId: '123456789012',
      AlarmConfigurationUpdatedTimestamp: '2026-11-20T10:00:00.000+0000',
      NewStateValue: 'ALARM',
      NewStateReason: expect.stringContaining('Threshold Crossed: 1 out of the last 1'),
      StateChangeTime: '2026-11-20T10:01:00.000+0000',
      Region: 'US East (N. Virginia)',
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors',
      OldStateValue: 'INSUFFICIENT_DATA',
      OKActions: [TOPIC],
      AlarmActions: [TOPIC],
      InsufficientDataActions: [],
      Trigger: {
        MetricName,
        Namespace,
        StatisticType: 'Statistic',
        Statistic: 'SUM',
        Unit: null,
        Dimensions: [{ value: dimensions.LoadBalancer, name: 'LoadBalancer' }],
        Period: 60,
        EvaluationPeriods: 1,
        DatapointsToAlarm: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 10,
        TreatMissingData: 'notBreaching',
        EvaluateLowSampleCountPercentile: '',
      },
    })
  })

  test('holds on to an old breach for the two more minutes that it looks back', async () => {
    await put(world)
    fail(world, 11)
    const seen: unknown[] = []
    for (let minutes = 1; minutes <= 4; minutes++) {
      await world.clock.advance(60_000)
      seen.push(state(world))
    }
    expect(seen).toEqual(['ALARM', 'ALARM', 'ALARM', 'OK'])
  })

  test('needs M of N minutes', async () => {
    await put(world, { EvaluationPeriods: 5, DatapointsToAlarm: 3 })
    const seen: unknown[] = []
    for (const errors of [20, 0, 20, 0, 20, 0, 0]) {
      fail(world, errors)
      await world.clock.advance(60_000)
      seen.push(state(world))
    }
    // 20 at 1, 3 and 5: three of five at minute 5, until the first is six minutes old.
    expect(seen).toEqual(['OK', 'OK', 'OK', 'OK', 'ALARM', 'OK', 'OK'])
  })

  test('with periods of minutes slides by the minute', async () => {
    await put(world, { Period: 300 })
    await world.clock.advance(2 * 60_000)
    fail(world, 11)
    await world.clock.advance(60_000)
    expect(state(world)).toBe('ALARM')
  })

  test('of high resolution is evaluated every ten seconds', async () => {
    await put(world, { Namespace: 'App', MetricName: 'Waiters', Dimensions: [], Period: 10 })
    const datum = { MetricName: 'Waiters', Value: 11, StorageResolution: 1 }
    await world.client.putMetricData({ Namespace: 'App', MetricData: [datum] })
    await world.clock.advance(10_000)
    expect(state(world)).toBe('ALARM')
  })

  test('of metric math watches the one result that is returned', async () => {
    const metric = (Id: string, name: string): object => ({
      Id,
      MetricStat: { Metric: { Namespace, MetricName: name, Dimensions }, Period: 60, Stat: 'Sum' },
      ReturnData: false,
    })
    const { AlarmName, EvaluationPeriods, ComparisonOperator, AlarmActions } = ALARM
    await world.client.putMetricAlarm({
      AlarmName,
      EvaluationPeriods,
      ComparisonOperator,
      AlarmActions,
      Threshold: 5,
      Metrics: [
        { Id: 'rate', Expression: '100*FILL(e,0)/r', Label: 'Error rate' },
        metric('e', MetricName) as never,
        metric('r', 'RequestCount') as never,
      ],
    })
    const requests = (count: number): void => {
      world.local.metrics.record(Namespace, 'RequestCount', dimensions, count, 'Count')
    }
    requests(100)
    await world.clock.advance(60_000)
    expect(state(world)).toBe('OK')
    requests(100)
    fail(world, 6)
    await world.clock.advance(60_000)
    expect(state(world)).toBe('ALARM')
    const trigger = (JSON.parse(world.sns.messages(TOPIC)[0]?.body ?? '') as { Trigger: object })
      .Trigger
    expect(trigger).toMatchObject({
      Period: 60,
      Metrics: [
        { Id: 'rate', Expression: '100*FILL(e,0)/r', ReturnData: true },
        {
          Id: 'e',
          MetricStat: { Metric: { Dimensions: [{ name: 'LoadBalancer' }] }, Stat: 'Sum' },
        },
        { Id: 'r' },
      ],
    })
  })

  test('of a percentile keeps its state while there are too few samples, when it is told to', async () => {
    const settings = {
      Statistic: undefined,
      ExtendedStatistic: 'p90',
      EvaluateLowSampleCountPercentile: 'ignore',
    }
    await put(world, settings)
    for (let count = 0; count < 99; count++) fail(world, 20)
    await world.clock.advance(60_000)
    expect(state(world)).toBe('INSUFFICIENT_DATA')
    for (let count = 0; count < 100; count++) fail(world, 20)
    await world.clock.advance(60_000)
    expect(state(world)).toBe('ALARM')
  })

  test('keeps its state and tags when its settings are replaced', async () => {
    await put(world, { Tags: [{ Key: 'team', Value: 'a' }] })
    fail(world, 11)
    await world.clock.advance(60_000)
    await put(world, { Threshold: 100, Tags: [{ Key: 'team', Value: 'b' }] })
    expect(await describeOne(world)).toMatchObject({ StateValue: 'ALARM', Threshold: 100 })
    const { Tags } = await world.client.listTagsForResource({
      ResourceARN: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors',
    })
    expect(Tags).toEqual([{ Key: 'team', Value: 'a' }])
    await world.clock.advance(60_000)
    expect(state(world)).toBe('OK')
  })

  test('is evaluated no more when it is deleted, and when the service closes', async () => {
    await put(world)
    await put(world, { AlarmName: 'other' })
    await world.client.deleteAlarms({ AlarmNames: ['errors'] })
    world.local.close()
    fail(world, 11)
    await world.clock.advance(120_000)
    expect([state(world), state(world, 'other'), subjects(world)]).toEqual([
      undefined,
      'INSUFFICIENT_DATA',
      [],
    ])
  })
})
