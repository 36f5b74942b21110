import type { Clock } from '../../../parts.ts'
import type { ServiceRecord, TaskSetRecord } from '../model.ts'
import { isSteady } from '../scheduler/completion.ts'
import { EVENT } from '../scheduler/events.ts'
import type { ServiceTasks } from '../scheduler/service-tasks.ts'
import { keep } from '../shifting/keep.ts'
import { computedDesiredCount } from './task-set-shape.ts'

interface TaskSetRunDeps {
  readonly clock: Clock
  readonly tasks: ServiceTasks
  readonly addEvent: (text: string) => void
}

/** Keeps each task set of a service at its share of the desired count; it deploys nothing and judges nothing. */
export class TaskSetRun {
  private readonly service: ServiceRecord
  private readonly deps: TaskSetRunDeps
  private wasSteady = false

  constructor(service: ServiceRecord, deps: TaskSetRunDeps) {
    this.service = service
    this.deps = deps
  }

  /** Called after {@link ServiceTasks.takeStock}. */
  look(): void {
    const { service } = this
    for (const set of [...service.taskSets]) {
      if (set.status === 'DRAINING') this.takeDown(set)
      else this.keepUp(set)
      this.noteStability(set)
    }
    const isDone = service.taskSets.every(
      ({ status, stabilityStatus }) => status !== 'DRAINING' && stabilityStatus === 'STEADY_STATE',
    )
    if (isDone && !this.wasSteady) this.deps.addEvent(EVENT.steady())
    this.wasSteady = isDone
  }

  private keepUp(set: TaskSetRecord): void {
    const { service, deps } = this
    const desiredCount = computedDesiredCount(service, set)
    keep(set.deployment, true, { desiredCount }, deps.tasks)
  }

  private takeDown({ deployment }: TaskSetRecord): void {
    const { service, deps } = this
    const stop = deps.tasks.present((owner) => owner === deployment).map(({ task }) => task)
    deps.tasks.stop(deployment, { stop, giveUp: [] })
    if (deps.tasks.count((owner) => owner === deployment) > 0) return
    service.taskSets = service.taskSets.filter((each) => each.deployment !== deployment)
    service.deployments = service.deployments.filter((each) => each !== deployment)
  }

  /**
   * "The task runningCount is equal to the computedDesiredCount. The pendingCount is 0. […] All tasks are reporting a
   * healthy status from the load balancers, service discovery, and container health checks" (API_TaskSet).
   */
  private noteStability(set: TaskSetRecord): void {
    const { service, deps } = this
    const isOwn = (owner: unknown): boolean => owner === set.deployment
    const own = deps.tasks.present(isOwn)
    const desired = computedDesiredCount(service, set)
    const leaving = deps.tasks.count(isOwn) - own.length
    const status = isSteady({ desired, own, leaving }) ? 'STEADY_STATE' : 'STABILIZING'
    if (status === set.stabilityStatus) return
    set.stabilityStatus = status
    set.stabilityStatusAt = deps.clock.now()
    set.updatedAt = deps.clock.now()
  }
}
