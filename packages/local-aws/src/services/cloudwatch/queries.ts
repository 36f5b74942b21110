/** GetMetricData's queries, over the store: what alarms evaluate and what clients read is the same. */
import type { Dimension, MetricDataQuery, MetricStat } from '@aws-sdk/client-cloudwatch'
import { evaluate } from './expressions/evaluate.ts'
import { ExpressionError, parseExpression, referencesOf } from './expressions/parse.ts'
import { pointsOf, type Points } from './expressions/points.ts'
import type { Metric, MetricStore } from './metric-store.ts'
import { startsOf, type Range } from './periods.ts'
import { statisticOf } from './statistics.ts'

export const metricOf = (given: {
  readonly Namespace?: string | undefined
  readonly MetricName?: string | undefined
  readonly Dimensions?: readonly Dimension[] | undefined
}): Metric => ({
  namespace: given.Namespace ?? '',
  name: given.MetricName ?? '',
  dimensions: Object.fromEntries(
    (given.Dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value]),
  ),
})

/** One metric by one statistic. Gives nothing for a statistic that CloudWatch does not have. */
export function readMetric(
  store: MetricStore,
  { Metric: metric = {}, Stat = '', Unit }: Partial<MetricStat>,
  period: number,
  range: Range,
): Points {
  const statistic = statisticOf(Stat)
  const which = metricOf(metric)
  return pointsOf(startsOf(range, period), (start) => {
    const values = store.read(which, start, Math.min(start + period, range.end), Unit)
    return values && statistic?.(values)
  })
}

/** The queries of one request. An expression may use any other, in any order, but not itself. */
export class Queries {
  private readonly store: MetricStore
  private readonly queries: ReadonlyMap<string, MetricDataQuery>
  private readonly range: Range
  /** By id and period. */
  private readonly done = new Map<string, Points>()
  private readonly periods = new Map<string, number>()
  private readonly underWay = new Set<string>()

  constructor(store: MetricStore, queries: readonly MetricDataQuery[], range: Range) {
    this.store = store
    this.queries = new Map(queries.map((query) => [query.Id ?? '', query]))
    this.range = range
  }

  /** Throws {@link ExpressionError}. */
  read(id: string): Points {
    return this.readAt(id, this.periodOf(id))
  }

  /**
   * Seconds. An expression is worked out at the longest period of the metrics it uses (unproven for metrics of
   * different periods; alarms demand equal ones). Throws {@link ExpressionError}.
   */
  periodOf(id: string): number {
    const known = this.periods.get(id)
    if (known !== undefined) return known
    const query = this.find(id)
    const period = query.MetricStat?.Period ?? this.guarded(id, () => this.longestPeriod(query))
    this.periods.set(id, period)
    return period
  }

  private longestPeriod({ Expression = '', Period = 60 }: MetricDataQuery): number {
    const { ids, usesMetrics } = referencesOf(parseExpression(Expression))
    const all = this.metricIds('')
    const used = [...new Set(usesMetrics ? [...ids, ...all] : ids)]
    // TIME_SERIES(10) uses none.
    const periods = (used.length > 0 ? used : all).map((each) => this.periodOf(each))
    return periods.length > 0 ? Math.max(...periods) : Period
  }

  private readAt(id: string, period: number): Points {
    const key = `${id} ${period}`
    const known = this.done.get(key)
    if (known) return known
    const { MetricStat: stat, Expression = '' } = this.find(id)
    const points = stat
      ? readMetric(this.store, stat, period, this.range)
      : this.guarded(id, () =>
          evaluate(parseExpression(Expression), {
            series: (each) => this.readAt(each, period),
            metrics: (text) => this.metricIds(text).map((each) => this.readAt(each, period)),
            periodOf: (each) => this.periodOf(each),
            starts: startsOf(this.range, period),
          }),
        )
    this.done.set(key, points)
    return points
  }

  private find(id: string): MetricDataQuery {
    const query = this.queries.get(id)
    if (!query) throw new ExpressionError(`Undefined variable '${id}'`)
    return query
  }

  private metricIds(text: string): readonly string[] {
    return [...this.queries]
      .filter(([id, query]) => query.MetricStat && id.includes(text))
      .map(([id]) => id)
  }

  private guarded<T>(id: string, work: () => T): T {
    if (this.underWay.has(id)) throw new ExpressionError(`'${id}' depends on itself`)
    this.underWay.add(id)
    try {
      return work()
    } finally {
      this.underWay.delete(id)
    }
  }
}
