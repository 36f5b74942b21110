/** From the end of a watch to the verdict of the run. */
import {
  goBack,
  proveImages,
  reasonCodeOf,
  verdictOf,
  type Cause,
  type DeploymentIdentity,
  type Followed,
  type FollowSettings,
  type Observation,
  type Observer,
  type PortError,
  type Verdict,
  type WatchState,
} from '@ecs-pipeline/rollout'
import type { DeployInputs } from './inputs.ts'
import type { Plan } from './preflight.ts'
import type { DeployTools } from './tools.ts'

/** A deployment that has been watched to a decision. */
export interface Watched {
  readonly identity: DeploymentIdentity
  readonly settings: FollowSettings
  readonly observer: Observer
}

/** What the end of the watch means for the run; goes back where that is due. */
export async function judge(
  inputs: DeployInputs,
  plan: Plan,
  watched: Watched,
  followed: Followed,
  tools: DeployTools,
): Promise<Verdict> {
  const { end } = followed
  switch (end.kind) {
    case 'succeeded':
      return judgeSuccess(inputs, plan, watched, followed.last, tools)
    case 'fail':
    case 'failed':
      return condemn(inputs, plan, watched, end.cause, tools)
    case 'cancelled':
      return cancelled(inputs, watched, followed.state, tools)
    case 'monitoring-lost':
      return monitoringLost(end.error)
    case 'superseded':
      return {
        outcome: 'superseded',
        rolledBackBy: 'none',
        code: 'newer-deployment',
        reason: `A newer deployment took the place of this one: ${end.by}. It was left alone.`,
      }
    default:
      return verdictOf(followed, { code: 'rollout-failed', text: 'The deployment failed.' })
  }
}

async function judgeSuccess(
  inputs: DeployInputs,
  plan: Plan,
  watched: Watched,
  last: Observation | undefined,
  tools: DeployTools,
): Promise<Verdict> {
  const desiredCount = last?.service.desiredCount ?? plan.desiredCount
  if (desiredCount === 0) return idle(inputs)
  const proof = await proveImages(
    tools.ports.tasks,
    watched.identity.deploymentId,
    plan.pinned.wanted,
  )
  if (proof.kind === 'wrong') {
    return condemn(inputs, plan, watched, { code: 'wrong-image', text: proof.text }, tools)
  }
  if (proof.kind === 'unknown') {
    tools.journal.caveat(
      `Which images the running tasks are made of could not be proven: ${proof.why}`,
    )
  }
  const proven = proof.kind === 'proven' ? `, their image digests are the ones asked for` : ''
  return {
    outcome: 'deployed',
    rolledBackBy: 'none',
    code: 'completed',
    reason: `The deployment completed: all ${desiredCount} tasks run${proven}.`,
  }
}

/** Somebody may have scaled the service in meanwhile; that passes only where the user has allowed it. */
function idle({ allowIdle }: DeployInputs): Verdict {
  const reason =
    'The desired count is 0: nothing was started, so nothing is known about the health of this revision.'
  if (allowIdle) return { outcome: 'deployed-idle', rolledBackBy: 'none', code: 'idle', reason }
  return {
    outcome: 'failed-no-rollback',
    rolledBackBy: 'none',
    code: 'idle',
    reason: `${reason} Somebody scaled the service to 0 while it was deployed. Scale it up and deploy again, or set \`allow-idle: true\`.`,
  }
}

/** The deployment is bad; go back where the inputs allow it. */
async function condemn(
  inputs: DeployInputs,
  plan: Plan,
  watched: Watched,
  cause: Cause,
  tools: DeployTools,
): Promise<Verdict> {
  tools.journal.progress(`failed: ${cause.text}`)
  const isTimeout = cause.code === 'time-limit'
  if ((isTimeout ? inputs.onTimeout : inputs.onFailure) === 'leave') {
    const input = isTimeout ? 'on-timeout' : 'on-failure'
    return {
      outcome: isTimeout ? 'timed-out' : 'failed-no-rollback',
      rolledBackBy: 'none',
      code: cause.code,
      reason: `${cause.text} It was left as it is because of \`${input}: leave\`.`,
    }
  }
  return goBack(watched, plan.knownGood.chosen, cause, tools)
}

async function cancelled(
  inputs: DeployInputs,
  watched: Watched,
  state: WatchState,
  tools: DeployTools,
): Promise<Verdict> {
  const arn = watched.identity.serviceDeployment
  if (state.phase === 'rolling-back') {
    return {
      outcome: 'cancelled',
      rolledBackBy: state.by,
      code: 'cancelled',
      reason: `${state.cause.text} The run was cancelled while the deployment was rolled back; ECS finishes it alone.`,
    }
  }
  if (inputs.onCancel === 'leave' || arn === undefined) {
    return {
      outcome: 'cancelled',
      rolledBackBy: 'none',
      code: 'cancelled',
      reason: 'The run was cancelled. ECS goes on with the deployment alone; nobody watches it.',
    }
  }
  // GitHub ends a cancelled step within ten seconds: ask once, do not wait.
  await tools.ports.deployments.rollBack(arn)
  return {
    outcome: 'cancelled',
    rolledBackBy: 'action',
    code: 'cancelled',
    reason:
      'The run was cancelled. ECS was asked to roll the deployment back; nobody watched it finish.',
  }
}

/** Nobody knows whether it was started. */
export const mayHaveBegun = (error: PortError): Verdict => ({
  outcome: 'monitoring-lost',
  rolledBackBy: 'none',
  code: reasonCodeOf(error),
  reason: error.message,
})

/** It was started, and nobody knows how it ends. */
export function monitoringLost(error: PortError): Verdict {
  return {
    outcome: 'monitoring-lost',
    rolledBackBy: 'none',
    code: reasonCodeOf(error),
    reason: `The deployment was started, but the service cannot be read any more: ${error.message}`,
  }
}
