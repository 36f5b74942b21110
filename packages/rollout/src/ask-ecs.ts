/** The cheap way back: ECS itself takes a deployment that is under way back to what ran before it. */
import { Conflict, PortError, Unreachable } from './errors.ts'
import type { Cause } from './outcome.ts'
import { isGoingBack } from './service-deployment-states.ts'
import type { RolloutTools } from './tools.ts'
import type { ServiceDeploymentArn, ServiceDeploymentView } from './views.ts'
import { rollingBack } from './watch/causes.ts'
import type { DeploymentIdentity } from './watch/observer.ts'
import { INITIAL_WATCH_STATE, type WatchState } from './watch/step.ts'

/** `undefined` in classic mode, and when it cannot be read. */
export async function readDeployment(
  { serviceDeployment }: DeploymentIdentity,
  tools: RolloutTools,
): Promise<ServiceDeploymentView | undefined> {
  if (serviceDeployment === undefined) return undefined
  try {
    return await tools.ports.deployments.serviceDeployment(serviceDeployment)
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    return undefined
  }
}

/** When ECS did not take the request, a plain deployment of the known good revision is the way. */
export async function askEcsToRollBack(
  identity: DeploymentIdentity,
  arn: ServiceDeploymentArn,
  cause: Cause,
  tools: RolloutTools,
): Promise<WatchState | 'refused' | 'unanswered'> {
  const byUs: WatchState = { phase: 'rolling-back', by: 'action', cause }
  tools.journal.progress('rolling back: StopServiceDeployment')
  await tools.onPhase?.('rolling-back')
  try {
    await tools.ports.deployments.rollBack(arn)
    return byUs
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    // A conflict means that it ended in between, perhaps because ECS has begun to roll back; a request without an
    // answer may have arrived. The deployment tells, so that nobody goes back twice.
    if (error instanceof Conflict || error instanceof Unreachable) {
      const deployment = await readDeployment(identity, tools)
      const state = rollingBack(INITIAL_WATCH_STATE, deployment)
      const isOurs = error instanceof Unreachable && state.by === 'manual'
      if (deployment && isGoingBack(deployment)) return isOurs ? byUs : state
    }
    if (!(error instanceof Conflict)) {
      tools.journal.caveat(`StopServiceDeployment did not work: ${error.message}`)
    }
    return error instanceof Unreachable ? 'unanswered' : 'refused'
  }
}
