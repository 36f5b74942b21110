/** What holds for every run, whatever its outcome. */
import { passes } from '@ecs-pipeline/rollout'
import {
  callsNamed,
  indexOfReportRead,
  isUndisturbed,
  runsAlone,
  servesAlone,
  type Rule,
  type Seen,
} from './rule.ts'
import { revisionOf } from './world/task-definitions.ts'
import type { Schedule } from './world/schedule.ts'
import type { Moment } from './world/timeline.ts'

const MINUTE = 60_000

function staysSilent({ calls, callsAtEnd }: Seen): string | undefined {
  const late = calls[callsAtEnd]
  return late && `${late.name} was called after the end`
}

function endsInTime(seen: Seen): string | undefined {
  const { startedAt, endedAt, schedule, calls } = seen
  const { waitForMinutes, pollSeconds } = schedule.inputs
  const asking = calls.reduce((sum, call) => sum + (call.endedAt ?? endedAt) - call.startedAt, 0)
  // Its turn, the deployment itself, and going back; each is found in the list within a minute.
  const bake = schedule.inputs.triggers === 'none' ? 0 : 12
  const minutes = 2 * waitForMinutes + 2 * 15 + 4 + bake + longestShift(schedule)
  const limit = minutes * MINUTE + 6 * pollSeconds * 1000 + asking
  return endedAt - startedAt > limit
    ? `it took ${(endedAt - startedAt) / MINUTE} minutes`
    : undefined
}

/** How long a deployment may wait by its strategy alone, in minutes: its steps, and the bake of ECS. */
function longestShift({ shift, inputs }: Schedule): number {
  if (!shift) return 0
  const { asked, bakeMinutes, foundBakeMinutes } = shift
  // Without any given: the defaults of ECS, or what the triggers need.
  const step = asked?.stepMinutes ?? 10
  const steps = asked ? asked.steps.length : 10
  const looks = ((asked?.steps.length === 2 ? 2 : 35) * inputs.pollSeconds) / 60
  return (
    looks + steps * step + Math.max(foundBakeMinutes, bakeMinutes ?? 0, 12) + (bakeMinutes ?? 0)
  )
}

function goesBackOnce(seen: Seen): string | undefined {
  const { stops, updates } = seen
  // A request without an answer, and nobody to ask whether it arrived: then once more is better than not at all.
  const isBlind =
    callsNamed(seen, 'rollBack').some(({ error }) => error === 'Unreachable') &&
    callsNamed(seen, 'serviceDeployment').at(-1)?.error !== undefined
  if (isBlind) return undefined
  const count = stops.length + Math.max(0, updates.length - 1)
  return count > 1 ? `the run has gone back ${count} times` : undefined
}

/** ECS has no conditional update, so what comes within two calls of the last look cannot be seen. */
function leavesOthersAlone(seen: Seen): string | undefined {
  const { stops, ours, updates, world, calls, schedule } = seen
  if (stops.some(({ serviceDeployment }) => serviceDeployment !== ours?.arn)) {
    return 'the run has stopped a deployment that is not its own'
  }
  const again = updates[1]
  if (!again) return undefined
  if (again.before === ours?.arn) return undefined
  const index = calls.findLastIndex(
    ({ name, startedAt }) => name === 'update' && startedAt <= again.at,
  )
  const look = calls
    .slice(0, index)
    .findLastIndex(({ name, error }) => name === 'service' && !error)
  if (index - look > 3) return 'the run did not look before it went back'
  const lookedAt = (calls[look]?.startedAt ?? 0) - schedule.api.staleMilliseconds
  const theirs = world.deeds.find(({ serviceDeployment }) => serviceDeployment === again.before)
  return theirs && theirs.at < lookedAt
    ? 'the run has replaced the deployment of somebody else'
    : undefined
}

