/** Which tasks a service starts and stops next: pure, on what runs now. */

/**
 * `starting`: not RUNNING yet, or its health is not known yet. `unhealthy`: it failed its health checks and has to be
 * replaced.
 */
export type Condition = 'starting' | 'healthy' | 'unhealthy'

/** A task that is meant to run, oldest first in every list. */
export interface Present<Task> {
  readonly task: Task
  readonly condition: Condition
}

export interface Situation<Task> {
  readonly desired: number
  /** Percent of `desired`, rounded up: healthy tasks are not stopped below this (API_DeploymentConfiguration). */
  readonly minimumHealthyPercent: number
  /** Percent of `desired`, rounded down: no task is started above this. */
  readonly maximumPercent: number
  /** Tasks of the primary deployment. */
  readonly own: readonly Present<Task>[]
  /** Tasks of the last deployment that completed, while another one replaces them. */
  readonly source: readonly Present<Task>[]
  /** Tasks of deployments that failed or were superseded. */
  readonly abandoned: readonly Present<Task>[]
  /**
   * A failed deployment starts nothing and takes nothing away ("does not launch new tasks and the deployment is
   * stalled", deployment-circuit-breaker.html). That this holds for tasks of the source as well is unproven.
   */
  readonly isStalled: boolean
}

export interface Plan<Task> {
  /** How many tasks of the primary deployment to start. */
  readonly start: number
  /**
   * How many of the source to start again: until it is replaced, what dies of it comes back as it was, and a service
   * that is scaled out grows in both revisions ('ECS improves Service Availability during Rolling deployments', 2025-11).
   */
  readonly restart: number
  readonly stop: readonly Task[]
  /** Tasks that failed their health checks and go now. */
  readonly giveUp: readonly Task[]
}

export function planNext<Task>(situation: Situation<Task>): Plan<Task> {
  const { desired, own, source, abandoned, isStalled } = situation
  const least = Math.ceil((desired * situation.minimumHealthyPercent) / 100)
  const most = Math.floor((desired * situation.maximumPercent) / 100)
  const all = [...own, ...source, ...abandoned]
  const healthy = only(all, 'healthy').length
  const room = Math.max(0, most - all.length)
  const sound = own.length - only(own, 'unhealthy').length

  const start = isStalled ? 0 : Math.min(Math.max(0, desired - sound), room)
  const stillServed = only(own, 'healthy').length + source.length - only(source, 'unhealthy').length
  const restart = isStalled ? 0 : clamp(least - stillServed, 0, Math.min(room - start, desired))
  let spare = Math.max(0, healthy - least)
  const tooMany = surplus(own, sound - desired, spare)
  spare -= only(tooMany, 'healthy').length
  const replaced = isStalled ? [] : replaceable(source, abandoned, least - healthy, spare)
  return {
    start,
    restart,
    stop: [...tooMany, ...replaced].map(({ task }) => task),
    giveUp: [
      ...unhealthyToGo(own, desired, room, isStalled),
      ...only([...source, ...abandoned], 'unhealthy'),
    ].map(({ task }) => task),
  }
}

const only = <Task>(
  tasks: readonly Present<Task>[],
  condition: Condition,
): readonly Present<Task>[] => tasks.filter((each) => each.condition === condition)

const clamp = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(value, most))

/** The `count` tasks that a service scaled in loses: those that serve nobody yet first, then the newest. */
function surplus<Task>(
  own: readonly Present<Task>[],
  count: number,
  spare: number,
): readonly Present<Task>[] {
  if (count <= 0) return []
  const starting = only(own, 'starting').toReversed().slice(0, count)
  const healthy = only(own, 'healthy').toReversed()
  return [...starting, ...healthy.slice(0, Math.min(count - starting.length, spare))]
}

/** Old tasks that are not needed any more: what serves goes only as far as enough others serve. */
function replaceable<Task>(
  source: readonly Present<Task>[],
  abandoned: readonly Present<Task>[],
  lacking: number,
  spare: number,
): readonly Present<Task>[] {
  const awaited = Math.max(0, lacking)
  return [
    ...only(abandoned, 'starting'),
    ...only(source, 'starting').slice(awaited),
    ...[...only(abandoned, 'healthy'), ...only(source, 'healthy')].slice(0, spare),
  ]
}

/**
 * Of the primary deployment's unhealthy tasks, those that go now. A replacement starts first; where there is no room
 * for one they go one by one (API_DeploymentConfiguration, `maximumPercent` and `minimumHealthyPercent`).
 */
function unhealthyToGo<Task>(
  own: readonly Present<Task>[],
  desired: number,
  room: number,
  isStalled: boolean,
): readonly Present<Task>[] {
  const unhealthy = only(own, 'unhealthy')
  if (isStalled) return unhealthy
  const replaced = only(own, 'healthy').length + unhealthy.length - desired
  const isInTheWay = room === 0 && own.length - unhealthy.length < desired
  return unhealthy.slice(0, Math.max(0, replaced, isInTheWay ? 1 : 0))
}
