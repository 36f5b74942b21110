import type { DeploymentCircuitBreaker } from '@aws-sdk/client-ecs'

/** API_ThresholdConfiguration and API_ServiceDeploymentCircuitBreaker. */
const DEFAULT_PERCENT = 50
const BOUNDS = { least: 3, most: 200 }

/**
 * How many failed tasks trip the circuit breaker: of the latest desired count, as API_ThresholdConfiguration says.
 * That parts of a task are rounded up is unproven.
 */
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
 * Whether so many failures are too many. A breaker that is absent or off never trips. API_DeploymentCircuitBreaker says
 * that it is for rolling deployments only, deployment-failure-detection.html that it is for blue/green ones too; it was
 * seen under BLUE_GREEN (hashicorp/terraform-provider-aws, service_test.go) and is what takes Express services back, which
 * are CANARY (hashicorp/terraform-provider-aws#47919). So it is for every strategy here; LINEAR is unproven.
 */
export const isTripped = (
  breaker: DeploymentCircuitBreaker | undefined,
  desired: number,
  failures: number,
): boolean => breaker?.enable === true && failures >= breakerThreshold(breaker, desired)