function waitsItsTurn(seen: Seen): string | undefined {
  const { release, world, schedule } = seen
  if (!release || schedule.inputs.onConcurrent === 'replace') return undefined
  const firstLook = callsNamed(seen, 'history').findLast(
    ({ startedAt, error }) => startedAt < release.at && error === undefined,
  )
  // Without the list, only the first deployment that DescribeServices shows can be waited for.
  if (!firstLook) return undefined
  const before = world.service.records.serviceDeployments.find(({ arn }) => arn === release.before)
  const { listedAfterSeconds } = schedule.api
  if (!before || before.createdAt + listedAfterSeconds * 1000 > firstLook.startedAt)
    return undefined
  const isOngoing = before.finishedAt === undefined || before.finishedAt > release.at
  return isOngoing ? 'the run has replaced a deployment that was under way' : undefined
}

/** The step is killed ten seconds after the cancellation. */
function stopsWhenCancelled(seen: Seen): string | undefined {
  const { cancelledAt, endedAt, calls, release } = seen
  if (cancelledAt === undefined) return undefined
  const later = calls.filter(
    ({ startedAt, endedAt: end = Infinity }) => startedAt > cancelledAt || end > cancelledAt,
  )
  const asking = later.reduce(
    (sum, call) => sum + (call.endedAt ?? endedAt) - Math.max(call.startedAt, cancelledAt),
    0,
  )
  if (endedAt - cancelledAt > asking) return 'the run has waited after its cancellation'
  const update = callsNamed(seen, 'update')[0]
  return release && update && update.startedAt > cancelledAt
    ? 'the run has deployed after its cancellation'
    : undefined
}

/** Whatever could be gone back to when the run began, going back to it was allowed, and nobody was in the way. */
function neverLeavesUsersOnBad(seen: Seen): string | undefined {
  const { report, schedule, world, release } = seen
  const { onFailure, onTimeout, desiredCount } = schedule.inputs
  if (!release || report.passed || !isUndisturbed(seen)) return undefined
  if (onFailure === 'leave' || onTimeout === 'leave' || desiredCount === 0) return undefined
  // Between limits that leave no room ECS can replace no task, forwards or backwards.
  const { minimumHealthyPercent: least, maximumPercent: most } = schedule.service
  const wanted = desiredCount ?? schedule.service.desired
  if (Math.floor((wanted * most) / 100) <= Math.ceil((wanted * least) / 100)) return undefined
  const good = report.knownGood?.taskDefinition
  const behaviour =
    good === undefined ? undefined : world.taskDefinitions.of(revisionOf(good)).behaviour
  if (!behaviour || behaviour.fault !== 'none' || behaviour.traffic !== 'good') return undefined
  // ECS goes back to what completed last, proven or not; a run does not go back twice.
  const ecsWentTo = seen.ours?.rollback?.revisionArn
  const records = world.service.records.serviceRevisions
  if (ecsWentTo && records.get(ecsWentTo)?.revision !== revisionOf(good ?? '')) return undefined
  const { startSeconds, healthSeconds } = behaviour
  const isSlow = wanted * (startSeconds + healthSeconds + schedule.service.stopSeconds) > 600
  if (isSlow) return undefined
  return report.outcome === 'rolled-back'
    ? undefined
    : `${report.outcome}, although ${good ?? ''} is good`
}

/** What ran complete and healthy when the run began is what users can be given back. */
function knowsWhatIsGood(seen: Seen): string | undefined {
  const { report, world, schedule, startedAt, updates, calls } = seen
  const found = world.timeline.at(startedAt)
  if (updates.length === 0 || calls.some(({ error }) => error) || schedule.others.length > 0)
    return undefined
  const isGood =
    schedule.opening === 'settled' &&
    schedule.current.fault === 'none' &&
    found.view.deployments[0]?.rolloutState === 'COMPLETED' &&
    found.view.desiredCount > 0
  if (!isGood) return undefined
  const chosen = report.knownGood?.taskDefinition
  return chosen === found.view.taskDefinition
    ? undefined
    : `${chosen ?? 'nothing'} is said to be good`
}

