import type { DeploymentCircuitBreaker } from '@aws-sdk/client-ecs'

/** From API_DeploymentCircuitBreaker and its threshold configuration. That halves are rounded up is unproven. */
const DEFAULT_PERCENT = 50
const BOUNDS = { least: 3, most: 200 }

/** How many failed tasks trip the circuit breaker of a service of `desired` tasks. */
export function breakerThreshold(breaker: DeploymentCircuitBreaker, desired: number): number {
  const { type = 'BOUNDED_PERCENT', value = DEFAULT_PERCENT } = breaker.thresholdConfiguration ?? {}
  const percent = Math.ceil((desired * value) / 100)
  switch (type) {
    case 'COUNT':
      return value
    case 'UNBOUNDED_PERCENT':
      return Math.max(1, percent)
    default:
      return Math.min(BOUNDS.most, Math.max(BOUNDS.least, percent))
  }
}

/**
 * The pause before the next start, in milliseconds, after so many failures in a row. ECS spaces starts out up to 15
 * minutes ('Service throttle logic'); where it begins and how fast it grows is unproven.
 */
export function pauseAfterFailures(failures: number): number {
  const free = 10
  if (failures < free) return 0
  return Math.min(15 * 60_000, 10_000 * 2 ** (failures - free))
}
