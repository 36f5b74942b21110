import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Dimensions, MetricName, Namespace, put } from './app-metric.ts'
import { minute, testCloudWatch, type TestCloudWatch } from './test-cloudwatch.ts'

let world: TestCloudWatch
beforeEach(async () => {
  world = await testCloudWatch()
})
afterEach(() => {
  world.close()
})

describe('GetMetricStatistics', () => {
  const ask = {
    Namespace,
    MetricName,
    Dimensions,
    StartTime: minute(0),
    EndTime: minute(10),
    Period: 60,
  }

  test('gives all statistics of a period together, by unit', async () => {
    await put(world, { Values: [1, 2, 3, 4], Unit: 'Seconds' }, { Value: 9, Unit: 'Count' })
    const { Datapoints, Label } = await world.client.getMetricStatistics({
      ...ask,
      Statistics: ['Average', 'SampleCount'],
    })
    expect(Label).toBe(MetricName)
    expect(Datapoints).toEqual([
      { Timestamp: minute(0), Average: 2.5, SampleCount: 4, Unit: 'Seconds' },
      { Timestamp: minute(0), Average: 9, SampleCount: 1, Unit: 'Count' },
    ])
    const extended = await world.client.getMetricStatistics({
      ...ask,
      ExtendedStatistics: ['p50', 'p90'],
      Unit: 'Seconds',
    })
    expect(extended.Datapoints).toEqual([
      { Timestamp: minute(0), Unit: 'Seconds', ExtendedStatistics: { p50: 2, p90: 4 } },
    ])
  })

  test.each<[object, string]>([
    [{ Statistics: ['Sum'], EndTime: minute(0) }, 'InvalidParameterCombinationException'],
    [{ Statistics: ['Sum'], EndTime: minute(1441) }, 'InvalidParameterCombinationException'],
    [{ Statistics: ['Sum'], ExtendedStatistics: ['p9'] }, 'InvalidParameterCombinationException'],
    [{}, 'MissingRequiredParameterException'],
    [{ Statistics: ['Sum'], Period: 7 }, 'InvalidParameterValueException'],
    [{ ExtendedStatistics: ['p101'] }, 'InvalidParameterValueException'],
    [{ Statistics: ['Mode'] }, 'ValidationException'],
  ])('refuses %j', async (more, name) => {
    await expect(world.client.getMetricStatistics({ ...ask, ...more })).rejects.toMatchObject({
      name,
    })
  })
})

describe('ListMetrics', () => {
  const list = async (filter: object): Promise<unknown> =>
    (await world.client.listMetrics(filter)).Metrics?.map((each) => each.MetricName)

  test('filters by namespace, name and dimensions', async () => {
    await put(world, { Value: 1 }, { MetricName: 'Plain', Value: 1, Dimensions: [] })
    await world.client.putMetricData({
      Namespace: 'Other',
      MetricData: [{ MetricName: 'X', Value: 1 }],
    })
    expect(await list({})).toEqual([MetricName, 'Plain', 'X'])
    expect(await list({ Namespace })).toEqual([MetricName, 'Plain'])
    expect(await list({ MetricName: 'X' })).toEqual(['X'])
    expect(await list({ Dimensions: [{ Name: 'Service' }] })).toEqual([MetricName])
    expect(await list({ Dimensions: [{ Name: 'Service', Value: 'x' }] })).toEqual([])
    expect(await list({ Dimensions: [{ Name: 'constructor' }] })).toEqual([])
  })

  test('leaves out what has been silent: for two weeks, or for three hours when asked', async () => {
    await put(world, { Value: 1 })
    await world.clock.advance(4 * 3600_000)
    expect(await list({ RecentlyActive: 'PT3H' })).toEqual([])
    expect(await list({})).toEqual([MetricName])
    await world.clock.advance(14 * 24 * 3600_000)
    expect(await list({})).toEqual([])
  })

  test('gives 500 at a time', async () => {
    const data = Array.from({ length: 600 }, (_each, index) => ({
      MetricName: `m${index}`,
      Value: 1,
    }))
    await put(world, ...data)
    const first = await world.client.listMetrics({})
    const second = await world.client.listMetrics({ NextToken: first.NextToken })
    expect([first.Metrics?.length, second.Metrics?.length, second.NextToken]).toEqual([
      500,
      100,
      undefined,
    ])
  })
})