function tellsWhatUsersGet(seen: Seen): string | undefined {
  const { report, calls, world, endedAt, startedAt, schedule } = seen
  const { now } = report
  if (!now) {
    const isExcused =
      report.outcome === 'refused' ||
      calls.findLast(({ name }) => name === 'service')?.error !== undefined
    return isExcused ? undefined : 'it does not tell what users get, and could have'
  }
  const read = calls[indexOfReportRead(calls)]
  const from = (read?.startedAt ?? startedAt) - schedule.api.staleMilliseconds
  const moments = world.timeline.between(from, endedAt)
  const isTrue = moments.some(
    ({ view }) =>
      view.taskDefinition === now.taskDefinition &&
      view.runningCount === now.runningCount &&
      view.desiredCount === now.desiredCount,
  )
  if (!isTrue) return 'the counts of the report were never true'
  return moments.some((moment) => runs(moment, now.running))
    ? undefined
    : 'other tasks run than it says'
}

const runs = (
  { running }: Moment,
  told: readonly { readonly taskDefinition: string; readonly tasks: number }[],
): boolean => {
  const counts = new Map<number, number>()
  for (const { taskDefinition, tasks } of told) {
    const revision = revisionOf(taskDefinition)
    counts.set(revision, (counts.get(revision) ?? 0) + tasks)
  }
  return (
    counts.size === running.size && [...running].every(([key, count]) => counts.get(key) === count)
  )
}

function agreesWithItself(seen: Seen): string | undefined {
  const { report, ours, startedAt, endedAt, release } = seen
  if (report.passed !== passes(report.outcome)) return 'passed does not fit the outcome'
  if (report.startedAt !== startedAt || report.finishedAt !== endedAt) return 'its times are wrong'
  if (report.reason.trim() === '') return 'it gives no reason'
  if (report.serviceDeployment !== undefined && report.serviceDeployment !== ours?.arn) {
    return 'it names the service deployment of somebody else'
  }
  if (release && revisionOf(report.taskDefinition ?? '') !== release.revision) {
    return 'it names another revision than it has deployed'
  }
  return undefined
}

/** Without a watch nothing is known of the end, so nothing may be said of it. */
function claimsNothingUnseen({ report, schedule }: Seen): string | undefined {
  const isSilent = ['unwatched', 'no-change', 'refused', 'monitoring-lost'].includes(report.outcome)
  return schedule.inputs.isWatched || isSilent ? undefined : `it says ${report.outcome}`
}

/** Whoever reads a red report and finds the new revision in full service has been told a lie or a caveat. */
function isNeverRedForNothing(seen: Seen): string | undefined {
  const { report, schedule, release, lately } = seen
  const { next, image, service, shift } = schedule
  if (!release || report.passed || !isUndisturbed(seen)) return undefined
  const isGood = next.fault === 'none' && next.traffic === 'good' && image.shown !== 'wrong'
  const isQuick = next.startSeconds + next.healthSeconds + service.stopSeconds < 15
  const hasRoom = service.minimumHealthyPercent === 100 && service.maximumPercent === 200
  const isSound = isGood && isQuick && hasRoom && schedule.inputs.waitForMinutes >= 5
  const isHindered = [shift?.smoke, shift?.testTraffic].includes('bad') || shift?.pause
  if (isHindered) return undefined
  if (!isSound || schedule.opening !== 'settled' || schedule.current.fault !== 'none')
    return undefined
  const serves = lately.some((moment) => servesAlone(moment, release.revision ?? 0))
  return `${report.outcome}, although nothing was wrong${serves ? ' and it serves' : ''}`
}

