/** What holds where users are moved from one target group to another. */
import { isRamp, type LifecycleHook } from '@ecs-pipeline/rollout'
import { isUndisturbed, shareOfRelease, type Rule, type Seen } from './rule.ts'
import { isOfOthers } from './world/stage-hooks.ts'
import type { Moment } from './world/timeline.ts'

const MINUTE = 60_000
/** What the trigger on errors tolerates in a minute. */
const TOLERATED = 10

const hooksAt = ({ view }: Moment): readonly LifecycleHook[] =>
  view.deploymentConfiguration.lifecycleHooks ?? []

/**
 * Whether what is left there is told; what may still be under way keeps what it needs. A run that ends at once may read
 * what was there a moment ago.
 */
const isTold = ({ report, schedule }: Seen): boolean =>
  report.outcome === 'unwatched' ||
  (schedule.api.staleMilliseconds > 0 && /cancelled|lost/.test(report.outcome)) ||
  report.caveats.some((caveat) => caveat.includes('the next deployment may wait at a pause'))

function leavesNoPause(seen: Seen): string | undefined {
  const { world, endedAt, release } = seen
  const end = world.timeline.at(endedAt)
  if (!release || end.view.status !== 'ACTIVE' || isTold(seen)) return undefined
  const left = hooksAt(end).filter((hook) => !isOfOthers(hook))
  return left.length > 0 ? `${left.length} pauses are left` : undefined
}

function leavesHooksOfOthers(seen: Seen): string | undefined {
  const { world, startedAt, endedAt } = seen
  const [before, after] = [startedAt, endedAt].map(
    (time) => hooksAt(world.timeline.at(time)).filter(isOfOthers).length,
  )
  return before === after || isTold(seen) ? undefined : `${after} of ${before} are left`
}

/** Going back at one is going back; to continue there is for whoever put it there. */
function endsOnlyItsOwnPauses({ world, ours }: Seen): string | undefined {
  const continued = world.deeds.filter(({ by, kind }) => by === 'run' && kind === 'continue')
  if (continued.some(({ isPauseOfOthers }) => isPauseOfOthers)) {
    return 'the run has ended the pause of somebody else'
  }
  return continued.some(({ serviceDeployment }) => serviceDeployment !== ours?.arn)
    ? 'the run has continued the deployment of somebody else'
    : undefined
}

/** The shares that the release had on its way forward, in order, each with the time since when. */
function sharesOf(seen: Seen): readonly { readonly share: number; readonly at: number }[] {
  const { world, release, ours } = seen
  if (!release) return []
  return world.timeline.between(release.at, Infinity).flatMap((moment) => {
    const share = shareOfRelease(moment, seen)
    // What ECS does with it when another deployment has taken its place is not the run's doing.
    const isForward = moment.view.currentServiceDeployment === ours?.arn && !moment.isRollback
    return share === undefined || !isForward ? [] : { share, at: moment.at }
  })
}

const mostOf = (seen: Seen): number => Math.max(0, ...sharesOf(seen).map(({ share }) => share))

/** It behaves as `next` says; the present revision, deployed again, does not. */
const isNew = ({ world, release }: Seen): boolean =>
  world.taskDefinitions.of(release?.revision ?? 1).registeredBy === 'run'

function testsBeforeUsers(seen: Seen): string | undefined {
  const { shift, inputs } = seen.schedule
  const isAsked = shift?.asked && shift.asked.name !== 'rolling' && inputs.isWatched
  if (!isAsked || shift.testTraffic !== 'bad') return undefined
  const most = mostOf(seen)
  return isNew(seen) && most > 0 ? `it got ${most} % of the users` : undefined
}

function dwellsAtEachStop(seen: Seen): string | undefined {
  const { asked } = seen.schedule.shift ?? {}
  if (!asked || !isRamp(asked)) return undefined
  const shares = sharesOf(seen)
  for (const stop of asked.steps.slice(0, -1)) {
    const reached = shares.find(({ share }) => share >= stop)
    const left = shares.find(({ share }) => share > stop)
    if (!reached || !left) continue
    const minutes = (left.at - reached.at) / MINUTE
    if (minutes < (asked.stepMinutes ?? 10)) return `it left ${stop} % after ${minutes} minutes`
  }
  return undefined
}

/** With all the data there: the first step at which its requests are bad enough to be seen is its last. */
function stopsAtABadStep(seen: Seen): string | undefined {
  const { schedule, report } = seen
  const { shift, inputs, metrics, next, current, service } = schedule
  const { asked, breaksAtPercent = 0 } = shift ?? {}
  const isSeen =
    metrics.requestsPerMinute === 600 && metrics.gapEvery === 0 && metrics.lateSeconds <= 90
  if (!asked || !isSeen || !isNew(seen)) return undefined
  if (!isUndisturbed(seen) || !service.loadBalancer) return undefined
  if (current.traffic !== 'good' || !inputs.isWatched || report.knownGood === undefined)
    return undefined
  if ((inputs.desiredCount ?? service.desired) === 0) return undefined
  // What is left alone goes on.
  if (inputs.onFailure === 'leave' || inputs.onTimeout === 'leave') return undefined
  const isBadAt = (percent: number): boolean => {
    const errors = (metrics.requestsPerMinute * percent) / 100 / 2
    const isSlow = next.traffic === 'slow' && inputs.triggers === 'all'
    const hasErrors = next.traffic === 'errors' && inputs.triggers !== 'none'
    return percent >= breaksAtPercent && (isSlow || (hasErrors && errors > TOLERATED))
  }
  const last = asked.steps.find(isBadAt)
  const most = mostOf(seen)
  return last !== undefined && most > last
    ? `it got ${most} %, and was bad at ${last} %`
    : undefined
}

export const SHIFT_RULES: readonly Rule[] = [
  { says: 'no pause of the run is left in the service', broken: leavesNoPause },
  { says: 'the hooks of others stay in the service', broken: leavesHooksOfOthers },
  { says: 'only its own pauses are ended by the run', broken: endsOnlyItsOwnPauses },
  { says: 'what fails by test traffic never reaches users', broken: testsBeforeUsers },
  { says: 'a stop is left only after its time', broken: dwellsAtEachStop },
  { says: 'what is bad at a step gets no more users', broken: stopsAtABadStep },
]
