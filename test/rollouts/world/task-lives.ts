/** What becomes of a task from its creation until it has stopped. */
import type { Behaviour } from './schedule.ts'
import { isStopping, type Deployment, type ServiceState, type Task } from './records.ts'
import type { TaskDefinitions } from './task-definitions.ts'
import type { WorldClock } from './world-clock.ts'

/** How long a task that fails its health checks is left alone before ECS gives it up. */
const SICK_AFTER_SECONDS = 60

/** How long ECS waits before it starts another task after so many that could not start in a row. */
const pauseAfter = (failedStarts: number): number =>
  failedStarts <= 2 ? 30_000 : Math.min(1_620_000, 300_000 * 2 ** (failedStarts - 3))

export interface TaskLivesDeps {
  readonly clock: WorldClock
  readonly taskDefinitions: TaskDefinitions
  readonly stopSeconds: number
  readonly loadBalancer: boolean
  readonly changed: () => void
  readonly addEvent: (text: string) => void
}

export class TaskLives {
  private readonly deps: TaskLivesDeps
  private created = 0

  constructor(deps: TaskLivesDeps) {
    this.deps = deps
  }

  start(owner: Deployment): Task {
    const { clock, taskDefinitions } = this.deps
    const definition = taskDefinitions.of(owner.revision)
    const number = ++definition.started
    const task: Task = {
      id: (++this.created).toString(16).padStart(32, '0'),
      number,
      startedBy: owner.id,
      owner,
      revision: owner.revision,
      createdAt: clock.now(),
      status: 'PENDING',
      health: 'unknown',
      wasHealthy: false,
      startedAt: undefined,
      stoppedAt: undefined,
      stopCode: undefined,
      stoppedReason: undefined,
      exitCode: undefined,
    }
    this.live(task, definition.behaviour)
    return task
  }

  /** Ends the life of a task by somebody's decision; it takes its time to drain. */
  stop(task: Task, reason: string, code = 'ServiceSchedulerInitiated'): void {
    if (isStopping(task)) return
    task.status = 'DEACTIVATING'
    task.stopCode = code
    task.stoppedReason = reason
    task.exitCode = 143
    this.deps.clock.after(this.deps.stopSeconds * 1000, () => this.ended(task))
  }

  giveUpUnhealthy({ tasks }: Pick<ServiceState, 'tasks'>): void {
    const reason = this.deps.loadBalancer
      ? 'Task failed ELB health checks in (target-group ledger)'
      : 'Task failed container health checks'
    for (const task of tasks) if (task.health === 'unhealthy') this.stop(task, reason)
  }

  private live(task: Task, behaviour: Behaviour): void {
    const fault = task.number <= behaviour.faultyTasks ? behaviour.fault : 'none'
    if (fault === 'never-starts') return
    this.later(task, behaviour.startSeconds, () => {
      if (fault === 'cannot-start') this.failToStart(task)
      else this.run(task, behaviour, fault)
    })
  }

  private failToStart(task: Task): void {
    task.stopCode = 'TaskFailedToStart'
    task.stoppedReason = 'ResourceInitializationError: unable to pull secrets'
    const { owner } = task
    const now = this.deps.clock.now()
    this.count(owner)
    // The tasks of one try fail together.
    if (now >= owner.pausedUntil) owner.pausedUntil = now + pauseAfter(++owner.failedStarts)
    this.deps.addEvent(`was unable to place a task. Reason: ${task.stoppedReason}.`)
    this.ended(task)
  }

  private run(task: Task, behaviour: Behaviour, fault: Behaviour['fault']): void {
    task.status = 'RUNNING'
    task.startedAt = this.deps.clock.now()
    task.owner.servesSince ??= this.deps.clock.now()
    task.owner.failedStarts = 0
    if (fault === 'sick') {
      this.later(task, SICK_AFTER_SECONDS, () => this.sicken(task))
    } else {
      this.later(task, behaviour.healthSeconds, () => this.recover(task))
    }
    if (fault === 'crash') this.later(task, behaviour.faultSeconds, () => this.crash(task))
    if (fault === 'flaps') {
      const seconds = behaviour.healthSeconds + behaviour.faultSeconds
      this.later(task, seconds, () => this.sicken(task))
    }
  }

  private recover(task: Task): void {
    task.health = 'healthy'
    task.wasHealthy = true
    // A healthy task clears the count of the circuit breaker (`resetOnHealthyTask`).
    task.owner.failedTasks = 0
  }

  private sicken(task: Task): void {
    task.health = 'unhealthy'
    this.count(task.owner)
    const { loadBalancer, addEvent } = this.deps
    addEvent(
      loadBalancer
        ? `(task ${task.id}) (port 80) is unhealthy in (target-group ledger) due to (reason Health checks failed)`
        : `(task ${task.id}) failed container health checks.`,
    )
  }

  private crash(task: Task): void {
    task.stopCode = 'EssentialContainerExited'
    task.stoppedReason = 'Essential container in task exited'
    task.exitCode = 1
    if (!task.wasHealthy) this.count(task.owner)
    this.ended(task)
  }

  private count(owner: Deployment): void {
    owner.failedTasks++
  }

  private ended(task: Task): void {
    task.status = 'STOPPED'
    task.stoppedAt = this.deps.clock.now()
    this.deps.changed()
  }

  /** Something that happens to a task unless it is on its way out by then. */
  private later(task: Task, seconds: number, happen: () => void): void {
    this.deps.clock.after(seconds * 1000, () => {
      if (isStopping(task)) return
      happen()
      this.deps.changed()
    })
  }
}
