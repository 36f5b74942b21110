/** Asks for the way back and does not watch it: for a run that has seconds left, and for whoever comes after it. */
import { askEcsToRollBack, type StoppableDeployment } from './ask-ecs.ts'
import { beginDeployment } from './begin-deployment.ts'
import { changeBackTo } from './change-back.ts'
import { whoDeploysAs } from './codedeploy/id.ts'
import type { Undo } from './going-back.ts'
import type { RolledBackBy } from './outcome.ts'
import { isGoingBack } from './service-deployment-states.ts'
import type { RolloutTools } from './tools.ts'
import type {
  ServiceDeploymentArn,
  ServiceDeploymentView,
  ServiceView,
  TaskDefinitionArn,
} from './views.ts'
import { volumesLostWith } from './volumes.ts'
import { rollingBack } from './watch/causes.ts'
import { INITIAL_WATCH_STATE } from './watch/state.ts'

/** A deployment that nobody watches any more. */
export interface LeftDeployment {
  /** What ECS itself may take back; `undefined` when another deployment is the way. */
  readonly toStop: StoppableDeployment | undefined
  /** Whether it is still the one that the service wants: what somebody else has deployed since is not touched. */
  readonly isPrimary: (service: ServiceView) => boolean
  /** The way back may have been asked for before this. */
  readonly mayBeAsked?: boolean
  /** What another deployment changes beside the task definition, where the service keeps what the release had set. */
  readonly undo?: Undo
}

/** The way back is under way. */
export interface AskedBack {
  readonly by: RolledBackBy
  /** For people. */
  readonly text: string
}

/** `undefined` when there is nothing to take back, or nowhere to go. Throws a port's error when it could not be asked for. */
export async function askToGoBack(
  { toStop, isPrimary, mayBeAsked = false, undo }: LeftDeployment,
  good: TaskDefinitionArn | undefined,
  tools: RolloutTools,
): Promise<AskedBack | undefined> {
  const cause = { code: 'cancelled', text: 'The run was ended.' } as const
  const asked = toStop === undefined ? 'refused' : await askEcsToRollBack(toStop, cause, tools)
  if (typeof asked === 'object') return backBy(asked.by, toStop?.arn)
  if (good === undefined) return undefined
  // Between the last look and now somebody else may have deployed; theirs is not ours to undo.
  const service = await tools.ports.deployments.service()
  if (isPrimary(service)) {
    const change = {
      ...(await volumesLostWith(good, service, tools.ports)),
      ...(await undo?.(service)),
      ...changeBackTo(good, service.taskDefinition, service),
    }
    await beginDeployment(change, service, tools)
    return { by: 'action', text: `${good} was asked for again; nobody watched it come up.` }
  }
  const isBack = service.taskDefinition === good && (mayBeAsked || asked === 'unanswered')
  return isBack
    ? { by: 'action', text: `The service is on its way back to ${good}; nobody watched it.` }
    : undefined
}

/**
 * What a deployment that ECS rolls back already says. `mayBeAsked`: by a request of ours whose answer got lost, so that
 * 'somebody' was this run. `undefined` when it goes another way.
 */
export function alreadyBack(
  deployment: ServiceDeploymentView | undefined,
  mayBeAsked: boolean,
): AskedBack | undefined {
  if (!deployment || !isGoingBack(deployment)) return undefined
  const { by } = rollingBack(INITIAL_WATCH_STATE, deployment)
  return backBy(by === 'manual' && mayBeAsked ? 'action' : by, deployment.arn)
}

function backBy(by: RolledBackBy, arn: ServiceDeploymentArn | undefined): AskedBack {
  const asked = by === 'action' ? 'was asked to roll' : 'rolls'
  return {
    by,
    text: `${whoDeploysAs(arn)} ${asked} the deployment back; nobody watched it finish.`,
  }
}
