/** Takes a failed deployment back: chooses the call, makes it once, and watches it to its end. */
import { askEcsToRollBack, readDeployment } from './ask-ecs.ts'
import { beginDeployment } from './begin-deployment.ts'
import { changeBackTo } from './change-back.ts'
import { PortError, Unanswered } from './errors.ts'
import type { KnownGood } from './known-good.ts'
import type { Cause, Verdict } from './outcome.ts'
import type { ServiceChange } from './ports.ts'
import { canBeTakenBack, isGoingBack } from './service-deployment-states.ts'
import type { RolloutTools } from './tools.ts'
import type { ServiceDeploymentArn, ServiceView } from './views.ts'
import { rollingBack } from './watch/causes.ts'
import { follow, type FollowSettings, type Followed } from './watch/follow.ts'
import { Observer, type DeploymentIdentity } from './watch/observer.ts'
import { INITIAL_WATCH_STATE, type WatchState } from './watch/state.ts'
import { pauseOf } from './watch/traffic.ts'
import { locateServiceDeployment } from './locate.ts'

export interface FailedDeployment {
  readonly identity: DeploymentIdentity
  readonly settings: FollowSettings
  /** Looks at the failed deployment; it knows what has been seen so far. */
  readonly observer: Observer
  /** What has to be put back beside the task definition when a new deployment is the way back. */
  readonly undo?: Undo
}

/** `service`: as it is before the way back begins. Throws no port's error. */
export type Undo = (service: ServiceView) => Promise<ServiceChange>

/** Where a deployment leads back that somebody asked to stop, when nobody but ECS can read what ran before it. */
export const KNOWN_TO_ECS = 'known to ECS'

/** Never somebody else's deployment, never to an unproven revision, never twice. */
export async function goBack(
  failed: FailedDeployment,
  knownGood: KnownGood | typeof KNOWN_TO_ECS | undefined,
  cause: Cause,
  tools: RolloutTools,
): Promise<Verdict> {
  if (!knownGood) {
    const reason = `${cause.text} There is no revision that was proven good, so there is nothing to go back to.`
    return { outcome: 'failed-no-rollback', rolledBackBy: 'none', code: 'no-known-good', reason }
  }
  try {
    return await goBackTo(failed, knownGood, cause, tools)
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    if (error instanceof Unanswered) return lostOnTheWay(error, cause)
    const reason = `${cause.text} Going back could not be started: ${error.message}`
    return { outcome: 'rollback-failed', rolledBackBy: 'none', code: cause.code, reason }
  }
}

async function goBackTo(
  failed: FailedDeployment,
  knownGood: KnownGood | typeof KNOWN_TO_ECS,
  cause: Cause,
  tools: RolloutTools,
): Promise<Verdict> {
  const { identity } = failed
  const viaUpdate = async (before: ServiceView): Promise<Verdict> =>
    knownGood === KNOWN_TO_ECS ? notTaken(cause) : redeploy(knownGood, cause, failed, before, tools)
  const watchOn = async (state: WatchState): Promise<Verdict> =>
    verdictOf(await follow(state, failed.settings, { ...tools, ...failed }), cause)
  // The world may have moved since the observation that condemned the deployment.
  const service = await tools.ports.deployments.service()
  if (!isPrimary(service, identity)) return watchOn(INITIAL_WATCH_STATE)
  const deployment = await readDeployment(identity, tools)
  // One that ECS could take back to nothing is still in its place.
  if (deployment && isGoingBack(deployment) && deployment.status !== 'ROLLBACK_FAILED') {
    return watchOn(rollingBack(INITIAL_WATCH_STATE, deployment))
  }
  // Of one that cannot be read ECS says itself whether it is over.
  const arn = !deployment || canBeTakenBack(deployment) ? identity.serviceDeployment : undefined
  const isSource = knownGood === KNOWN_TO_ECS || knownGood.isCurrent
  if (arn === undefined || !isSource) return viaUpdate(service)
  const asked = await askEcsToRollBack({ arn, pause: pauseOf(deployment) }, cause, tools)
  if (typeof asked === 'object') {
    const followed = await follow(asked, failed.settings, { ...tools, ...failed })
    // It completed or was only stopped although ECS had taken the request: then a deployment of the good revision is
    // the way.
    const isOver = followed.end.kind === 'succeeded' || followed.end.kind === 'failed'
    if (!isOver) return verdictOf(followed, cause)
  }
  // What kept ECS from it may have been somebody else's deployment.
  const now = await tools.ports.deployments.service()
  if (isPrimary(now, identity)) return viaUpdate(now)
  const verdict = await watchOn(INITIAL_WATCH_STATE)
  // The request without an answer has arrived after all: 'somebody' was this run.
  return asked === 'unanswered' && verdict.rolledBackBy === 'manual'
    ? { ...verdict, rolledBackBy: 'action', code: cause.code, reason: cause.text }
    : verdict
}

const notTaken = (cause: Cause): Verdict => ({
  outcome: 'rollback-failed',
  rolledBackBy: 'none',
  code: cause.code,
  reason: `${cause.text} ECS did not take the deployment back, and what ran before it could not be read. Give the revision with \`to\`.`,
})

