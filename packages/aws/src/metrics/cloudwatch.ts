/** Series out of CloudWatch: all of them in one GetMetricData, whatever their periods. */
import type { GetMetricDataOutput, MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { Denied, type MetricQuery, type Series, type SeriesValues } from '@ecs-pipeline/rollout'
import { deniedMessage } from '../denied.ts'
import { load } from '../lazy-sdk.ts'
import type { AwsAccess } from '../toolbox.ts'

const ACTION = 'cloudwatch:GetMetricData'
/** GetMetricData takes this many queries (CloudWatch API Reference). */
export const QUERIES_PER_CALL = 500

export async function readCloudWatch(
  { clients, call }: AwsAccess,
  series: readonly Series[],
  window: { readonly from: number; readonly to: number },
): Promise<readonly SeriesValues[]> {
  if (series.length === 0) return []
  const queries = series.flatMap(queriesOf)
  if (queries.length > QUERIES_PER_CALL) {
    throw new RangeError(`${queries.length} metrics; GetMetricData takes ${QUERIES_PER_CALL}.`)
  }
  const sdk = await load.cloudWatch()
  const client = clients.of(sdk.CloudWatchClient)
  const asked = { action: ACTION, resource: `${series.length} metrics of the triggers` }
  const found = series.map(() => ({ values: new Map<number, number>(), error: '' }))
  let nextToken: string | undefined
  do {
    const page: GetMetricDataOutput = await call(asked, (options) =>
      client.send(
        new sdk.GetMetricDataCommand({
          MetricDataQueries: queries,
          StartTime: new Date(window.from),
          EndTime: new Date(window.to),
          // The default is newest first, where the first value is the one that is not complete yet.
          ScanBy: 'TimestampAscending',
          NextToken: nextToken,
        }),
        options,
      ),
    )
    for (const [index, into] of found.entries()) takePage(page, index, into)
    // PartialData on a page that another follows only means that there is another.
    nextToken = page.NextToken
    if (nextToken !== undefined) for (const into of found) into.error = ''
  } while (nextToken !== undefined)
  return series.map(({ id }, index) => {
    const { values, error } = found[index] ?? { values: new Map<number, number>(), error: '' }
    return { id, values, error: error === '' ? undefined : error }
  })
}

/** How many queries of GetMetricData the values of a series take. */
export const queryCount = (series: Series): number => queriesOf(series, 0).length

const idOf = (index: number): string => `s${index}`

/** The ids of AWS begin with a small letter; ours are made here, so that a trigger's name can be anything. */
function queriesOf(series: Series, index: number): MetricDataQuery[] {
  const { query, period } = series
  if (query.kind === 'metric') return [metricQuery(idOf(index), query.metric, period)]
  if (query.kind !== 'expression') return []
  const names = new Map(
    Object.keys(query.metrics).map((name, at) => [name, `${idOf(index)}_${at}`] as const),
  )
  const expression = query.expression.replace(/\b[a-z]\w*\b/g, (word) => names.get(word) ?? word)
  const hidden = Object.entries(query.metrics).map(([name, metric]) => ({
    ...metricQuery(names.get(name) ?? name, metric, period),
    ReturnData: false,
  }))
  return [...hidden, { Id: idOf(index), Expression: expression, Period: period }]
}

function metricQuery(id: string, metric: MetricQuery, period: number): MetricDataQuery {
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: metric.namespace,
        MetricName: metric.name,
        Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: period,
      Stat: metric.statistic,
    },
  }
}

function takePage(
  page: GetMetricDataOutput,
  index: number,
  into: { readonly values: Map<number, number>; error: string },
): void {
  const result = page.MetricDataResults?.find((each) => each.Id === idOf(index))
  for (const [at, time] of (result?.Timestamps ?? []).entries()) {
    const value = result?.Values?.[at]
    if (value !== undefined) into.values.set(time.getTime(), value)
  }
  const messages = [...(result?.Messages ?? []), ...(page.Messages ?? [])]
  const words = messages.map((each) => each.Value ?? each.Code ?? '').join(' ')
  switch (result?.StatusCode) {
    case 'Complete':
    case undefined:
      return
    case 'Forbidden':
      throw new Denied(deniedMessage({ action: ACTION, resource: 'a metric' }, words), ACTION)
    default:
      into.error = `CloudWatch answers ${String(result?.StatusCode)}${words === '' ? '' : `: ${words}`}`
  }
}
