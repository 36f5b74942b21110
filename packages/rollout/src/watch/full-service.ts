/** Whether all of a deployment serves. ECS may call one SUCCESSFUL before that (`earlySuccessCriteria`). */
import type { DeploymentView, TargetView } from '../views.ts'
import type { Observation } from './observation.ts'

export const isFullyRunning = (deployment: DeploymentView): boolean =>
  deployment.runningCount >= deployment.desiredCount

/**
 * All of it runs. Where ECS does not wait for the last tasks to be healthy, no target may be in doubt either, and each
 * group needs as many as there are tasks. The counts are those of DescribeServices: those of the service deployment stand
 * still from its end on (early-success-criteria.html).
 */
export const servesInFull = (deployment: DeploymentView, seen: Observation): boolean =>
  isFullyRunning(deployment) &&
  (!seen.service.earlySuccess || areTargetsHealthy(seen)) &&
  (seen.ownTargets !== true || isEachHealthy(seen))

/** Without a load balancer, and where targets cannot be read, nothing speaks against them. */
function areTargetsHealthy({ service, targets }: Observation): boolean {
  if (targets === undefined) return true
  return service.loadBalancers.every(({ targetGroupArn, alternateTargetGroupArn: other }) => {
    const isIn = ({ targetGroup }: TargetView): boolean =>
      targetGroup === targetGroupArn || targetGroup === other
    const present = targets.filter((each) => isIn(each) && isMeant(each))
    return !present.some(isInDoubt) && present.length >= service.desiredCount
  })
}

/**
 * ECS looks at the health of a revision before it moves the first traffic; that it does so again is documented nowhere.
 */
const isEachHealthy = ({ targets = [] }: Observation): boolean =>
  !targets.filter(isMeant).some(isInDoubt)

const isMeant = ({ state }: TargetView): boolean => !state.includes('draining')

const isInDoubt = ({ state }: TargetView): boolean => state === 'initial' || state === 'unhealthy'
