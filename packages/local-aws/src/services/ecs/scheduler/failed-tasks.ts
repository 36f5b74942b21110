import type { ServiceRecord, TaskRecord } from '../model.ts'
import { deploymentOf } from './deployments.ts'
import { EVENT } from './events.ts'
import { LaunchBackOff } from './launch-back-off.ts'
import type { Rollout } from './rollout.ts'
import type { TaskHealth } from './task-health.ts'

/**
 * Counts the tasks of a service that failed: they could not be started, ended by themselves before they were ever
 * healthy, or failed a health check (API_Deployment, `failedTasks`). Each task counts once.
 */
export class FailedTasks {
  private readonly service: ServiceRecord
  private readonly rollout: Rollout
  private readonly addEvent: (text: string) => void
  private readonly hasRun = new WeakSet<TaskRecord>()
  private readonly wasHealthy = new WeakSet<TaskRecord>()
  private readonly settled = new WeakSet<TaskRecord>()
  private readonly backOffs = new Map<string, LaunchBackOff>()

  constructor(service: ServiceRecord, rollout: Rollout, addEvent: (text: string) => void) {
    this.service = service
    this.rollout = rollout
    this.addEvent = addEvent
  }

  /** A task that is meant to run, and how it is. */
  noteRunning(task: TaskRecord, { condition, fault }: TaskHealth): void {
    const deployment = deploymentOf(this.service, task)
    if (task.lastStatus === 'RUNNING' && !this.hasRun.has(task)) {
      this.hasRun.add(task)
      if (deployment) this.backOffOf(deployment.id).succeeded()
    }
    if (condition === 'healthy' && !this.wasHealthy.has(task)) {
      this.wasHealthy.add(task)
      if (deployment) this.rollout.countHealthy(deployment)
    }
    if (!fault || this.settled.has(task)) return
    this.settled.add(task)
    if (deployment) this.rollout.countFailure(deployment)
    this.addEvent(
      fault.kind === 'container'
        ? EVENT.unhealthyContainer(task.id)
        : EVENT.unhealthyTarget(task.id, fault.port, fault.group, fault.reason),
    )
  }

  /** A task that stops or has stopped. */
  noteStopped(task: TaskRecord, now: number): void {
    if (this.settled.has(task)) return
    this.settled.add(task)
    const isUnable = task.stopCode === 'TaskFailedToStart'
    const endedByItself = isUnable || task.stopCode === 'EssentialContainerExited'
    const deployment = deploymentOf(this.service, task)
    if (!deployment || !endedByItself || this.wasHealthy.has(task)) return
    this.rollout.countFailure(deployment)
    if (!isUnable) return
    this.addEvent(EVENT.cannotPlace(task.stoppedReason ?? 'unknown'))
    if (this.backOffOf(deployment.id).failed(now)) this.addEvent(EVENT.cannotStart())
  }

  backOffOf(deploymentId: string): LaunchBackOff {
    const known = this.backOffs.get(deploymentId)
    if (known) return known
    const backOff = new LaunchBackOff()
    this.backOffs.set(deploymentId, backOff)
    return backOff
  }
}
