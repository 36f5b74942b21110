/**
 * The watch as a pure reducer: what a deployment's observations mean, and what to do next. Nothing here asks AWS
 * or a clock. The rules and their sources stand in docs/watch.md.
 */
import { whoDeploysAs } from '../codedeploy/id.ts'
import type { DeploymentView, ServiceDeploymentView } from '../views.ts'
import {
  breachedTrigger,
  failureOf,
  isFailureEvent,
  isTriggered,
  outOfTime,
  rollingBack,
  tooManyFailures,
} from './causes.ts'
import { isFullyRunning, servesInFull } from './full-service.ts'
import type { Observation } from './observation.ts'
import type { Decision, Noted, RollingBack, WatchEnd, WatchSettings, WatchState } from './state.ts'
import { atPause, trafficOf } from './traffic.ts'

const GONE = new Set(['DRAINING', 'INACTIVE'])

const WATCH: Decision = { kind: 'watch' }
const end = (ending: WatchEnd): Decision => ({ kind: 'end', end: ending })

type Step = readonly [WatchState, Decision]

/** One observation further. `now` is milliseconds since the epoch. */
export function step(
  state: WatchState,
  seen: Observation,
  settings: WatchSettings,
  now: number,
): Step {
  if (GONE.has(seen.service.status)) {
    return [state, end({ kind: 'service-gone', status: seen.service.status })]
  }
  const noted: Noted = {
    traffic: trafficOf(state.traffic, seen.deployment, now),
    isSmokeChecked: state.isSmokeChecked,
  }
  const before = { ...state, ...noted }
  const [next, decision] = seen.deployment
    ? byServiceDeployment(before, seen, seen.deployment, settings, now)
    : byDeploymentId(before, seen, settings, now)
  return [{ ...next, ...noted }, decision]
}

function byServiceDeployment(
  state: WatchState,
  seen: Observation,
  deployment: ServiceDeploymentView,
  settings: WatchSettings,
  now: number,
): Step {
  const primary = primaryOf(seen)
  const isOurs = primary?.id === settings.deploymentId
  switch (deployment.status) {
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return whileRollingBack(rollingBack(state, deployment), seen, settings)
    case 'ROLLBACK_SUCCESSFUL': {
      const { by, cause } = rollingBack(state, deployment)
      return [state, end({ kind: 'rolled-back', by, cause })]
    }
    case 'ROLLBACK_FAILED':
      // 'No rollback candidate was found': ECS has put nothing in its place, so that nobody has gone back yet.
      if (isOurs) return [state, end({ kind: 'failed', cause: failureOf(deployment, primary) })]
      return [state, rollbackFailed(rollingBack(state, deployment), deployment.arn)]
    case 'SUCCESSFUL':
      // DescribeServices may be older than this answer and still show what was there before.
      if (!isOurs) return notPrimary(state, seen, settings, now)
      return completed(state, seen, primary, settings, now)
    case 'STOP_REQUESTED': {
      if (!isOurs) return notPrimary(state, seen, settings, now)
      // ECS ends it, and takes nothing back. How long that may take is not known.
      const late = state.phase === 'rolling-back' ? undefined : outOfTime(seen, settings, now)
      return [state, late ? { kind: 'fail', cause: late } : WATCH]
    }
    case 'STOPPED':
      if (!isOurs) return notPrimary(state, seen, settings, now)
      // The two reads of a look are not one moment: somebody's deployment may have stopped ours in between.
      if (state.stoppedSeen !== true) return [{ ...state, stoppedSeen: true }, WATCH]
      return [state, end({ kind: 'failed', cause: failureOf(deployment, primary) })]
    default:
      // PENDING, IN_PROGRESS, and whatever AWS adds: still going.
      if (!isOurs) return notPrimary(state, seen, settings, now)
      if (primary.rolloutState === 'FAILED')
        return rolloutFailed(state, seen, deployment, settings, now)
      return whileRolling(state, seen, settings, now, deployment)
  }
}

