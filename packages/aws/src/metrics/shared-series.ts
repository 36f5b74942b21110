/** Reads of several services at the same moment, in one GetMetricData: over the widest window, and to each its own. */
import type { Clock, Series, SeriesValues } from '@ecs-pipeline/rollout'
import { Batcher } from '../batcher.ts'
import type { AwsAccess } from '../toolbox.ts'
import { QUERIES_PER_CALL, queryCount, readCloudWatch } from './cloudwatch.ts'

/** What one service asks for: periods that begin in [from, to), milliseconds since the epoch. */
export interface SeriesRequest {
  readonly series: readonly Series[]
  readonly from: number
  readonly to: number
}

/** `window`: how long one who asks waits for the others, in milliseconds. */
export function createSharedSeries(
  aws: AwsAccess,
  clock: Clock,
  window: number,
): Batcher<SeriesRequest, readonly SeriesValues[]> {
  return new Batcher({
    size: QUERIES_PER_CALL,
    weigh: ({ series }) => series.reduce((sum, each) => sum + queryCount(each), 0),
    window,
    clock,
    isolates: true,
    ask: async (requests) => {
      const from = Math.min(...requests.map((each) => each.from))
      const to = Math.max(...requests.map((each) => each.to))
      const answers = await readCloudWatch(
        aws,
        requests.flatMap(({ series }) => series),
        { from, to },
      )
      let start = 0
      return new Map(
        requests.map((request) => {
          const own = answers.slice(start, start + request.series.length)
          start += request.series.length
          return [request, requests.length === 1 ? own : own.map((each) => within(each, request))]
        }),
      )
    },
  })
}

const within = (answer: SeriesValues, { from, to }: SeriesRequest): SeriesValues => ({
  ...answer,
  values: new Map([...answer.values].filter(([at]) => at >= from && at < to)),
})
