/** GetMetricData's queries, over the store: what alarms evaluate and what clients read is the same. */
import type { MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch'
import { evaluate, type Points } from './expressions/evaluate.ts'
import { ExpressionError, parseExpression } from './expressions/parse.ts'
import type { Dimensions, Metric, MetricStore } from './metric-store.ts'
import { statisticOf } from './statistics.ts'

/** Seconds; `end` is exclusive. */
export interface Range {
  readonly start: number
  readonly end: number
}

export const dimensionsOf = (
  list: readonly { Name?: string | undefined; Value?: string | undefined }[] | undefined,
): Dimensions => Object.fromEntries((list ?? []).map(({ Name = '', Value = '' }) => [Name, Value]))

export const metricOf = (given: {
  Namespace?: string | undefined
  MetricName?: string | undefined
  Dimensions?: readonly { Name?: string | undefined; Value?: string | undefined }[] | undefined
}): Metric => ({
  namespace: given.Namespace ?? '',
  name: given.MetricName ?? '',
  dimensions: dimensionsOf(given.Dimensions),
})

/** The period starts of a range, in seconds, ascending; the range is widened to whole periods. */
export function startsOf({ start, end }: Range, period: number): number[] {
  const first = Math.floor(start / period) * period
  const count = Math.max(0, Math.ceil((end - first) / period))
  return Array.from({ length: count }, (_each, index) => first + index * period)
}

/** Throws {@link ExpressionError} for a statistic or a period that CloudWatch does not have. */
export function readMetric(
  store: MetricStore,
  { Metric: metric = {}, Stat = '', Period = 60 }: Partial<MetricStat>,
  range: Range,
): Points {
  const statistic = statisticOf(Stat)
  if (!statistic)
    throw new ExpressionError(`The value ${Stat} for parameter Stat is not supported.`)
  checkPeriod(Period)
  const points = new Map<number, number>()
  for (const start of startsOf(range, Period)) {
    const bucket = store.read(metricOf(metric), start, Period)
    const value = bucket && statistic(bucket)
    if (value !== undefined) points.set(start, value)
  }
  return points
}

/** 1, 5, 10, 20, 30 or a multiple of 60 seconds (API_MetricStat). */
export function checkPeriod(period: number): void {
  if ([1, 5, 10, 20, 30].includes(period) || (period > 0 && period % 60 === 0)) return
  throw new ExpressionError(
    `The value ${period} for parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.`,
  )
}

/** All queries of one request by id; an expression may use any other query, in any order, but not itself. */
export function readQueries(
  store: MetricStore,
  queries: readonly MetricDataQuery[],
  range: Range,
): ReadonlyMap<string, Points> {
  const period = commonPeriod(queries)
  const starts = startsOf(range, period)
  const done = new Map<string, Points>()
  const underWay = new Set<string>()
  const read = (id: string): Points => {
    const known = done.get(id)
    if (known) return known
    const query = queries.find((each) => each.Id === id)
    if (!query) throw new ExpressionError(`${id} is not the id of a query of this request`)
    if (underWay.has(id)) throw new ExpressionError(`${id} uses itself`)
    underWay.add(id)
    const points = query.MetricStat
      ? readMetric(store, query.MetricStat, range)
      : evaluate(parseExpression(query.Expression ?? ''), {
          series: read,
          metrics: () =>
            queries.flatMap((each) =>
              each.MetricStat && each.Id !== undefined ? [read(each.Id)] : [],
            ),
          starts,
          period,
        })
    done.set(id, points)
    return points
  }
  for (const { Id = '' } of queries) read(Id)
  return done
}

const commonPeriod = (queries: readonly MetricDataQuery[]): number =>
  Math.max(1, ...queries.map((each) => each.MetricStat?.Period ?? each.Period ?? 0)) || 60
