import type { Clock, Metrics } from '@ecs-pipeline/rollout'
import type { AwsAccess } from '../toolbox.ts'
import { readPrometheus, type PrometheusAccess } from './prometheus.ts'
import { createSharedSeries } from './shared-series.ts'

export interface MetricsOptions extends AwsAccess {
  readonly clock: Clock
  /** How long one who asks waits for the others, in milliseconds. */
  readonly window: number
  readonly prometheus: PrometheusAccess
}

/** Each series from where its query is for. */
export function createMetrics({ prometheus, clock, window, ...aws }: MetricsOptions): Metrics {
  const shared = createSharedSeries(aws, clock, window)
  return {
    async read(series, span) {
      const promql = series.filter((each) => each.query.kind === 'prometheus')
      const others = series.filter((each) => each.query.kind !== 'prometheus')
      const [cloudWatch, fromPrometheus] = await Promise.all([
        others.length === 0 ? [] : shared.ask({ series: others, ...span }),
        readPrometheus(aws, prometheus, promql, span),
      ])
      return [...(cloudWatch ?? []), ...fromPrometheus]
    },
  }
}
