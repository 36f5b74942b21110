/** For each outcome: what has to be true of the world when a run says so. */
import type { Outcome } from '@ecs-pipeline/rollout'
import { callsNamed, runsAlone, servesAlone, shareOfRelease, type Rule, type Seen } from './rule.ts'
import { revisionOf } from './world/task-definitions.ts'
import type { Moment } from './world/timeline.ts'

/** The limit of the action for a rollback, in milliseconds. */
const ROLLBACK_LIMIT = 15 * 60_000

const primaryState = ({ view }: Moment): string | undefined => view.deployments[0]?.rolloutState

/** The service's deployment is over, and all that runs is of one revision, complete and healthy. */
const isSettledOn = (moment: Moment, revision: number): boolean =>
  primaryState(moment) === 'COMPLETED' &&
  revisionOf(moment.view.taskDefinition) === revision &&
  servesAlone(moment, revision)

const hasShifted = ({ ours }: Seen): boolean =>
  (ours?.configuration.strategy ?? 'ROLLING') !== 'ROLLING'

/** What the service has been put back to serves and gets all the traffic, by ECS's rollback or by a deployment of the run. */
function isSettledBack(moment: Moment, seen: Seen): boolean {
  const { updates, release } = seen
  const now = revisionOf(moment.view.taskDefinition)
  const isBack =
    moment.isRollback ||
    now !== release?.revision ||
    moment.view.currentServiceDeployment === updates[1]?.serviceDeployment
  if (!isBack || primaryState(moment) !== 'COMPLETED') return false
  if ((shareOfRelease(moment, seen) ?? 0) > 0) return false
  if (!hasShifted(seen)) return servesAlone(moment, now)
  // Back to tasks that were kept ECS looks at their health no more: what runs less than is wanted is told.
  return [...moment.running.keys()].every((revision) => revision === now)
}

const hasGoneBack = ({ stops, updates }: Seen): boolean => stops.length > 0 || updates.length > 1

function deployed(seen: Seen): string | undefined {
  const { release, lately, updates, report } = seen
  const revision = release?.revision
  if (revision === undefined) return 'the run deployed nothing'
  if (updates.length > 1) return 'the run deployed something else afterwards'
  if (revisionOf(report.taskDefinition ?? '') !== revision)
    return 'the report names another revision'
  const isOurs = (moment: Moment): boolean => moment.primaryMadeBy === 'run' && !moment.isRollback
  // A task that fails after ECS has called the deployment complete is replaced; a bake would see it.
  const since = seen.world.timeline.between(release?.at ?? 0, seen.endedAt)
  // A shift looks at the health of its tasks once, before any traffic; without targets nobody can tell it later.
  const isUntold = hasShifted(seen) && !seen.schedule.service.loadBalancer
  const isGood = isUntold ? runsAlone : isSettledOn
  if (!since.some((moment) => isOurs(moment) && isGood(moment, revision))) {
    return 'the new revision has never served, complete, healthy and alone'
  }
  const proof = lately.find(
    (moment) =>
      isOurs(moment) && primaryState(moment) === 'COMPLETED' && runsAlone(moment, revision),
  )
  if (!proof) return 'the new revision did not run, complete and alone, in the end'
  const isAllThere = lately.some((moment) => (shareOfRelease(moment, seen) ?? 100) === 100)
  if (!isAllThere) return 'not all users are on the new revision'
  return proof.view.desiredCount === 0 ? 'nothing was asked for, so nothing serves' : undefined
}

function deployedIdle({ release, lately, updates }: Seen): string | undefined {
  const revision = release?.revision
  if (revision === undefined || updates.length > 1) return 'the run did not just deploy'
  const isIdle = lately.some(
    (moment) => moment.view.desiredCount === 0 && isSettledOn(moment, revision),
  )
  return isIdle ? undefined : 'the service is not idle on the new revision'
}

function noChange({ world, lately }: Seen): string | undefined {
  if (world.deeds.some(({ by }) => by === 'run')) return 'the run has changed something'
  const isServing = lately.some((moment) => runsAlone(moment, world.foundRevision))
  return isServing ? undefined : 'what was there does not serve'
}

function unwatched({ updates, stops, schedule }: Seen): string | undefined {
  if (schedule.inputs.isWatched) return 'it was to be watched'
  if (updates.length > 1 || stops.length > 0) return 'the run has done more than to begin it'
  return undefined
}

