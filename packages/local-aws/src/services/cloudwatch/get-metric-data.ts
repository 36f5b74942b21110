import type {
  GetMetricDataCommandInput,
  GetMetricDataOutput,
  MetricDataQuery,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch'
import { checkedExpression, tooMany, validationError } from './errors.ts'
import { parseExpression } from './expressions/parse.ts'
import type { Points } from './expressions/points.ts'
import type { MetricStore } from './metric-store.ts'
import { offsetOf, tokenOf } from './pages.ts'
import { isPeriod, requestedRange } from './periods.ts'
import { Queries } from './queries.ts'
import { statisticOf } from './statistics.ts'

/** API_GetMetricData. */
const MOST = { queries: 500, datapoints: 100_800 }

export function getMetricData(
  store: MetricStore,
  now: number,
  input: GetMetricDataCommandInput,
): GetMetricDataOutput {
  const { MetricDataQueries: asked = [], StartTime, EndTime, MaxDatapoints, ScanBy } = input
  checkQueries(asked)
  const most = MaxDatapoints ?? MOST.datapoints
  if (!(most >= 1 && most <= MOST.datapoints)) {
    throw validationError(
      `The value ${most} for parameter MaxDatapoints must be between 1 and ${MOST.datapoints}.`,
    )
  }
  const [start, end] = [seconds(StartTime), seconds(EndTime)]
  if (start >= end) {
    throw validationError('The parameter StartTime must be less than the parameter EndTime.')
  }
  const queries = new Queries(store, asked, requestedRange(start, end, now / 1000))
  const shown = asked.filter((query) => query.ReturnData !== false)
  // Hidden ones are read as well: what is wrong with them is told too.
  const read = new Map(
    asked.map(({ Id = '' }) => [Id, checkedExpression(Id, () => queries.read(Id))]),
  )
  const all = shown.map((query) => ({ query, points: read.get(query.Id ?? '') ?? new Map() }))
  return pageOfResults(all, ScanBy === 'TimestampAscending', most, input.NextToken)
}

const seconds = (date: Date | undefined): number => (date?.getTime() ?? 0) / 1000

/** `most` counts the points of all results together; those that do not fit wait for the next page. */
function pageOfResults(
  all: readonly { readonly query: MetricDataQuery; readonly points: Points }[],
  isAscending: boolean,
  most: number,
  token: string | undefined,
): GetMetricDataOutput {
  const from = offsetOf(token)
  const to = from + most
  let passed = 0
  const results = all.map(({ query, points }): MetricDataResult => {
    const entries = isAscending ? [...points] : [...points].reverse()
    const page = entries.slice(Math.max(0, from - passed), Math.max(0, to - passed))
    passed += entries.length
    return {
      Id: query.Id,
      Label: query.Label ?? query.MetricStat?.Metric?.MetricName ?? query.Id,
      Timestamps: page.map(([start]) => new Date(start * 1000)),
      Values: page.map(([, value]) => value),
      StatusCode: passed > to ? 'PartialData' : 'Complete',
    }
  })
  return {
    MetricDataResults: results,
    Messages: [],
    NextToken: passed > to ? tokenOf(to) : undefined,
  }
}

/** What GetMetricData and PutMetricAlarm both demand of a list of queries. Throws ValidationError. */
export function checkQueries(queries: readonly MetricDataQuery[]): void {
  if (queries.length === 0) {
    throw validationError('The parameter MetricDataQueries must contain at least one member.')
  }
  if (queries.length > MOST.queries) throw tooMany('MetricDataQueries', MOST.queries)
  const ids = new Set<string>()
  for (const query of queries) {
    const { Id = '' } = query
    if (!/^[a-z][A-Za-z0-9_]*$/.test(Id)) {
      throw validationError(
        `The value ${Id} for parameter MetricDataQueries.member.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
      )
    }
    if (ids.has(Id)) {
      throw validationError(
        `The values for parameter id in MetricDataQueries are not unique: ${Id}.`,
      )
    }
    ids.add(Id)
    checkQuery(query, Id)
  }
}

function checkQuery({ MetricStat: stat, Expression }: MetricDataQuery, id: string): void {
  if ((stat === undefined) === (Expression === undefined)) {
    throw validationError(
      `The parameters MetricDataQueries.member.Expression and MetricDataQueries.member.MetricStat are mutually exclusive and you have to specify one of them for ${id}.`,
    )
  }
  if (Expression !== undefined) checkedExpression(id, () => parseExpression(Expression))
  if (!stat) return
  if (!isPeriod(stat.Period ?? 0)) {
    throw validationError(
      `The value ${stat.Period ?? ''} for parameter MetricDataQueries.member.MetricStat.Period must be 1, 5, 10, 20, 30 or a multiple of 60.`,
    )
  }
  if (!statisticOf(stat.Stat ?? '')) {
    throw validationError(
      `The value ${stat.Stat ?? ''} for parameter MetricDataQueries.member.MetricStat.Stat is not supported.`,
    )
  }
}
