/** Whether all of a deployment serves. ECS may call one SUCCESSFUL before that (`earlySuccessCriteria`). */
import type { DeploymentView } from '../views.ts'
import type { Observation } from './observation.ts'

export const isFullyRunning = (deployment: DeploymentView): boolean =>
  deployment.runningCount >= deployment.desiredCount

/**
 * All of it runs. Where ECS does not wait for the last tasks to be healthy, no target may be in doubt either, and each
 * group needs as many as there are tasks. The counts are those of DescribeServices: those of the service deployment stand
 * still from its end on (early-success-criteria.html).
 */
export const servesInFull = (deployment: DeploymentView, seen: Observation): boolean =>
  isFullyRunning(deployment) && (!seen.service.earlySuccess || areTargetsHealthy(seen))

/** Without a load balancer, and where targets cannot be read, nothing speaks against them. */
function areTargetsHealthy({ service, targets }: Observation): boolean {
  if (targets === undefined) return true
  return service.loadBalancers.every(({ targetGroupArn }) => {
    const present = targets.filter(
      (each) => each.targetGroup === targetGroupArn && !each.state.includes('draining'),
    )
    const isInDoubt = present.some(({ state }) => state === 'initial' || state === 'unhealthy')
    return !isInDoubt && present.length >= service.desiredCount
  })
}
