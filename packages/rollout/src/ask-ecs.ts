/** The cheap way back: ECS itself takes a deployment that is under way back to what ran before it. */
import { isOfCodeDeploy } from './codedeploy/id.ts'
import { Conflict, CredentialsExpired, PortError, Unreachable } from './errors.ts'
import type { Cause } from './outcome.ts'
import { isGoingBack } from './service-deployment-states.ts'
import type { RolloutTools } from './tools.ts'
import type { HookView, ServiceDeploymentArn, ServiceDeploymentView } from './views.ts'
import { rollingBack } from './watch/causes.ts'
import type { DeploymentIdentity } from './watch/observer.ts'
import { INITIAL_WATCH_STATE, type RollingBack } from './watch/state.ts'

/** `undefined` in classic mode, and when it cannot be read. */
export async function readDeployment(
  { serviceDeployment }: Pick<DeploymentIdentity, 'serviceDeployment'>,
  tools: RolloutTools,
): Promise<ServiceDeploymentView | undefined> {
  if (serviceDeployment === undefined) return undefined
  try {
    return await tools.ports.deployments.serviceDeployment(serviceDeployment)
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    tools.journal.caveat(`Whether ECS rolls back already cannot be read: ${error.message}`)
    return undefined
  }
}

export interface StoppableDeployment {
  readonly arn: ServiceDeploymentArn
  /** The pause that it waits at. */
  readonly pause: HookView | undefined
}

/** When ECS did not take the request, a plain deployment of the known good revision is the way. */
export async function askEcsToRollBack(
  asked: StoppableDeployment,
  cause: Cause,
  tools: RolloutTools,
): Promise<RollingBack | 'refused' | 'unanswered'> {
  const byUs: RollingBack = { phase: 'rolling-back', by: 'action', cause }
  await tools.onPhase?.('rolling-back')
  const atPause = await endInRollback(asked, tools)
  if (atPause === 'ended') return byUs
  try {
    tools.journal.progress(`rolling back: ${stopCallOf(asked.arn)}`)
    await tools.ports.deployments.rollBack(asked.arn)
    return byUs
  } catch (error) {
    if (error instanceof CredentialsExpired || !(error instanceof PortError)) throw error
    // A conflict means that it ended in between, perhaps because ECS has begun to roll back; a request without an
    // answer may have arrived. The deployment tells, so that nobody goes back twice.
    const isUnanswered = error instanceof Unreachable || atPause === 'unanswered'
    if (error instanceof Conflict || isUnanswered) {
      const deployment = await readDeployment({ serviceDeployment: asked.arn }, tools)
      const state = rollingBack(INITIAL_WATCH_STATE, deployment)
      const isOurs = isUnanswered && state.by === 'manual'
      if (deployment && isGoingBack(deployment)) return isOurs ? byUs : state
    }
    if (!(error instanceof Conflict)) {
      tools.journal.caveat(`${stopCallOf(asked.arn)} did not work: ${error.message}`)
    }
    return isUnanswered ? 'unanswered' : 'refused'
  }
}

const stopCallOf = (arn: string): string =>
  isOfCodeDeploy(arn) ? 'StopDeployment of CodeDeploy, with rollback' : 'StopServiceDeployment'

/** A deployment that waits at a pause goes back by ending it so. `refused`: it does not wait, or that did not work. */
async function endInRollback(
  { arn, pause }: StoppableDeployment,
  { ports, journal }: RolloutTools,
): Promise<'ended' | 'refused' | 'unanswered'> {
  if (!pause || isOfCodeDeploy(arn)) return 'refused'
  journal.progress('rolling back: ContinueServiceDeployment with ROLLBACK')
  try {
    await ports.deployments.endPause(arn, pause.id, 'ROLLBACK')
    return 'ended'
  } catch (error) {
    if (error instanceof CredentialsExpired || !(error instanceof PortError)) throw error
    journal.caveat(`ContinueServiceDeployment did not work: ${error.message}`)
    return error instanceof Unreachable ? 'unanswered' : 'refused'
  }
}