/** Classic mode: the service deployment APIs do not answer us, so the id in DescribeServices has to do. */
function byDeploymentId(
  state: WatchState,
  seen: Observation,
  settings: WatchSettings,
  now: number,
): Step {
  const primary = primaryOf(seen)
  const ours = seen.service.deployments.find((each) => each.id === settings.deploymentId)
  if (primary && primary.id === settings.deploymentId) {
    if (primary.rolloutState === 'COMPLETED') {
      return completed(state, seen, primary, settings, now)
    }
    if (primary.rolloutState === 'FAILED')
      return rolloutFailed(state, seen, undefined, settings, now)
    return whileRolling(state, seen, settings, now)
  }
  // Whatever became of ours, a newer deployment of somebody is what counts now.
  if (seen.newerDeployment) return [state, superseded(primary)]
  // An older look at the service may still show the rollback of an earlier deployment.
  const events = seen.service.events.filter((event) => event.at >= settings.createdAt)
  const saidToRollBack = events.some(
    (event) => event.message.includes('rolling back') && event.message.includes(primary?.id ?? '-'),
  )
  const saidToFail = events.find((event) => isFailureEvent(event.message, settings.deploymentId))
  // Where ECS only stops what fails, another primary deployment is somebody's, although it may not be listed yet.
  const hasFailed =
    rollsBack(seen.service) && (ours?.rolloutState === 'FAILED' || saidToFail !== undefined)
  if (!hasFailed && !saidToRollBack && state.phase !== 'rolling-back') {
    return notPrimary(state, seen, settings, now)
  }
  const next = rollingBack(state, undefined, ours?.rolloutStateReason ?? saidToFail?.message)
  if (primary?.rolloutState === 'COMPLETED') {
    return [next, end({ kind: 'rolled-back', by: next.by, cause: next.cause })]
  }
  if (primary?.rolloutState === 'FAILED') {
    return [next, rollbackFailed(next)]
  }
  return [next, WATCH]
}

/** ECS goes on trying; three failed tasks of the revision gone back to say that it will not get there. */
function whileRollingBack(
  state: WatchState & RollingBack,
  seen: Observation,
  settings: WatchSettings,
): Step {
  const failed = seen.rollbackFailures.length
  if (failed < settings.maxFailedTasks) return [state, WATCH]
  const text = `${state.cause.text} ${failed} tasks of the revision gone back to failed.`
  return [
    state,
    end({ kind: 'rollback-failed', by: state.by, cause: { code: state.cause.code, text } }),
  ]
}

/**
 * ECS calls the deployment complete. From its first complete moment on it bakes; the end of the bake counts only
 * with all tasks running.
 */
function completed(
  state: WatchState,
  seen: Observation,
  primary: DeploymentView,
  settings: WatchSettings,
  now: number,
): Step {
  // ECS may say SUCCESSFUL below 100 % (earlySuccessCriteria); then the rest of the tasks still has to come.
  if (state.phase === 'rolling' && !servesInFull(primary, seen)) {
    return whileRolling(state, seen, settings, now)
  }
  if (state.phase === 'rolling-back') {
    return [state, isFullyRunning(primary) ? end({ kind: 'succeeded' }) : WATCH]
  }
  // Both revisions may have run on for a while after all traffic had moved: that was a part of the bake.
  const since = state.traffic?.percent === 100 ? state.traffic.since : now
  const until = state.phase === 'baking' ? state.until : since + settings.bake
  const baking: WatchState = { phase: 'baking', until }
  const cause = tooManyFailures(seen, settings) ?? breachedTrigger(seen)
  if (cause) return [baking, { kind: 'fail', cause }]
  if (settings.hasSmokeCheck && state.isSmokeChecked !== true && isFullyRunning(primary)) {
    return [baking, { kind: 'smoke-check' }]
  }
  const isBlind = seen.triggers?.blind !== undefined
  if (now < until) {
    return [baking, isBlind && settings.bakeEndsWhenBlind ? end({ kind: 'succeeded' }) : WATCH]
  }
  // The next tries show the newest periods, or that the watch is blind.
  if (seen.triggers?.isBehind === true && !isBlind) return [baking, WATCH]
  if (isFullyRunning(primary)) {
    return [settings.bake === 0 ? state : baking, end({ kind: 'succeeded' })]
  }
  // A task is being replaced at this moment: it may come back, or it may be counted.
  const deadline = Math.max(settings.deadline, until + settings.rollbackStartLimit)
  const late = outOfTime(seen, { ...settings, deadline }, now)
  return [baking, late ? { kind: 'fail', cause: late } : WATCH]
}