function rolledBack(seen: Seen): string | undefined {
  const { ours, lately, updates, report } = seen
  if (!ours) return 'the run deployed nothing'
  const since = seen.world.timeline.between(seen.release?.at ?? 0, seen.endedAt)
  if (!since.some((moment) => isSettledBack(moment, seen))) {
    return 'no other revision has served, complete, healthy and alone'
  }
  const end = lately.at(-1)
  const isComplete = report.now && report.now.runningCount >= report.now.desiredCount
  if (!isComplete && !report.caveats.some((caveat) => /tasks run|could not be read/.test(caveat))) {
    return 'it does not say that less runs than is wanted'
  }
  if (end?.view.currentServiceDeployment === ours.arn && !end.isRollback) {
    return 'the new revision is still in its place'
  }
  if (end && (shareOfRelease(end, seen) ?? 0) > 0) return 'some users are still on it'
  const again = updates[1]
  if (again || callsNamed(seen, 'update').length > 1) {
    return report.rolledBackBy === 'action'
      ? undefined
      : `it was the action, not ${report.rolledBackBy}`
  }
  // Without the service deployment's own word, one that was replaced and then put back looks the same.
  const isClassic = report.serviceDeployment === undefined
  const isOvertaken = ours.rolledBackBy === undefined || ours.status === 'STOPPED'
  if (isClassic && isOvertaken) return undefined
  if (ours.status !== 'ROLLBACK_SUCCESSFUL') return `the deployment ended ${ours.status}`
  const truth = whoRolledBack(seen)
  // Both may ask at the same time: ECS takes the second request without a word, and an answer may be lost.
  if (mayHaveAsked(seen) && report.rolledBackBy === 'action') return undefined
  return report.rolledBackBy === truth ? undefined : `it was ${truth}, not ${report.rolledBackBy}`
}

/** By a request of its own, or at a pause. */
const mayHaveAsked = (seen: Seen): boolean =>
  seen.stops.length > 0 ||
  callsNamed(seen, 'rollBack').some(mayHaveArrived) ||
  callsNamed(seen, 'endPause').some(({ error }) => error === 'Unreachable')

/** A request without an answer may have been carried out. */
const mayHaveArrived = ({ error }: { readonly error?: string | undefined }): boolean =>
  error === undefined || error === 'Unreachable'

function whoRolledBack({ ours }: Seen): string {
  if (ours?.rolledBackBy === 'run') return 'action'
  if (ours?.rolledBackBy === 'other') return 'manual'
  if (ours?.isBackByHook === true) return 'ecs-hook'
  return ours?.breaker.status === 'TRIGGERED' ? 'ecs-circuit-breaker' : 'ecs-alarm'
}

function rollbackFailed(seen: Seen): string | undefined {
  const { ours, lately, updates, stops, endedAt, world, schedule } = seen
  if (!ours) return 'the run deployed nothing'
  const again = updates[1]?.serviceDeployment
  const endOfAgain = lately.at(-1)?.statuses.get(again ?? '')
  // What was to go back has ended otherwise: whatever runs now was not the run's doing.
  if (endOfAgain?.startsWith('ROLLBACK_') || endOfAgain === 'STOPPED') return undefined
  const began = ours.rollback?.startedAt ?? updates[1]?.at
  const failed = world.service.state.stopped.filter(
    ({ owner, stopCode }) => owner.createdAt >= (began ?? Infinity) && stopCode !== 'UserInitiated',
  )
  // What was good before may fail by now; ECS calls it complete between two failures.
  if (failed.length >= schedule.inputs.maxFailedTasks) return undefined
  if (lately.every((moment) => isSettledBack(moment, seen))) return 'going back has succeeded'
  // ECS may begin by itself after the run has last looked.
  if (began === undefined || began >= (lately[0]?.at ?? endedAt)) return undefined
  const asked = Math.min(began, stops[0]?.at ?? began)
  if (endedAt - asked >= ROLLBACK_LIMIT) return undefined
  if (failed.length >= Math.min(2, schedule.inputs.maxFailedTasks)) return undefined
  if (ours.status === 'ROLLBACK_FAILED') return undefined
  return 'going back was under way, and nothing was wrong with it'
}

