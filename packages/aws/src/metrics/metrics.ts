import { Refused, type Metrics } from '@ecs-pipeline/rollout'
import type { Toolbox } from '../toolbox.ts'
import { readCloudWatch } from './cloudwatch.ts'
import { readPrometheus, type PrometheusServer } from './prometheus.ts'

/** Each series from where its query is for. Without a `prometheus` server its queries are refused. */
export function createMetrics(toolbox: Toolbox, prometheus: PrometheusServer | undefined): Metrics {
  return {
    async read(series, window) {
      const promql = series.filter((each) => each.query.kind === 'prometheus')
      if (promql.length > 0 && !prometheus) {
        throw new Refused('There is no Prometheus server to ask.', 'prometheus:query')
      }
      const [cloudWatch, fromPrometheus] = await Promise.all([
        readCloudWatch(
          toolbox,
          series.filter((each) => each.query.kind !== 'prometheus'),
          window,
        ),
        prometheus ? readPrometheus(prometheus, promql, window) : [],
      ])
      return [...cloudWatch, ...fromPrometheus]
    },
  }
}
