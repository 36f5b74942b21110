/** What a rule over a finished rollout is, and what rules ask of the world. */
import type { DeployReport } from '@ecs-pipeline/rollout'
import type { Rollout } from './rollout.ts'
import type { ServiceDeployment } from './world/records.ts'
import { revisionOf } from './world/task-definitions.ts'
import type { CallName } from './world/schedule.ts'
import type { Call } from './world/world-ports.ts'
import type { Deed } from './world/world.ts'
import type { Moment } from './world/timeline.ts'

export interface Rule {
  /** A sentence that is true of every rollout. */
  readonly says: string
  /** What is wrong with this one; `undefined` when the rule holds. */
  readonly broken: (seen: Seen) => string | undefined
}

/** A rollout that ended with a report, and what the rules need to know of it. */
export interface Seen extends Rollout {
  readonly report: DeployReport
  /** The run's updates of the service that began a deployment, in order: the release, then what went back. */
  readonly updates: readonly Deed[]
  readonly release: Deed | undefined
  /** The service deployment of the release. */
  readonly ours: ServiceDeployment | undefined
  /** The requests of the run to roll back that had effect. */
  readonly stops: readonly Deed[]
  /** Everything that was true from the run's last decisive look at the service until its end. */
  readonly lately: readonly Moment[]
}

export function seenOf(rollout: Rollout, report: DeployReport): Seen {
  const { world } = rollout
  const mine = world.deeds.filter(({ by }) => by === 'run')
  const updates = mine.filter(({ kind }) => kind === 'update')
  const release = updates[0]
  const ours = world.service.records.serviceDeployments.find(
    ({ arn }) => arn === release?.serviceDeployment,
  )
  const stops = mine.filter(({ kind }) => kind === 'stop')
  const lately = world.timeline.between(lastLookBefore(rollout, report), rollout.endedAt)
  return { ...rollout, report, updates, release, ours, stops, lately }
}

/**
 * The report reads the service once more after the look that decided; that look is the one before. Where traffic is
 * shifted, the configuration is read between the two.
 */
function lastLookBefore({ calls, schedule, startedAt }: Rollout, { now }: DeployReport): number {
  const looks = calls
    .slice(0, now ? indexOfReportRead(calls) + 1 : undefined)
    .filter(({ name, error }) => name === 'service' && error === undefined)
  const decisive = looks.at(schedule.shift ? -3 : -2) ?? looks.at(-1)
  return (decisive?.startedAt ?? startedAt) - schedule.api.staleMilliseconds
}

/** Where a run read what users get: the service and then its tasks. A diagnosis may look at the service once more. */
export function indexOfReportRead(calls: readonly Call[]): number {
  const tasksRead = calls.findLastIndex(({ name }) => name === 'running')
  return calls.slice(0, tasksRead).findLastIndex(({ name }) => name === 'service')
}

export const callsNamed = ({ calls }: Rollout, name: CallName): readonly Call[] =>
  calls.filter((call) => call.name === name)

/** Whether nothing and nobody from outside meddled with this rollout. */
export const isUndisturbed = ({ schedule, calls, cancelledAt }: Rollout): boolean =>
  schedule.others.length === 0 &&
  cancelledAt === undefined &&
  calls.every(({ error }) => error === undefined)

/** How far apart the times of one deployment may lie, in milliseconds: what is nearer cannot be told apart. */
const SAME_MOMENT = 5000

/**
 * Somebody has deployed the same revision at the same moment, or while the answer to the update was lost: theirs
 * looks like ours.
 */
export function isMistakable(seen: Seen): boolean {
  const { report, release, world } = seen
  const isLost = callsNamed(seen, 'update').some(({ error }) => error === 'Unreachable')
  const asked = revisionOf(report.taskDefinition ?? '')
  return world.deeds.some(({ by, kind, revision, at }) => {
    const isAlike = by === 'other' && kind === 'update' && revision === asked
    return isAlike && (isLost || (release && Math.abs(at - release.at) <= SAME_MOMENT))
  })
}

/** Everything that is asked for runs, whether healthy or not, and nothing of another revision does. */
export const runsAlone = ({ view, running }: Moment, revision: number): boolean =>
  (running.get(revision) ?? 0) >= view.desiredCount &&
  [...running.keys()].every((each) => each === revision)

/** The new revision runs everything that is asked for, healthy, and nothing else serves. */
export const servesAlone = (moment: Moment, revision: number): boolean => {
  const { view, running, healthy } = moment
  return (
    (healthy.get(revision) ?? 0) === view.desiredCount &&
    [...running.keys()].every((each) => each === revision)
  )
}

/** Percent of users' requests that the release gets; `undefined` where nothing shifts traffic. */
export const shareOfRelease = ({ traffic }: Moment, { ours }: Seen): number | undefined =>
  traffic.size === 0 ? undefined : (traffic.get(ours?.revisionArn ?? '')?.production ?? 0)