function whileRolling(
  state: WatchState,
  seen: Observation,
  settings: WatchSettings,
  now: number,
  deployment?: ServiceDeploymentView,
): Step {
  if (state.phase === 'rolling-back') return [state, WATCH]
  const rolling: WatchState = { phase: 'rolling' }
  // ECS has decided already; its rollback is about to show.
  if (isTriggered(deployment)) return [rolling, WATCH]
  const cause =
    tooManyFailures(seen, settings) ?? breachedTrigger(seen) ?? outOfTime(seen, settings, now)
  if (cause) return [rolling, { kind: 'fail', cause }]
  return [rolling, atPause(seen, state.traffic, settings.traffic, now) ?? WATCH]
}

/** FAILED: ECS rolls back by itself where that is configured, but does not always begin (containers-roadmap#1488). */
function rolloutFailed(
  state: WatchState,
  seen: Observation,
  deployment: ServiceDeploymentView | undefined,
  settings: WatchSettings,
  now: number,
): Step {
  if (state.phase !== 'rolling') return [state, WATCH]
  const since = state.failedSince ?? now
  const { circuitBreaker, alarms } = seen.service
  const ecsWillRollBack =
    (circuitBreaker.enable && circuitBreaker.rollback) || (alarms.enable && alarms.rollback)
  if (ecsWillRollBack && now - since < settings.rollbackStartLimit) {
    return [{ phase: 'rolling', failedSince: since }, WATCH]
  }
  return [state, end({ kind: 'failed', cause: failureOf(deployment, primaryOf(seen)) })]
}

/**
 * Ours is no longer PRIMARY although it is not said to be rolled back. The two reads of a poll are not one moment,
 * so a rollback that has just begun looks the same; only a newer deployment, or the next poll, tells.
 */
function notPrimary(
  state: WatchState,
  seen: Observation,
  settings: WatchSettings,
  now: number,
): Step {
  const primary = primaryOf(seen)
  if (seen.newerDeployment) return [state, superseded(primary)]
  if (state.phase === 'rolling-back') return [state, WATCH]
  const since = state.notPrimarySince ?? now
  if (now - since < settings.rollbackStartLimit) {
    return [{ ...state, notPrimarySince: since }, WATCH]
  }
  return [state, superseded(primary)]
}

const superseded = (primary: DeploymentView | undefined): Decision =>
  end({ kind: 'superseded', by: primary ? `${primary.id} (${primary.taskDefinition})` : 'unknown' })

function rollbackFailed({ by, cause }: RollingBack, arn?: string): Decision {
  const text = `${cause.text} ${whoDeploysAs(arn)} calls the rollback failed.`
  return end({ kind: 'rollback-failed', by, cause: { ...cause, text } })
}

const rollsBack = ({ circuitBreaker, alarms }: Observation['service']): boolean =>
  (circuitBreaker.enable && circuitBreaker.rollback) || (alarms.enable && alarms.rollback)

const primaryOf = (seen: Observation): DeploymentView | undefined =>
  seen.service.deployments.find((each) => each.status === 'PRIMARY')