/** With all the data there, a revision that answers with errors, or too slowly, never passes its bake. */
function neverPassesABreach(seen: Seen): string | undefined {
  const { report, schedule } = seen
  const { next, current, metrics, inputs, service } = schedule
  if (report.outcome !== 'deployed' || inputs.triggers === 'none') return undefined
  const isSeen =
    metrics.requestsPerMinute === 600 && metrics.gapEvery === 0 && metrics.lateSeconds <= 90
  const isKnown = inputs.triggers === 'all' ? ['errors', 'slow'] : ['errors']
  // A trigger that breached before says nothing; neither does one whose metrics could not be read.
  const isFresh = current.traffic === 'good'
  if (!service.loadBalancer || !isSeen || !isFresh || !isUndisturbed(seen) || service.desired === 0)
    return undefined
  const isOurs = schedule.image.asked === 'new' || schedule.image.asked === 'elsewhere'
  return isOurs && isKnown.includes(next.traffic) ? `${next.traffic} passed the bake` : undefined
}

/** Nobody else and nothing in the way: a way back is one of the desired count, too. */
function givesTheCountBack(seen: Seen): string | undefined {
  const { report, schedule, world, endedAt } = seen
  const { desiredCount } = schedule.inputs
  if (report.outcome !== 'rolled-back' || desiredCount === null || !isUndisturbed(seen))
    return undefined
  // What it wants at the very beginning may be what the run has set already, where calls take no time.
  const before = schedule.service.desired
  const after = world.timeline.at(endedAt).view.desiredCount
  if (after !== before) return `it wants ${after} tasks, and wanted ${before}`
  const scalings = world.deeds.filter(({ by, kind }) => by === 'run' && kind === 'scale')
  return scalings.length > 1 ? `the run has scaled it ${scalings.length} times` : undefined
}

export const CONDUCT_RULES: readonly Rule[] = [
  { says: 'no port is called after the end', broken: staysSilent },
  { says: 'a run ends in bounded time', broken: endsInTime },
  { says: 'a run goes back at most once', broken: goesBackOnce },
  { says: 'the deployments of others are left alone', broken: leavesOthersAlone },
  { says: 'a deployment that is under way is waited for', broken: waitsItsTurn },
  { says: 'a cancelled run ends at once and starts nothing', broken: stopsWhenCancelled },
  {
    says: 'a red run leaves nobody on a bad revision that could be taken back',
    broken: neverLeavesUsersOnBad,
  },
  { says: 'what ran well before is known to be good', broken: knowsWhatIsGood },
  { says: 'the report tells what users get', broken: tellsWhatUsersGet },
  { says: 'the report agrees with itself and with what was done', broken: agreesWithItself },
  { says: 'nothing is said of an end that nobody watched', broken: claimsNothingUnseen },
  { says: 'a good revision in a good world goes out', broken: isNeverRedForNothing },
  { says: 'no breach passes a bake', broken: neverPassesABreach },
  { says: 'a rollback gives back the desired count, too', broken: givesTheCountBack },
]

/** Green means that what was taken up runs, and nothing beside it. */
function takenUpRuns({ report, lately, world }: Seen): string | undefined {
  if (report.outcome !== 'deployed') return undefined
  return lately.some((moment) => runsAlone(moment, world.foundRevision))
    ? undefined
    : 'what was taken up does not run alone'
}

function takesUpOnly({ updates, stops, report }: Seen): string | undefined {
  const count = updates.length + stops.length
  if (count > 1) return `the run has changed the service ${count} times`
  return report.passed && count > 0 ? 'a green run has changed the service' : undefined
}

/** For a run that saw somebody's deployment to its end. */
export const TAKEN_UP_RULES: readonly Rule[] = [
  { says: 'no port is called after the end', broken: staysSilent },
  { says: 'a run ends in bounded time', broken: endsInTime },
  { says: 'the report tells what users get', broken: tellsWhatUsersGet },
  { says: 'green means that it runs', broken: takenUpRuns },
  { says: 'a deployment that was taken up is at most taken back, once', broken: takesUpOnly },
]
