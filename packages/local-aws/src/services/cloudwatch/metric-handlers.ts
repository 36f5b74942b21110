import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import type { Clock } from '../../clock/clock.ts'
import { CodedError } from '../../wire/errors.ts'
import type { Handlers } from '../../wire/service.ts'
import type { Points } from './expressions/evaluate.ts'
import { ExpressionError } from './expressions/parse.ts'
import type { MetricStore } from './metric-store.ts'
import { checkPeriod, dimensionsOf, readMetric, readQueries, startsOf } from './queries.ts'
import { statisticOf } from './statistics.ts'

const $metadata = {}
const seconds = (date: Date | undefined): number => (date?.getTime() ?? 0) / 1000
const invalidValue = (message: string): Error =>
  new cloudwatch.InvalidParameterValueException({ message, $metadata })
const invalidCombination = (message: string): Error =>
  new cloudwatch.InvalidParameterCombinationException({ message, $metadata })

/** The limits of PutMetricData and GetMetricData (their API references). */
const LIMITS = {
  metrics: 1000,
  dimensions: 30,
  values: 150,
  queries: 500,
  datapoints: 100_800,
  pastMs: 14 * 24 * 3600_000,
  futureMs: 2 * 3600_000,
}

export function metricHandlers(store: MetricStore, clock: Clock): Handlers<typeof cloudwatch> {
  return {
    PutMetricData(input) {
      const data = input.MetricData ?? []
      if (data.length > LIMITS.metrics) {
        throw invalidValue('The collection MetricData must not have a size greater than 1000.')
      }
      if (input.Namespace?.startsWith('AWS/')) {
        throw invalidValue('The value AWS/ for parameter Namespace is invalid.')
      }
      for (const datum of data) checkDatum(datum, clock.now())
      for (const datum of data) put(store, input.Namespace ?? '', datum, clock.now())
      return {}
    },
    GetMetricData: (input) => getMetricData(store, input),
    GetMetricStatistics(input) {
      const { Period = 60 } = input
      const range = rangeOf(input.StartTime, input.EndTime)
      if (startsOf(range, Period).length > 1440) {
        throw invalidCombination('You have requested more than 1,440 datapoints.')
      }
      asked(() => {
        checkPeriod(Period)
      })
      const metric = {
        Namespace: input.Namespace,
        MetricName: input.MetricName,
        Dimensions: input.Dimensions,
      }
      const read = (Stat: string): Points =>
        asked(() => readMetric(store, { Metric: metric, Stat, Period }, range))
      const statistics = (input.Statistics ?? []).map((name) => [name, read(name)] as const)
      const extended = (input.ExtendedStatistics ?? []).map((name) => [name, read(name)] as const)
      const starts = startsOf(range, Period).filter((start) =>
        [...statistics, ...extended].some(([, points]) => points.has(start)),
      )
      return {
        Label: input.MetricName,
        Datapoints: starts.map((start) => ({
          Timestamp: new Date(start * 1000),
          Unit: input.Unit,
          ...Object.fromEntries(statistics.map(([name, points]) => [name, points.get(start)])),
          ...(extended.length > 0
            ? {
                ExtendedStatistics: Object.fromEntries(
                  extended.map(([name, points]) => [name, points.get(start) ?? 0]),
                ),
              }
            : {}),
        })),
      }
    },
    ListMetrics(input) {
      const from = Number(input.NextToken ?? 0)
      const threeHoursAgo = clock.now() / 1000 - 3 * 3600
      const found = store
        .metrics()
        .filter(
          ({ metric, newest }) =>
            (input.Namespace === undefined || metric.namespace === input.Namespace) &&
            (input.MetricName === undefined || metric.name === input.MetricName) &&
            (input.RecentlyActive === undefined || newest >= threeHoursAgo) &&
            (input.Dimensions ?? []).every(
              ({ Name = '', Value }) =>
                Name in metric.dimensions &&
                (Value === undefined || metric.dimensions[Name] === Value),
            ),
        )
      return {
        Metrics: found.slice(from, from + 500).map(({ metric }) => ({
          Namespace: metric.namespace,
          MetricName: metric.name,
          Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
        NextToken: found.length > from + 500 ? String(from + 500) : undefined,
      }
    },
  }
}

function rangeOf(start: Date | undefined, end: Date | undefined): { start: number; end: number } {
  const range = { start: seconds(start), end: seconds(end) }
  if (range.start < range.end) return range
  throw invalidValue('The parameter StartTime must be less than the parameter EndTime.')
}

function checkDatum(datum: cloudwatch.MetricDatum, now: number): void {
  const { Dimensions = [], Timestamp, Value, Values, StatisticValues } = datum
  if (Dimensions.length > LIMITS.dimensions) {
    throw invalidValue('The collection Dimensions must not have a size greater than 30.')
  }
  if ((Values?.length ?? 0) > LIMITS.values) {
    throw invalidValue('The collection Values must not have a size greater than 150.')
  }
  const kinds = [Value, Values, StatisticValues].filter((each) => each !== undefined).length
  if (kinds !== 1) {
    throw invalidCombination(
      'One and only one of Value, StatisticValues and Values has to be given for each datum.',
    )
  }
  if (datum.Counts && datum.Counts.length !== Values?.length) {
    throw invalidCombination('The lists Values and Counts must have the same size.')
  }
  const at = Timestamp?.getTime() ?? now
  if (at < now - LIMITS.pastMs || at > now + LIMITS.futureMs) {
    throw invalidValue(
      'The parameter Timestamp must specify a time no more than two weeks in the past and two hours in the future.',
    )
  }
}

function put(
  store: MetricStore,
  namespace: string,
  datum: cloudwatch.MetricDatum,
  now: number,
): void {
  const metric = {
    namespace,
    name: datum.MetricName ?? '',
    dimensions: dimensionsOf(datum.Dimensions),
  }
  const at = datum.Timestamp?.getTime() ?? now
  const { Value, Values = [], Counts, StatisticValues: set, Unit } = datum
  if (Value !== undefined) store.record(metric, at, Value, 1, Unit)
  Values.forEach((value, index) => {
    store.record(metric, at, value, Counts?.[index] ?? 1, Unit)
  })
  if (set) {
    const { SampleCount = 0, Sum = 0, Minimum = 0, Maximum = 0 } = set
    const values = { count: SampleCount, sum: Sum, minimum: Minimum, maximum: Maximum }
    store.recordSet(metric, at, values, Unit)
  }
}

function getMetricData(
  store: MetricStore,
  input: cloudwatch.GetMetricDataCommandInput,
): cloudwatch.GetMetricDataOutput {
  const queries = input.MetricDataQueries ?? []
  const range = rangeOf(input.StartTime, input.EndTime)
  if (queries.length > LIMITS.queries) {
    throw new CodedError(
      'ValidationError',
      'The collection MetricDataQueries must not have a size greater than 500.',
    )
  }
  checkQueries(queries)
  const points = asked(() => readQueries(store, queries, range))
  const isAscending = input.ScanBy === 'TimestampAscending'
  const most = Math.min(input.MaxDatapoints ?? LIMITS.datapoints, LIMITS.datapoints)
  const from = Number(input.NextToken ?? 0)
  let isMore = false
  const results = queries
    .filter((query) => query.ReturnData !== false)
    .map((query): cloudwatch.MetricDataResult => {
      const all = [...(points.get(query.Id ?? '') ?? [])].sort(([a], [b]) =>
        isAscending ? a - b : b - a,
      )
      const page = all.slice(from, from + most)
      if (all.length > from + most) isMore = true
      return {
        Id: query.Id,
        Label: query.Label ?? query.MetricStat?.Metric?.MetricName ?? query.Id,
        Timestamps: page.map(([start]) => new Date(start * 1000)),
        Values: page.map(([, value]) => value),
        StatusCode: all.length > from + most ? 'PartialData' : 'Complete',
      }
    })
  return {
    MetricDataResults: results,
    Messages: [],
    ...(isMore ? { NextToken: String(from + most) } : {}),
  }
}

function checkQueries(queries: readonly cloudwatch.MetricDataQuery[]): void {
  const ids = new Set<string>()
  for (const { Id = '', MetricStat, Expression } of queries) {
    if (!/^[a-z][A-Za-z0-9_]*$/.test(Id)) {
      throw invalid(
        `The value ${Id} for parameter MetricDataQueries.member.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
      )
    }
    if (ids.has(Id))
      throw invalid(`The values for parameter id in MetricDataQueries are not unique: ${Id}.`)
    ids.add(Id)
    if ((MetricStat === undefined) === (Expression === undefined)) {
      throw invalid('Exactly one of the parameters MetricStat and Expression must be defined.')
    }
    if (MetricStat && !statisticOf(MetricStat.Stat ?? '')) {
      throw invalid(
        `The value ${MetricStat.Stat ?? ''} for parameter MetricDataQueries.member.MetricStat.Stat is not supported.`,
      )
    }
  }
}

const invalid = (message: string): Error => new CodedError('ValidationError', message)

/** What is wrong with a query is the caller's mistake, and told in CloudWatch's way. */
function asked<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    throw invalid(`Error in expression: ${error.message}`)
  }
}