function failedNoRollback(seen: Seen): string | undefined {
  const { release, lately, schedule, report, world } = seen
  if (!release) return 'the run deployed nothing'
  if (lately.some(({ view }) => view.status !== 'ACTIVE')) return undefined
  if (hasGoneBack(seen)) return 'the run has gone back'
  const isForbidden = schedule.inputs.onFailure === 'leave'
  const isImpossible = report.knownGood?.taskDefinition === undefined
  const isTooLate = lately.some((moment) => isSettledOn(moment, release.revision ?? 0))
  if (!isForbidden && !isImpossible && !isTooLate) return 'it could have gone back'
  const hasFailed = world.service.state.stopped.some(
    ({ revision, stopCode }) => revision === release.revision && stopCode !== undefined,
  )
  const isLate = report.finishedAt - release.at >= schedule.inputs.waitForMinutes * 60_000
  const isIdle = lately.some(({ view }) => view.desiredCount === 0)
  const isWrong = schedule.image.shown === 'wrong' || isIdle
  const isStopped = lately.at(-1)?.statuses.get(release.serviceDeployment ?? '') !== 'SUCCESSFUL'
  const { next, current } = schedule
  // While it rolls out, both revisions share the target group.
  const isBad = next.traffic !== 'good' || next.fault !== 'none' || current.traffic !== 'good'
  const hasBreached = report.trigger !== undefined && isBad
  const { shift } = schedule
  const hasAnsweredBadly =
    report.reason.includes('smoke check failed') &&
    [shift?.smoke, shift?.testTraffic].includes('bad')
  const isPaused = shift?.onPause === 'fail' && shift.pause !== null
  const wasAsked = hasAnsweredBadly || isPaused
  return hasFailed || isLate || isWrong || isStopped || hasBreached || wasAsked
    ? undefined
    : 'nothing was wrong with it'
}

function superseded({ release, world, endedAt }: Seen): string | undefined {
  if (!release) return 'the run deployed nothing'
  const newer = world.deeds.find(
    ({ by, kind, at }) => by === 'other' && kind === 'update' && at >= release.at && at <= endedAt,
  )
  return newer ? undefined : 'nobody else has deployed'
}

function timedOut(seen: Seen): string | undefined {
  const { release, schedule, endedAt } = seen
  if (!release) return 'the run deployed nothing'
  if (hasGoneBack(seen)) return 'the run has gone back'
  if (schedule.inputs.onTimeout !== 'leave') return 'it was to go back'
  const isLate = endedAt - release.at >= schedule.inputs.waitForMinutes * 60_000 - 30_000
  return isLate ? undefined : 'there was time left'
}

function monitoringLost(seen: Seen): string | undefined {
  const { release, calls } = seen
  if (!calls.some(({ error }) => error !== undefined)) return 'every call was answered'
  const isUnknown = callsNamed(seen, 'update').some(({ error }) => error === 'Unreachable')
  return release || isUnknown ? undefined : 'there was nothing to watch'
}

function cancelled(seen: Seen): string | undefined {
  const { cancelledAt, release, stops, report, schedule } = seen
  if (cancelledAt === undefined) return 'nobody cancelled it'
  if (!release) return 'the run deployed nothing, so nothing is under way'
  // Without the service deployment a deployment of the known good revision is the way.
  const hasAsked = mayHaveAsked(seen) || callsNamed(seen, 'update').length > 1
  if (report.rolledBackBy === 'action' && !hasAsked) return 'it has not asked for a rollback'
  const isSilent = report.rolledBackBy === 'none' && !report.reason.includes('Going back')
  if (isSilent && hasGoneBack(seen)) return 'it has rolled back'
  // Going back for another reason may have begun just before.
  if (report.reason.includes('Going back')) return undefined
  const lateStops = stops.filter(({ at }) => at > cancelledAt)
  return schedule.inputs.onCancel === 'leave' && lateStops.length > 0
    ? 'it was to leave the deployment alone'
    : undefined
}

function refused({ world }: Seen): string | undefined {
  const deed = world.deeds.find(({ by, kind }) => by === 'run' && kind !== 'register')
  return deed && `the run has changed the service (${deed.kind})`
}

const rule = (outcome: Outcome, says: string, broken: Rule['broken']): Rule => ({
  says: `${outcome}: ${says}`,
  broken: (seen) => (seen.report.outcome === outcome ? broken(seen) : undefined),
})

export const OUTCOME_RULES: readonly Rule[] = [
  rule('deployed', 'the new revision serves everything asked for, and nothing else does', deployed),
  rule('deployed-idle', 'the new revision is in place, and no task is wanted', deployedIdle),
  rule('no-change', 'nothing was written, and what was asked for serves already', noChange),
  rule('unwatched', 'a deployment was begun and nothing else was done', unwatched),
  rule('rolled-back', 'another revision serves alone, and who did it is named', rolledBack),
  rule('rollback-failed', 'going back was due and did not work', rollbackFailed),
  rule('failed-no-rollback', 'it was bad, and nobody could or should go back', failedNoRollback),
  rule('superseded', 'somebody else has deployed since', superseded),
  rule('timed-out', 'its time was up, and it was to be left', timedOut),
  rule('monitoring-lost', 'AWS did not answer, and something may be under way', monitoringLost),
  rule('cancelled', 'the run was cancelled, and what it did about it is told', cancelled),
  rule('refused', 'the service is as it was', refused),
]
