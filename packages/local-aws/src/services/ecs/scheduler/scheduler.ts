/**
 * Keeps services as they are meant to be: starts and stops tasks, registers and drains targets, and carries rolling
 * deployments to their end. It acts when something has changed, never by polling.
 */
import { randomUUID } from 'node:crypto'
import type { AlarmStates, Clock, Place, TargetGroups } from '../../../parts.ts'
import type { EcsState, ServiceRecord, TaskLifecycle, TaskRecord } from '../model.ts'
import { Rollout } from './rollout.ts'
import { ServiceTargets } from './service-targets.ts'
import { EVENT, STOPPED_REASON } from './words.ts'

export interface SchedulerDeps {
  readonly state: EcsState
  readonly clock: Clock
  readonly place: Place
  readonly lifecycle: TaskLifecycle
  readonly targetGroups: TargetGroups
  readonly alarms: AlarmStates
}

const MAX_EVENTS = 100
/** How often the alarms of a deployment are looked at, in milliseconds; unproven. */
const ALARM_INTERVAL = 10_000

export class Scheduler {
  readonly rollout: Rollout
  private readonly deps: SchedulerDeps
  private readonly targets: ServiceTargets
  private isClosed = false
  private cancelAlarmWatch: () => void

  constructor(deps: SchedulerDeps) {
    this.deps = deps
    const addEvent = (service: ServiceRecord, text: string): void => {
      this.addEvent(service, text)
    }
    this.targets = new ServiceTargets(deps, addEvent)
    this.rollout = new Rollout(deps, this.targets, addEvent)
    deps.lifecycle.beforeStop = (task) => this.drain(task)
    deps.lifecycle.onChange((task) => {
      this.taskChanged(task)
    })
    deps.targetGroups.onHealthCheck((group, target, health) => {
      const found = this.targets.taskOf(group, target)
      if (!found || this.isClosed) return
      const { service, task } = found
      if (health.State === 'unhealthy' && !this.targets.isInGrace(service, task)) {
        this.stopUnhealthy(service, task, group, target.port, health.Description ?? 'unknown')
      }
      this.rollout.reconcile(service)
    })
    this.cancelAlarmWatch = this.watchAlarms()
  }

  close(): void {
    this.isClosed = true
    this.cancelAlarmWatch()
  }

  /** Stops all its tasks; the service is INACTIVE, and still described, once they are gone. */
  remove(service: ServiceRecord): void {
    const group = `service:${service.name}`
    const tasks = [...service.cluster.tasks.values()].filter((task) => task.group === group)
    const stops = tasks.map((task) =>
      this.deps.lifecycle.stop(
        task,
        'Task stopped because its service was deleted',
        'ServiceSchedulerInitiated',
      ),
    )
    void Promise.all(stops).then(() => {
      service.status = 'INACTIVE'
    })
  }

  serviceOf(task: TaskRecord): ServiceRecord | undefined {
    const name = /^service:(.+)$/.exec(task.group)?.[1]
    return name === undefined ? undefined : task.cluster.services.get(name)
  }

  private taskChanged(task: TaskRecord): void {
    const service = this.serviceOf(task)
    if (!service || this.isClosed) return
    if (task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING') {
      this.targets.register(service, task)
      this.rollout.noteRunning(service, task)
    }
    if (task.healthStatus === 'UNHEALTHY' && task.desiredStatus === 'RUNNING') {
      this.addEvent(service, EVENT.containerUnhealthy(task.id))
      this.rollout.taskFailed(service, task)
      const reason = STOPPED_REASON.unhealthyContainer()
      void this.deps.lifecycle.stop(task, reason, 'ServiceSchedulerInitiated')
    }
    if (task.desiredStatus === 'STOPPED') this.rollout.noteStop(service, task)
    this.rollout.reconcile(service)
  }

  private stopUnhealthy(
    service: ServiceRecord,
    task: TaskRecord,
    group: string,
    port: number,
    reason: string,
  ): void {
    if (task.desiredStatus === 'STOPPED') return
    this.addEvent(service, EVENT.unhealthy(task.id, port, group, reason))
    this.rollout.taskFailed(service, task)
    const stoppedReason = STOPPED_REASON.unhealthyTarget(group)
    void this.deps.lifecycle.stop(task, stoppedReason, 'ServiceSchedulerInitiated')
  }

  private async drain(task: TaskRecord): Promise<void> {
    const service = this.serviceOf(task)
    if (service) await this.targets.drain(service, task)
  }

  private watchAlarms(): () => void {
    return this.deps.clock.after(ALARM_INTERVAL, () => {
      for (const cluster of this.deps.state.clusters.values()) {
        for (const service of cluster.services.values()) this.rollout.checkAlarms(service)
      }
      this.cancelAlarmWatch = this.watchAlarms()
    })
  }

  private addEvent(service: ServiceRecord, text: string): void {
    const createdAt = new Date(this.deps.clock.now())
    const message = `(service ${service.name})${text}`
    service.events.unshift({ id: randomUUID(), createdAt, message })
    service.events.length = Math.min(service.events.length, MAX_EVENTS)
  }
}
