/** What was true when: every state that the simulated service was in, and every change that anybody made. */
import type { ServiceView } from '@ecs-pipeline/rollout'
import {
  isHealthy,
  isServing,
  type Deployment,
  type Maker,
  type ServiceState,
  type TrafficShare,
} from './records.ts'
import { TARGET_GROUP } from './target-groups.ts'

/** The service at one moment, and from then on until the next one. */
export interface Moment {
  readonly at: number
  readonly view: ServiceView
  readonly primaryMadeBy: Maker | undefined
  readonly isRollback: boolean
  /** By revision, for those that have running tasks. */
  readonly running: ReadonlyMap<number, number>
  readonly healthy: ReadonlyMap<number, number>
  /** By target group. */
  readonly groups: ReadonlyMap<string, GroupMoment>
  /** By service revision; empty where nothing shifts traffic. */
  readonly traffic: ReadonlyMap<string, TrafficShare>
  readonly draining: number
  /** By the ARN of the service deployment. */
  readonly statuses: ReadonlyMap<string, string>
}

export interface GroupMoment {
  /** Percent of users' requests. */
  readonly weight: number
  /** By revision. */
  readonly healthy: ReadonlyMap<number, number>
}

export class Timeline {
  readonly moments: Moment[] = []

  record(at: number, state: ServiceState, view: ServiceView): void {
    const primary = state.deployments[0]
    const moment = {
      at,
      view,
      primaryMadeBy: primary?.madeBy,
      isRollback: primary?.isRollback ?? false,
      running: countByRevision(state.tasks.filter(isServing)),
      healthy: countByRevision(state.tasks.filter(isHealthy)),
      groups: groupsOf(state),
      traffic: state.traffic,
      draining: state.tasks.filter(({ status }) => status === 'DEACTIVATING').length,
      statuses: new Map(state.serviceDeployments.map((each) => [each.arn, each.status])),
    }
    this.moments.push(moment)
  }

  /** What was true at `time`. */
  at(time: number): Moment {
    let low = 0
    let high = this.moments.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.moments[middle]?.at ?? 0) <= time) low = middle
      else high = middle - 1
    }
    const found = this.moments[low]
    if (!found) throw new Error('Nothing has been recorded yet.')
    return found
  }

  /** Everything that was true at some time between `from` and `to`. */
  between(from: number, to: number): readonly Moment[] {
    const first = this.moments.indexOf(this.at(from))
    return this.moments.slice(first).filter(({ at }) => at <= to)
  }
}

function countByRevision(tasks: readonly { readonly revision: number }[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { revision } of tasks) counts.set(revision, (counts.get(revision) ?? 0) + 1)
  return counts
}

function groupsOf(state: ServiceState): Map<string, GroupMoment> {
  const { deployments, traffic, tasks } = state
  const arns = new Set([TARGET_GROUP, ...deployments.map(({ group }) => group)])
  const healthy = tasks.filter(isHealthy)
  return new Map(
    [...arns].map((arn) => {
      const isIn = ({ group }: Deployment): boolean => group === arn
      const weight =
        traffic.size > 0
          ? deployments
              .filter(isIn)
              .reduce((sum, each) => sum + (traffic.get(each.revisionArn)?.production ?? 0), 0)
          : deployments[0] && isIn(deployments[0])
            ? 100
            : 0
      return [arn, { weight, healthy: countByRevision(healthy.filter(({ owner }) => isIn(owner))) }]
    }),
  )
}
