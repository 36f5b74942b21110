import type * as cloudwatch from '@aws-sdk/client-cloudwatch'
import type { Clock } from '../../clock/clock.ts'
import type { Handlers } from '../../wire/service.ts'
import { getMetricData } from './get-metric-data.ts'
import { getMetricStatistics } from './get-metric-statistics.ts'
import type { MetricStore } from './metric-store.ts'
import { pageOf } from './pages.ts'
import { putMetricData } from './put-metric-data.ts'

/** API_ListMetrics. */
const PAGE_SIZE = 500
/** Seconds without a value after which ListMetrics leaves a metric out, and for `RecentlyActive`. */
const SILENCE = { listed: 14 * 24 * 3600, recentlyActive: 3 * 3600 }

export function metricHandlers(store: MetricStore, clock: Clock): Handlers<typeof cloudwatch> {
  return {
    PutMetricData(input) {
      putMetricData(store, clock.now(), input)
      return {}
    },
    GetMetricData: (input) => getMetricData(store, clock.now(), input),
    GetMetricStatistics: (input) => getMetricStatistics(store, clock.now(), input),
    ListMetrics: (input) => listMetrics(store, clock.now(), input),
  }
}

function listMetrics(
  store: MetricStore,
  now: number,
  {
    Namespace,
    MetricName,
    Dimensions = [],
    RecentlyActive,
    NextToken,
  }: cloudwatch.ListMetricsCommandInput,
): cloudwatch.ListMetricsOutput {
  const silence = RecentlyActive === undefined ? SILENCE.listed : SILENCE.recentlyActive
  const found = store.metrics().filter(
    ({ metric, newest }) =>
      newest >= now / 1000 - silence &&
      (Namespace === undefined || metric.namespace === Namespace) &&
      (MetricName === undefined || metric.name === MetricName) &&
      Dimensions.every(({ Name = '', Value }) => {
        const has = Object.hasOwn(metric.dimensions, Name)
        return has && (Value === undefined || metric.dimensions[Name] === Value)
      }),
  )
  const page = pageOf(found, PAGE_SIZE, NextToken)
  return {
    Metrics: page.items.map(({ metric }) => ({
      Namespace: metric.namespace,
      MetricName: metric.name,
      Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
    })),
    NextToken: page.NextToken,
  }
}
