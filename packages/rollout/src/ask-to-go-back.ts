/** Asks for the way back and does not watch it: for a run that has seconds left, and for whoever comes after it. */
import { beginDeployment } from './begin-deployment.ts'
import { Conflict, CredentialsExpired, PortError, Unreachable } from './errors.ts'
import type { RolledBackBy } from './outcome.ts'
import type { RolloutTools } from './tools.ts'
import type { ServiceDeploymentArn, ServiceView, TaskDefinitionArn } from './views.ts'
import { rollingBack } from './watch/causes.ts'
import { INITIAL_WATCH_STATE } from './watch/step.ts'

/** A deployment that nobody watches any more. */
export interface LeftDeployment {
  /** What StopServiceDeployment may take back; `undefined` when another deployment is the way. */
  readonly toStop: ServiceDeploymentArn | undefined
  /** Whether it is still the one that the service wants: what somebody else has deployed since is not touched. */
  readonly isPrimary: (service: ServiceView) => boolean
  /** The way back may have been asked for before this. */
  readonly mayBeAsked?: boolean
}

/** The way back is under way. */
export interface AskedBack {
  readonly by: RolledBackBy
  /** For people. */
  readonly text: string
}

/** `undefined` when there is nothing to take back, or nowhere to go. Throws a port's error when it could not be asked for. */
export async function askToGoBack(
  { toStop, isPrimary, mayBeAsked = false }: LeftDeployment,
  good: TaskDefinitionArn | undefined,
  tools: RolloutTools,
): Promise<AskedBack | undefined> {
  const stopped = toStop === undefined ? 'refused' : await askEcs(toStop, tools)
  if (typeof stopped === 'object') return stopped
  if (good === undefined) return undefined
  // Between the last look and now somebody else may have deployed; theirs is not ours to undo.
  const service = await tools.ports.deployments.service()
  if (isPrimary(service)) {
    await beginDeployment({ taskDefinition: good }, service, tools)
    return {
      by: 'action',
      text: `${good} was asked for again; nobody watched it come up.`,
    }
  }
  const isBack = service.taskDefinition === good && (mayBeAsked || stopped === 'unanswered')
  return isBack
    ? { by: 'action', text: `The service is on its way back to ${good}; nobody watched it.` }
    : undefined
}

async function askEcs(
  arn: ServiceDeploymentArn,
  tools: RolloutTools,
): Promise<AskedBack | 'refused' | 'unanswered'> {
  try {
    await tools.ports.deployments.rollBack(arn)
    return {
      by: 'action',
      text: 'ECS was asked to roll the deployment back; nobody watched it finish.',
    }
  } catch (error) {
    if (error instanceof CredentialsExpired || !(error instanceof PortError)) throw error
    const isUnanswered = error instanceof Unreachable
    if (isUnanswered || error instanceof Conflict) {
      const back = await readGoingBack(arn, isUnanswered, tools)
      if (back) return back
    }
    if (!(error instanceof Conflict)) {
      tools.journal.caveat(`StopServiceDeployment did not work: ${error.message}`)
    }
    return isUnanswered ? 'unanswered' : 'refused'
  }
}

/**
 * Whether the deployment is rolled back already. `mayBeAsked`: by a request of ours whose answer got lost, so that
 * 'somebody' was this run. `undefined` also when it cannot be read.
 */
export async function readGoingBack(
  arn: ServiceDeploymentArn,
  mayBeAsked: boolean,
  { ports, journal }: RolloutTools,
): Promise<AskedBack | undefined> {
  try {
    const deployment = await ports.deployments.serviceDeployment(arn)
    if (deployment?.status.startsWith('ROLLBACK_') !== true) return undefined
    const { by } = rollingBack(INITIAL_WATCH_STATE, deployment)
    return {
      by: by === 'manual' && mayBeAsked ? 'action' : by,
      text: 'ECS rolls the deployment back; nobody watched it finish.',
    }
  } catch (error) {
    if (error instanceof CredentialsExpired || !(error instanceof PortError)) throw error
    journal.caveat(`Whether ECS rolls back already cannot be read: ${error.message}`)
    return undefined
  }
}
