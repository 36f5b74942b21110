/** One metric of a client's own, as tests write and read it. */
import type {
  GetMetricDataCommandInput,
  MetricDataQuery,
  MetricDatum,
} from '@aws-sdk/client-cloudwatch'
import { minute, START, type TestCloudWatch } from './test-cloudwatch.ts'

export const Namespace = 'App'
export const MetricName = 'Latency'
export const Dimensions = [{ Name: 'Service', Value: 'ledger' }]

export async function put(
  { client }: TestCloudWatch,
  ...data: readonly Partial<MetricDatum>[]
): Promise<void> {
  const MetricData = data.map((datum) => ({ MetricName, Dimensions, ...datum }))
  await client.putMetricData({ Namespace, MetricData })
}

export const stat = (
  Id: string,
  Stat = 'Sum',
  Period = 60,
  more: object = {},
): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Stat, Period, ...more },
})

export interface Result {
  readonly id: string
  /** Minutes after the start, and the value. */
  readonly points: readonly (readonly [number, number])[]
  readonly status: string
}

/** From the first minute to the tenth, oldest first. */
export async function get(
  { client }: TestCloudWatch,
  queries: MetricDataQuery[],
  more: Partial<GetMetricDataCommandInput> = {},
): Promise<readonly Result[]> {
  const { MetricDataResults = [] } = await client.getMetricData({
    MetricDataQueries: queries,
    StartTime: minute(0),
    EndTime: minute(10),
    ScanBy: 'TimestampAscending',
    ...more,
  })
  return MetricDataResults.map(({ Id = '', Timestamps = [], Values = [], StatusCode = '' }) => ({
    id: Id,
    points: Timestamps.map((time, index) => [
      (time.getTime() - START) / 60_000,
      Values[index] ?? NaN,
    ]),
    status: StatusCode,
  }))
}

export const points = async (
  world: TestCloudWatch,
  query: MetricDataQuery,
  more: Partial<GetMetricDataCommandInput> = {},
): Promise<unknown> => (await get(world, [query], more))[0]?.points