const isPrimary = (service: ServiceView, { deploymentId }: DeploymentIdentity): boolean =>
  service.deployments.find((each) => each.status === 'PRIMARY')?.id === deploymentId

async function redeploy(
  knownGood: KnownGood,
  cause: Cause,
  { settings, undo }: FailedDeployment,
  before: ServiceView,
  tools: RolloutTools,
): Promise<Verdict> {
  const { ports, clock, journal, signal } = tools
  const call = before.controller === 'CODE_DEPLOY' ? 'CreateDeployment' : 'UpdateService'
  journal.progress(`rolling back: ${call} to ${knownGood.taskDefinition}`)
  await tools.onPhase?.('rolling-back')
  const { taskDefinition } = knownGood
  const change = {
    ...(await undo?.(before)),
    ...changeBackTo(taskDefinition, settings.taskDefinition, before),
  }
  const primary = await beginDeployment(change, before, tools)
  let serviceDeployment: ServiceDeploymentArn | undefined
  try {
    const { id: deploymentId, createdAt } = primary
    const updated = { before, taskDefinition, deploymentId, createdAt }
    serviceDeployment = await locateServiceDeployment(updated, tools)
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    return lostOnTheWay(error, cause)
  }
  const identity = { deploymentId: primary.id, serviceDeployment, createdAt: primary.createdAt }
  const observer = new Observer(ports, clock, journal, identity)
  const followed = await follow(
    INITIAL_WATCH_STATE,
    {
      ...settings,
      deploymentId: primary.id,
      taskDefinition,
      createdAt: primary.createdAt,
      // What was proven before is not proven again.
      bake: 0,
      traffic: undefined,
      hasSmokeCheck: false,
      isWayBack: true,
      deadline: clock.now() + settings.rollbackLimit,
    },
    { observer, clock, journal, signal, ...(tools.company && { company: tools.company }) },
  )
  return verdictOfRedeployment(followed, cause, knownGood)
}

function verdictOfRedeployment(followed: Followed, cause: Cause, knownGood: KnownGood): Verdict {
  const { end } = followed
  if (end.kind === 'succeeded') {
    const reason = `${cause.text} ${knownGood.taskDefinition} was deployed again.`
    return { outcome: 'rolled-back', rolledBackBy: 'action', code: cause.code, reason }
  }
  if ('cause' in end) {
    const reason = `${cause.text} Going back to ${knownGood.taskDefinition} failed: ${end.cause.text}`
    return { outcome: 'rollback-failed', rolledBackBy: 'action', code: cause.code, reason }
  }
  const verdict = verdictOf(followed, cause)
  return end.kind === 'cancelled' ? { ...verdict, rolledBackBy: 'action' } : verdict
}

const lostOnTheWay = (error: PortError, cause: Cause): Verdict => ({
  outcome: 'monitoring-lost',
  rolledBackBy: 'none',
  code: cause.code,
  reason: `${cause.text} Going back was started, but can no longer be watched: ${error.message}`,
})

/** What the end of a watch means once the deployment is condemned for `cause`. */
export function verdictOf(followed: Followed, cause: Cause): Verdict {
  const { end } = followed
  switch (end.kind) {
    case 'rolled-back':
      return {
        outcome: 'rolled-back',
        rolledBackBy: end.by,
        code: end.cause.code,
        reason: end.cause.text,
      }
    case 'rollback-failed':
      return {
        outcome: 'rollback-failed',
        rolledBackBy: end.by,
        code: end.cause.code,
        reason: end.cause.text,
      }
    case 'rollback-time-limit':
      return {
        outcome: 'rollback-failed',
        rolledBackBy: end.state.phase === 'rolling-back' ? end.state.by : 'none',
        code: cause.code,
        reason: `${cause.text} The rollback did not finish within its own time limit; ECS may still be at it.`,
      }
    case 'superseded':
      return {
        outcome: 'superseded',
        rolledBackBy: 'none',
        code: 'newer-deployment',
        reason: `${cause.text} But a newer deployment has taken its place: ${end.by}.`,
      }
    case 'monitoring-lost':
      return lostOnTheWay(end.error, cause)
    case 'cancelled':
      return {
        outcome: 'cancelled',
        rolledBackBy: followed.state.phase === 'rolling-back' ? followed.state.by : 'none',
        code: 'cancelled',
        reason: `${cause.text} Going back was under way when the run was cancelled; ECS finishes it alone.`,
      }
    case 'service-gone':
      return {
        outcome: 'failed-no-rollback',
        rolledBackBy: 'none',
        code: 'service-gone',
        reason: `${cause.text} The service is gone (${end.status}).`,
      }
    case 'succeeded':
      return {
        outcome: 'failed-no-rollback',
        rolledBackBy: 'none',
        code: cause.code,
        reason: `${cause.text} But it completed before it could be stopped.`,
      }
    case 'fail':
    case 'failed':
      return {
        outcome: 'failed-no-rollback',
        rolledBackBy: 'none',
        code: end.cause.code,
        reason: end.cause.text,
      }
  }
}
