import type { Clock } from '../../clock/clock.ts'
import { loadBalancersOf, type ElbState } from './model.ts'
import type { RequestMetrics } from './request-metrics.ts'

const MINUTE = 60_000

/**
 * Publishes HealthyHostCount and UnHealthyHostCount of each target group that a listener routes to, "if there are
 * registered targets" (Application Load Balancer guide). A draining target is neither healthy nor unhealthy; that it
 * still counts as registered is unproven. Returns what ends it.
 */
export function countHostsEachMinute(
  state: ElbState,
  clock: Clock,
  metrics: RequestMetrics,
): () => void {
  let cancel: () => void
  const again = (): void => {
    cancel = clock.after(MINUTE, () => {
      count(state, metrics)
      again()
    })
  }
  again()
  return () => {
    cancel()
  }
}

function count(state: ElbState, metrics: RequestMetrics): void {
  for (const group of state.targetGroups.values()) {
    if (group.targets.size === 0) continue
    const states = [...group.targets.values()].map(({ health }) => health.State)
    const healthy = states.filter((each) => each === 'healthy').length
    const unhealthy = states.filter((each) => each === 'unhealthy').length
    for (const balancer of loadBalancersOf(state, group.arn)) {
      metrics.hosts(balancer.dimension, group.dimension, healthy, unhealthy)
    }
  }
}
