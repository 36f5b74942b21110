/**
 * The tasks of many services at the same moment: those of the whole cluster are listed, and each service gets its own.
 * ListTasks takes one service, and a hundred tasks a page.
 */
import type { Clock, TaskView } from '@ecs-pipeline/rollout'
import { Batcher, isRefusal } from './batcher.ts'
import type { TaskOfCluster } from './shared-reads.ts'

export type DesiredStatus = 'RUNNING' | 'STOPPED'

/** With fewer than that each lists its own. */
const MANY = 6
/** Pages are read one after the other, and somebody may wait to hear why a task failed. */
const MOST_PAGES = 5

export interface ClusterTasksOptions {
  readonly window: number
  readonly clock: Clock
  /** One page of the cluster's task ARNs. */
  readonly list: (
    desiredStatus: DesiredStatus,
    nextToken: string | undefined,
  ) => Promise<{ readonly arns: readonly string[]; readonly nextToken: string | undefined }>
  readonly describe: (arns: readonly string[]) => Promise<readonly TaskOfCluster[]>
}

/** By the name of a service. `undefined`: ask for that service alone. */
export type ClusterTasks = Batcher<string, readonly TaskView[]>

export function createClusterTasks(
  desiredStatus: DesiredStatus,
  { window, clock, list, describe }: ClusterTasksOptions,
): ClusterTasks {
  // So many tasks that are none of ours, so that to list them all would be no saving: it will be so again.
  let isCrowded = false

  async function listAll(mostPages: number): Promise<readonly string[] | undefined> {
    const found: string[] = []
    let nextToken: string | undefined
    for (let page = 0; page < mostPages; page++) {
      const answer = await list(desiredStatus, nextToken)
      found.push(...answer.arns)
      nextToken = answer.nextToken
      if (nextToken === undefined) return found
    }
    return undefined
  }

  async function tasksOf(services: readonly string[]): Promise<ClusterTasksAnswer> {
    if (services.length < MANY || isCrowded) return NOTHING
    // Each page is followed by a call for its tasks.
    const arns = await listAll(Math.min(MOST_PAGES, Math.floor(services.length / 2)))
    isCrowded ||= arns === undefined
    const tasks = arns && (await describe(arns))
    if (!tasks?.every(({ group }) => group !== undefined)) return NOTHING
    return new Map(
      services.map((service) => [
        service,
        tasks.filter(({ group }) => group === `service:${service}`).map(({ view }) => view),
      ]),
    )
  }

  return new Batcher({
    size: Infinity,
    window,
    clock,
    isolates: false,
    ask: async (services) => {
      try {
        return await tasksOf(services)
      } catch (error) {
        if (!isRefusal(error)) throw error
        return NOTHING
      }
    },
  })
}

type ClusterTasksAnswer = ReadonlyMap<string, readonly TaskView[]>
const NOTHING: ClusterTasksAnswer = new Map()
