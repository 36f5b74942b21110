import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { get, MetricName, points, put, stat } from './app-metric.ts'
import { minute, testCloudWatch, type TestCloudWatch } from './test-cloudwatch.ts'

let world: TestCloudWatch
beforeEach(async () => {
  world = await testCloudWatch()
})
afterEach(() => {
  world.close()
})

describe('GetMetricData', () => {
  beforeEach(async () => {
    await put(world, ...[0, 1, 3, 4].map((at) => ({ Value: at + 1, Timestamp: minute(at) })))
  })

  test('gives the newest first unless asked otherwise', async () => {
    const { MetricDataResults } = await world.client.getMetricData({
      MetricDataQueries: [stat('m')],
      StartTime: minute(0),
      EndTime: minute(10),
    })
    expect(MetricDataResults).toEqual([
      {
        Id: 'm',
        Label: MetricName,
        Timestamps: [4, 3, 1, 0].map(minute),
        Values: [5, 4, 2, 1],
        StatusCode: 'Complete',
      },
    ])
  })

  test.each<[string, number, number, number, readonly (readonly number[])[]]>([
    [
      'the end is exclusive',
      60,
      0,
      4,
      [
        [0, 1],
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'the start is rounded down to the minute',
      60,
      1.9,
      10,
      [
        [1, 2],
        [3, 4],
        [4, 5],
      ],
    ],
    [
      'periods are counted from the start',
      180,
      1,
      10,
      [
        [1, 6],
        [4, 5],
      ],
    ],
    [
      'and end with the range',
      180,
      0,
      4,
      [
        [0, 3],
        [3, 4],
      ],
    ],
    ['nothing is found outside', 60, 5, 10, []],
  ])('%s', async (_name, period, start, end, expected) => {
    const range = { StartTime: minute(start), EndTime: minute(end) }
    expect(await points(world, stat('m', 'Sum', period), range)).toEqual(expected)
  })

  test('evaluates expressions over queries in any order, and hides what is not to be returned', async () => {
    const results = await get(world, [
      { Id: 'twice', Expression: 'half * 4', Label: 'Twice' },
      { Id: 'half', Expression: 'm / 2', ReturnData: false },
      { ...stat('m'), ReturnData: false },
    ])
    expect(results).toEqual([
      {
        id: 'twice',
        points: [
          [0, 2],
          [1, 4],
          [3, 8],
          [4, 10],
        ],
        status: 'Complete',
      },
    ])
  })

  test('works every expression out at the period of the metrics it uses', async () => {
    const results = await get(
      world,
      [
        stat('minutes'),
        stat('fives', 'Sum', 300),
        { Id: 'a', Expression: 'FILL(minutes, 0)' },
        { Id: 'b', Expression: 'fives + PERIOD(fives)' },
      ],
      { EndTime: minute(5) },
    )
    expect(results[2]?.points).toEqual([
      [0, 1],
      [1, 2],
      [2, 0],
      [3, 4],
      [4, 5],
    ])
    expect(results[3]?.points).toEqual([[0, 312]])
  })

  test('reads the unit that is asked for', async () => {
    await put(world, { Value: 100, Timestamp: minute(0), Unit: 'Bytes' })
    expect(await points(world, stat('m', 'Sum', 60, { Unit: 'Bytes' }))).toEqual([[0, 100]])
    expect(await points(world, stat('m', 'Sum', 60, { Unit: 'Percent' }))).toEqual([])
  })

  test('pages by the number of points of all results', async () => {
    const MetricDataQueries = [stat('a'), stat('b', 'Maximum')]
    const seen: [string, number[], string][][] = []
    let NextToken: string | undefined
    do {
      const answer = await world.client.getMetricData({
        MetricDataQueries,
        StartTime: minute(0),
        EndTime: minute(10),
        ScanBy: 'TimestampAscending',
        MaxDatapoints: 3,
        ...(NextToken === undefined ? {} : { NextToken }),
      })
      seen.push(
        (answer.MetricDataResults ?? []).map((each) => [
          each.Id ?? '',
          each.Values ?? [],
          each.StatusCode ?? '',
        ]),
      )
      NextToken = answer.NextToken
    } while (NextToken !== undefined)
    expect(seen).toEqual([
      [
        ['a', [1, 2, 4], 'PartialData'],
        ['b', [], 'PartialData'],
      ],
      [
        ['a', [5], 'Complete'],
        ['b', [1, 2], 'PartialData'],
      ],
      [
        ['a', [], 'Complete'],
        ['b', [4, 5], 'Complete'],
      ],
    ])
  })

  test('is complete when the points just fit', async () => {
    const answer = await world.client.getMetricData({
      MetricDataQueries: [stat('m')],
      StartTime: minute(0),
      EndTime: minute(10),
      MaxDatapoints: 4,
    })
    expect(answer.MetricDataResults?.[0]?.StatusCode).toBe('Complete')
    expect(answer.NextToken).toBeUndefined()
  })

  test.each<[string, MetricDataQuery[], string]>([
    ['no queries', [], 'MetricDataQueries'],
    ['a bad id', [stat('Big')], 'The value Big for parameter MetricDataQueries.member.Id'],
    ['an id twice', [stat('m'), stat('m')], 'not unique: m'],
    ['a metric that is an expression', [{ ...stat('m'), Expression: 'm' }], 'mutually exclusive'],
    ['neither', [{ Id: 'm' }], 'mutually exclusive'],
    [
      'a period of 45',
      [stat('m', 'Sum', 45)],
      'parameter MetricDataQueries.member.MetricStat.Period',
    ],
    ['an unknown statistic', [stat('m', 'Mode')], 'The value Mode'],
    ['a syntax error', [{ Id: 'e', Expression: '1 +' }], "Error in expression 'e': Syntax error"],
    [
      'an unknown id',
      [{ Id: 'e', Expression: 'x + 1' }],
      "Error in expression 'e': Undefined variable 'x'",
    ],
    [
      'a circle',
      [
        { Id: 'a', Expression: 'b * 2' },
        { Id: 'b', Expression: 'a * 2' },
      ],
      'depends on itself',
    ],
    ['a number as result', [{ Id: 'e', Expression: '1 + 1' }], 'must be a time series'],
    ['501 queries', Array.from({ length: 501 }, (_each, index) => stat(`m${index}`)), '500'],
  ])('refuses %s', async (_name, queries, message) => {
    await expect(get(world, queries)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    })
  })

  test.each([
    [{ EndTime: minute(0) }, 'ValidationException'],
    [{ MaxDatapoints: 0 }, 'ValidationException'],
    [{ NextToken: 'elsewhere' }, 'InvalidNextToken'],
  ])('refuses %j', async (more, name) => {
    await expect(get(world, [stat('m')], more)).rejects.toMatchObject({ name })
  })
})
