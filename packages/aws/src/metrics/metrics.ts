import type { Metrics } from '@ecs-pipeline/rollout'
import type { Toolbox } from '../toolbox.ts'
import { readCloudWatch } from './cloudwatch.ts'
import { readPrometheus, type PrometheusAccess } from './prometheus.ts'

/** Each series from where its query is for. */
export function createMetrics(toolbox: Toolbox, prometheus: PrometheusAccess): Metrics {
  return {
    async read(series, window) {
      const promql = series.filter((each) => each.query.kind === 'prometheus')
      const [cloudWatch, fromPrometheus] = await Promise.all([
        readCloudWatch(
          toolbox,
          series.filter((each) => each.query.kind !== 'prometheus'),
          window,
        ),
        readPrometheus(toolbox, prometheus, promql, window),
      ])
      return [...cloudWatch, ...fromPrometheus]
    },
  }
}
