import type { Observation } from './observation.ts'
import type { TriggerReading } from '../triggers/trigger.ts'
import type { WatchSettings, WatchState } from './state.ts'
import { describePause, pauseOf } from './traffic.ts'

/** One line that is the same as long as nothing that a person would want to know has changed. */
export function describeProgress(
  seen: Observation,
  state: WatchState,
  settings: WatchSettings,
  now: number,
): string {
  const primary = seen.service.deployments.find((each) => each.status === 'PRIMARY')
  const ours = seen.service.deployments.find((each) => each.id === settings.deploymentId)
  const shown = state.phase === 'rolling-back' ? primary : (ours ?? primary)
  const parts = [
    `${stageOf(seen, state, settings, now)}: ${shown?.runningCount ?? 0}/${shown?.desiredCount ?? 0} running`,
    state.traffic ? `${state.traffic.percent} % of traffic` : '',
    pauseNote(seen),
    count(shown?.pendingCount, 'pending'),
    count(failedTasks(seen, state), 'failed'),
    count(draining(seen, shown?.id), 'of other revisions still running'),
    unhealthyTargets(seen),
    (seen.triggers?.readings ?? []).map(triggerNote).join(', '),
  ]
  return parts.filter((part) => part !== '').join(', ')
}

function stageOf(
  seen: Observation,
  state: WatchState,
  { isWayBack }: WatchSettings,
  now: number,
): string {
  if (state.phase === 'rolling-back') return 'rolling back'
  if (isWayBack === true) return stageOfWayBack(seen)
  if (state.phase === 'baking') {
    return `baking, ${Math.max(0, Math.ceil((state.until - now) / 60_000))} min left`
  }
  const status = seen.deployment?.status
  const stage = seen.deployment?.lifecycleStage
  if (status === undefined || status === 'IN_PROGRESS') {
    return stage === undefined ? 'rolling out' : `rolling out (${stage})`
  }
  return status.toLowerCase().replaceAll('_', ' ')
}

function pauseNote({ deployment }: Observation): string {
  const pause = pauseOf(deployment)
  return pause ? `paused (${describePause(pause)})` : ''
}

/** A deployment of a revision that was proven before: it goes back, although ECS rolls it out like any other. */
function stageOfWayBack({ deployment }: Observation): string {
  const { status, lifecycleStage } = deployment ?? {}
  if (status === 'SUCCESSFUL') return 'rolled back'
  const stage = status === 'IN_PROGRESS' ? lifecycleStage : status?.toLowerCase()
  return stage === undefined ? 'rolling back' : `rolling back (${stage.replaceAll('_', ' ')})`
}

/** Of the revision that the line is about: those of the release are no news once it is rolled back. */
const failedTasks = (seen: Observation, { phase }: WatchState): number =>
  phase === 'rolling-back' ? seen.rollbackFailures.length : seen.failedTasks.length

/** Quiet as long as a trigger says nothing. */
function triggerNote({ trigger, verdict, points }: TriggerReading): string {
  const last = points.at(-1)
  if (!last) return `${trigger.name} not measured yet`
  const value =
    last.value === undefined ? 'no data' : `${Number(last.value.toPrecision(4))}${trigger.unit}`
  return `${trigger.name} ${verdict} (${value})`
}

function draining(seen: Observation, shownId: string | undefined): number {
  return seen.service.deployments
    .filter((each) => each.id !== shownId)
    .reduce((sum, each) => sum + each.runningCount, 0)
}

function unhealthyTargets(seen: Observation): string {
  const reasons = (seen.targets ?? [])
    .filter((target) => target.state === 'unhealthy')
    .map((target) => target.description ?? target.reason ?? 'no reason given')
  const different = [...new Set(reasons)].sort()
  const targets = reasons.length === 1 ? 'target' : 'targets'
  return reasons.length === 0
    ? ''
    : `${reasons.length} unhealthy ${targets} (${different.join('; ')})`
}

const count = (number: number | undefined, what: string): string =>
  number === undefined || number === 0 ? '' : `${number} ${what}`
