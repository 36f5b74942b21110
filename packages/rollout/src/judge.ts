/** From the end of a watch to the verdict of the run; goes back where that is due. */
import { askToGoBack, type AskedBack } from './ask-to-go-back.ts'
import { whoDeploysAs } from './codedeploy/id.ts'
import { CredentialsExpired, PortError, Unanswered } from './errors.ts'
import { goBack, verdictOf, type FailedDeployment } from './going-back.ts'
import { judgeBake } from './judge-bake.ts'
import type { KnownGood } from './known-good.ts'
import { reasonCodeOf, type Cause, type Verdict } from './outcome.ts'
import type { PreparedTriggers } from './preflight/prepare-triggers.ts'
import { proveImages, type WantedDigests } from './proof.ts'
import { Refusal } from './refusal.ts'
import { canBeTakenBack } from './service-deployment-states.ts'
import type { SmokeCheck } from './smoke-check.ts'
import type { ShiftPlan } from './strategy/plan-shift.ts'
import type { RolloutTools } from './tools.ts'
import type { ServiceDeploymentView, ServiceView } from './views.ts'
import type { Followed } from './watch/follow.ts'
import { pauseOf } from './watch/traffic.ts'

/** What may be done about a deployment that does not end well. */
export interface Policy {
  readonly onFailure: 'rollback' | 'leave'
  readonly onTimeout: 'rollback' | 'leave'
  readonly onCancel: 'leave' | 'rollback'
}

/** What a deployment was meant to be, and where the way back leads. */
export interface Release {
  readonly policy: Policy
  readonly knownGood: KnownGood | undefined
  readonly desiredCount: number
  /** Whether a service that wants no task is what the user expects. */
  readonly allowIdle: boolean
  readonly wanted: WantedDigests
  readonly triggers: PreparedTriggers | undefined
  /** `undefined` for a run that has no say in how traffic moves. */
  readonly shift?: ShiftPlan | undefined
  readonly checks?: ReleaseChecks
}

/** What the new revision is asked before it counts. */
export interface ReleaseChecks {
  /** By test traffic, before users reach it. */
  readonly testTraffic?: SmokeCheck | undefined
  /** As users ask, when the deployment is complete. */
  readonly smoke?: SmokeCheck | undefined
}

export async function judge(
  release: Release,
  watched: FailedDeployment,
  followed: Followed,
  tools: RolloutTools,
): Promise<Verdict> {
  const { end } = followed
  switch (end.kind) {
    case 'succeeded':
      return judgeSuccess(release, watched, followed, tools)
    case 'fail':
    case 'failed':
      return condemn(release, watched, end.cause, tools)
    case 'cancelled':
      return cancelled(release, watched, followed, tools)
    case 'monitoring-lost':
      return monitoringLost(end.error)
    case 'superseded':
      return {
        outcome: 'superseded',
        rolledBackBy: 'none',
        code: 'newer-deployment',
        reason: `A newer deployment took the place of this one: ${end.by}.`,
      }
    default:
      return verdictOf(followed, { code: 'rollout-failed', text: 'The deployment failed.' })
  }
}

async function judgeSuccess(
  release: Release,
  watched: FailedDeployment,
  followed: Followed,
  tools: RolloutTools,
): Promise<Verdict> {
  const desiredCount = followed.last?.service.desiredCount ?? release.desiredCount
  if (desiredCount === 0) return idle(release)
  const { ports, journal } = tools
  const proof = await proveImages(ports.tasks, watched.identity.deploymentId, release.wanted)
  if (proof.kind === 'wrong') {
    return condemn(release, watched, { code: 'wrong-image', text: proof.text }, tools)
  }
  if (proof.kind === 'unknown') {
    journal.caveat(`Which images the running tasks are made of could not be proven: ${proof.why}`)
  }
  const bake = judgeBake(release.triggers, followed.last?.triggers, watched.settings.bake)
  for (const caveat of bake.caveats) journal.caveat(caveat)
  if (bake.kind === 'condemned') return condemn(release, watched, bake.cause, tools)
  if (bake.kind === 'not-known') return bake.verdict
  const proven = proof.kind === 'proven' ? `, their image digests are the ones asked for` : ''
  return {
    outcome: 'deployed',
    rolledBackBy: 'none',
    code: 'completed',
    reason: `The deployment completed: all ${desiredCount} tasks run${proven}.${bake.said}`,
  }
}

/** Somebody may have scaled the service in meanwhile; that passes only where the user has allowed it. */
function idle({ allowIdle }: Release): Verdict {
  const reason = 'Nothing is known about the health of this revision.'
  if (allowIdle) return { outcome: 'deployed-idle', rolledBackBy: 'none', code: 'idle', reason }
  return {
    outcome: 'failed-no-rollback',
    rolledBackBy: 'none',
    code: 'idle',
    reason: `${reason} Somebody scaled the service to 0 while it was deployed. Scale it up and deploy again, or set \`allow-idle: true\`.`,
  }
}

