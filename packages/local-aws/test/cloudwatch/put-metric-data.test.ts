import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { MetricDatum, StandardUnit } from '@aws-sdk/client-cloudwatch'
import { Dimensions, get, MetricName, Namespace, points, put, stat } from './app-metric.ts'
import { minute, START, testCloudWatch, type TestCloudWatch } from './test-cloudwatch.ts'

let world: TestCloudWatch
beforeEach(async () => {
  world = await testCloudWatch()
})
afterEach(() => {
  world.close()
})

describe('PutMetricData', () => {
  test('takes single values, values with counts, and statistic sets', async () => {
    await put(
      world,
      { Value: 5 },
      { Values: [1, 2], Counts: [3, 1] },
      { StatisticValues: { SampleCount: 2, Sum: 20, Minimum: 8, Maximum: 12 } },
    )
    const names = ['SampleCount', 'Sum', 'Minimum', 'Maximum']
    const results = await get(
      world,
      names.map((name, index) => stat(`m${index}`, name)),
    )
    expect(results.map((each) => each.points)).toEqual([[[0, 7]], [[0, 30]], [[0, 1]], [[0, 12]]])
  })

  test('of a value alone is read by exactly the same dimensions', async () => {
    await put(world, { Value: 5 })
    const other = { Metric: { Namespace, MetricName, Dimensions: [] }, Stat: 'Sum', Period: 60 }
    expect(await points(world, { Id: 'm', MetricStat: other })).toEqual([])
  })

  test('keeps seconds for high resolution only', async () => {
    await put(world, { Value: 1, Timestamp: new Date(START + 25_000), StorageResolution: 1 })
    await put(world, { Value: 2, Timestamp: new Date(START + 25_000), MetricName: 'Slow' })
    const slow = { Metric: { Namespace, MetricName: 'Slow', Dimensions } }
    expect(await points(world, stat('m', 'Sum', 10))).toEqual([[20 / 60, 1]])
    expect(await points(world, stat('m', 'Sum', 10, slow))).toEqual([[0, 2]])
  })

  const many = (count: number): number[] => Array.from({ length: count }, (_each, index) => index)
  test.each<[string, string, Partial<MetricDatum>[]]>([
    ['no data', 'MissingRequiredParameterException', []],
    ['more than 1,000 metrics', 'ValidationException', many(1001).map(() => ({ Value: 1 }))],
    [
      'more than 30 dimensions',
      'ValidationException',
      [{ Value: 1, Dimensions: many(31).map((n) => ({ Name: `d${n}`, Value: 'x' })) }],
    ],
    [
      'a dimension without a value',
      'InvalidParameterValueException',
      [{ Value: 1, Dimensions: [{ Name: 'd', Value: '' }] }],
    ],
    ['more than 150 values', 'ValidationException', [{ Values: many(151) }]],
    ['counts of another size', 'InvalidParameterValueException', [{ Values: [1, 2], Counts: [1] }]],
    ['a value and values', 'InvalidParameterCombinationException', [{ Value: 1, Values: [1] }]],
    ['no value', 'InvalidParameterCombinationException', [{}]],
    ['a resolution of 30', 'InvalidParameterValueException', [{ Value: 1, StorageResolution: 30 }]],
    [
      'more than two weeks ago',
      'InvalidParameterValueException',
      [{ Value: 1, Timestamp: minute(-14 * 24 * 60 - 1) }],
    ],
    [
      'more than two hours ahead',
      'InvalidParameterValueException',
      [{ Value: 1, Timestamp: minute(121) }],
    ],
    ['too large a value', 'InvalidParameterValueException', [{ Value: 2 ** 361 }]],
    [
      'a set without samples',
      'InvalidParameterValueException',
      [{ StatisticValues: { SampleCount: 0, Sum: 0, Minimum: 0, Maximum: 0 } }],
    ],
    ['an unknown unit', 'ValidationException', [{ Value: 1, Unit: 'Parsecs' as StandardUnit }]],
  ])('refuses %s', async (_name, error, data) => {
    await expect(put(world, ...data)).rejects.toMatchObject({ name: error })
  })

  test('stores nothing of a request that it refuses', async () => {
    await expect(put(world, { Value: 1 }, {})).rejects.toThrow()
    expect(await points(world, stat('m'))).toEqual([])
  })

  test('refuses the namespaces of AWS', async () => {
    const call = world.client.putMetricData({
      Namespace: 'AWS/ECS',
      MetricData: [{ MetricName, Value: 1 }],
    })
    await expect(call).rejects.toMatchObject({ name: 'InvalidParameterValueException' })
  })

  test('what services of the endpoint record is by the minute', async () => {
    world.local.metrics.record(Namespace, MetricName, { Service: 'ledger' }, 3, 'Seconds')
    await world.clock.advance(30_000)
    world.local.metrics.record(Namespace, MetricName, { Service: 'ledger' }, 4, 'Seconds')
    expect(await points(world, stat('m', 'Average'))).toEqual([[0, 3.5]])
  })
})