/** The deployment is bad; go back where the policy allows it. */
export async function condemn(
  { policy, knownGood }: Release,
  watched: FailedDeployment,
  cause: Cause,
  tools: RolloutTools,
): Promise<Verdict> {
  tools.journal.progress(`failed: ${cause.text}`)
  const trigger = cause.trigger === undefined ? {} : { trigger: cause.trigger }
  const isTimeout = cause.code === 'time-limit'
  if ((isTimeout ? policy.onTimeout : policy.onFailure) === 'leave') {
    const input = isTimeout ? 'on-timeout' : 'on-failure'
    // The rollback action has no such input: there the way back is what was condemned.
    const why =
      watched.settings.isWayBack === true ? '' : ` It was left because of \`${input}: leave\`.`
    return {
      outcome: isTimeout ? 'timed-out' : 'failed-no-rollback',
      rolledBackBy: 'none',
      code: cause.code,
      reason: `${cause.text}${why}`,
      ...trigger,
    }
  }
  return { ...(await goBack(watched, knownGood, cause, tools)), ...trigger }
}

async function cancelled(
  release: Release,
  watched: FailedDeployment,
  { state, last }: Followed,
  tools: RolloutTools,
): Promise<Verdict> {
  const verdict = { outcome: 'cancelled', rolledBackBy: 'none', code: 'cancelled' } as const
  if (state.phase === 'rolling-back') {
    const reason = `The run was cancelled while ${whoDeploys(watched)} was rolling the deployment back: ${state.cause.text}`
    return { ...verdict, rolledBackBy: state.by, reason }
  }
  const leaving =
    state.phase === 'baking'
      ? 'The run was cancelled in the bake: the deployment is complete, but was not proven good.'
      : `The run was cancelled. ${whoDeploys(watched)} goes on with the deployment alone; nobody watches it.`
  if (release.policy.onCancel === 'leave') return { ...verdict, reason: leaving }
  try {
    await tools.onPhase?.('rolling-back')
    const asked = await askOnce(release, watched, last?.deployment, tools)
    if (asked) {
      return { ...verdict, rolledBackBy: asked.by, reason: `The run was cancelled. ${asked.text}` }
    }
    const why = release.knownGood
      ? 'Something else has been deployed since, and was left alone.'
      : 'There is no revision to go back to.'
    return { ...verdict, reason: `${leaving} ${why}` }
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    if (error instanceof Unanswered) {
      const reason = `The run was cancelled. Whether it has begun to go back is not known: ${error.message}`
      return { ...verdict, outcome: 'monitoring-lost', reason }
    }
    const reason = `${leaving} Going back was asked for, but could not be started: ${error.message}`
    return { ...verdict, reason }
  }
}

const whoDeploys = ({ identity }: FailedDeployment): string =>
  whoDeploysAs(identity.serviceDeployment)

/** GitHub ends a cancelled step within ten seconds: ask, do not wait. */
function askOnce(
  { knownGood }: Release,
  { identity, undo }: FailedDeployment,
  seen: ServiceDeploymentView | undefined,
  tools: RolloutTools,
): Promise<AskedBack | undefined> {
  const arn = identity.serviceDeployment
  // Of one that could not be read ECS says itself whether it is over.
  const isOpen = knownGood?.isCurrent !== false && (!seen || canBeTakenBack(seen))
  const left = {
    toStop: arn !== undefined && isOpen ? { arn, pause: pauseOf(seen) } : undefined,
    isPrimary: ({ deployments }: ServiceView): boolean =>
      deployments.find((each) => each.status === 'PRIMARY')?.id === identity.deploymentId,
  }
  return askToGoBack({ ...left, ...(undo && { undo }) }, knownGood?.taskDefinition, tools)
}

/**
 * The verdict of a run that ended by an error before there was anything to watch: `refused`, unless nobody knows
 * whether the service was changed. `orphan` is added to the reason. Throws what is no error of a run.
 */
export function refusedBy(error: unknown, orphan = ''): Verdict {
  if (error instanceof Unanswered) return mayHaveBegun(error)
  if (!(error instanceof Refusal || error instanceof PortError)) throw error
  return {
    outcome: 'refused',
    rolledBackBy: 'none',
    code: error instanceof Refusal ? error.code : reasonCodeOf(error),
    reason: `${error.message}${orphan}`,
  }
}

/** Nobody knows whether it was started. */
const mayHaveBegun = (error: PortError): Verdict => ({
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
    reason: `${
      error instanceof CredentialsExpired ? 'The credentials ran out' : 'AWS could not be asked'
    }: ${error.message}`,
  }
}
