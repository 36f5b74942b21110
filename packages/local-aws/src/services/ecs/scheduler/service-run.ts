import { randomUUID } from 'node:crypto'
import type { DeploymentLifecycleHookAction } from '@aws-sdk/client-ecs'
import type { DeploymentRecord, ServiceRecord, TaskDefinitionRecord, TaskRecord } from '../model.ts'
import type { Target } from '../../elbv2/part.ts'
import { earlySuccessOf, isCleanedUp, isHealthyEnough, isSteady } from './completion.ts'
import { ALARM_INTERVAL_MS } from './deployment-alarms.ts'
import { isShifting } from '../shifting/strategy.ts'
import { RollingHooks } from '../shifting/rolling-hooks.ts'
import { ShiftRun, type ShiftDeps } from '../shifting/shift-run.ts'
import { TaskSetRun } from '../task-sets/task-set-run.ts'
import { Traffic } from '../shifting/traffic.ts'
import { forgetReplaced, primaryOf, sourceOf } from './deployments.ts'
import { EVENT } from './events.ts'
import { planNext } from './reconcile.ts'
import { Rollout } from './rollout.ts'
import type { SchedulerDeps } from './scheduler.ts'
import { ServiceTasks } from './service-tasks.ts'

/** Between a change and the look at the service that it causes, in milliseconds; what happens meanwhile is one event. */
const LOOK_AFTER_MS = 1000
const MAX_EVENTS = 100

/**
 * Keeps one service as it is meant to be. Whatever changes leads to one look at everything, a moment later; each look
 * decides from what is there, so none is ever missed or harmful. When nothing changes, no timer runs.
 */
export class ServiceRun {
  private readonly service: ServiceRecord
  private readonly deps: SchedulerDeps
  private readonly rollout: Rollout
  private readonly tasks: ServiceTasks
  private next: { readonly at: number; readonly cancel: () => void } | undefined
  private readonly shiftDeps: ShiftDeps
  private readonly rollingHooks: RollingHooks
  private readonly taskSets: TaskSetRun
  private shift: ShiftRun | undefined
  private isClosed = false
  private wasSteady = false

  constructor(service: ServiceRecord, deps: SchedulerDeps) {
    this.service = service
    this.deps = deps
    const addEvent = (text: string, taskSet?: string): void => {
      this.addEvent(text, taskSet)
    }
    const lookAt = (at: number): void => {
      this.lookAt(at)
    }
    this.rollout = new Rollout(service, { ...deps, addEvent, lookAt })
    this.tasks = new ServiceTasks(service, { ...deps, rollout: this.rollout, addEvent, lookAt })
    const lookSoon = (): void => {
      this.lookSoon()
    }
    this.shiftDeps = { ...deps, tasks: this.tasks, lookAt, lookSoon }
    this.rollingHooks = new RollingHooks(service, this.shiftDeps)
    this.taskSets = new TaskSetRun(service, { ...deps, tasks: this.tasks, addEvent })
  }

  begin(taskDefinition: TaskDefinitionRecord): void {
    this.rollout.begin(taskDefinition)
    const primary = primaryOf(this.service)
    if (primary && !isShifting(primary)) {
      new Traffic(this.service, this.deps.listenerRules).leaveTo(primary.revision)
    }
    this.lookSoon()
  }

  /** False when there is nothing to go back to. */
  goBack(): boolean {
    const isPossible = this.rollout.requestRollback()
    if (isPossible) this.lookSoon()
    return isPossible
  }

  /** False when no hook waits under that id. */
  resume(hookId: string, action: DeploymentLifecycleHookAction): boolean {
    const asked = [this.shift, this.rollingHooks].find((each) => each?.resume(hookId, action))
    if (asked && action === 'ROLLBACK') this.rollout.requestRollback(asked.rollbackReason)
    if (asked) this.lookSoon()
    return asked !== undefined
  }

  /** Stops all tasks; the service is INACTIVE once they are gone. The words of the tasks' reason are unproven. */
  remove(): void {
    const stop = this.tasks.present(() => true).map(({ task }) => task)
    this.tasks.stop(primaryOf(this.service) ?? { id: this.service.name }, { stop, giveUp: [] })
    this.lookSoon()
  }

  lookSoon(): void {
    this.lookAt(this.deps.clock.now() + LOOK_AFTER_MS)
  }

  hasTarget(group: string, target: Target): boolean {
    return this.tasks.hasTarget(group, target)
  }

  drain(task: TaskRecord): Promise<void> {
    return this.tasks.drain(task)
  }

  close(): void {
    this.isClosed = true
    this.next?.cancel()
  }

  private lookAt(at: number): void {
    if (this.isClosed || (this.next && this.next.at <= at)) return
    this.next?.cancel()
    const cancel = this.deps.clock.after(at - this.deps.clock.now(), () => {
      this.next = undefined
      this.look()
    })
    this.next = { at, cancel }
  }

  private look(): void {
    if (this.service.status !== 'ACTIVE') {
      this.endRemoval()
      return
    }
    this.tasks.takeStock()
    if (this.service.taskSets.length > 0) {
      this.taskSets.look()
      return
    }
    const judged = this.rollout.advance()
    // What becomes of a service whose deployment has not started is unproven: here nothing is started or stopped.
    if (judged?.serviceDeployment.status === 'PENDING') return
    const isCleaningUp = this.shift?.deployment === judged && this.shift?.isCleaningUp === true
    if (judged && !isCleaningUp) this.rollout.judge(judged, this.tasks.hasRunning(judged))
    // A rollback has put another deployment in the place of the one that failed.
    const primary = primaryOf(this.service)
    if (!primary) return
    if (isShifting(primary) && primary.rolloutState === 'IN_PROGRESS') {
      this.carryShiftOn(primary)
    } else if (!this.isHeld(primary)) {
      this.act(primary)
      this.conclude(primary)
    }
    if (this.rollout.isWatchingAlarms) this.lookAt(this.deps.clock.now() + ALARM_INTERVAL_MS)
  }

  /** Whether hooks keep a rolling deployment from what it would do now. */
  private isHeld(primary: DeploymentRecord): boolean {
    const hooks = this.rollingHooks.look(primary)
    if (hooks.kind === 'over') return false
    this.wasSteady = false
    if (hooks.kind === 'failed') {
      this.rollout.giveUp(primary, hooks.reason)
      this.lookSoon()
    }
    return true
  }

  private carryShiftOn(primary: DeploymentRecord): void {
    if (this.shift?.deployment !== primary) {
      const isSourceGone = primary.isRollback && this.shift?.isCleaningUp === true
      this.shift = new ShiftRun(this.service, primary, isSourceGone, this.shiftDeps)
    }
    const outcome = this.shift.look()
    this.wasSteady = false
    if (outcome === 'going on') return
    if (outcome === 'done') {
      this.rollout.complete(primary)
      forgetReplaced(this.service)
    } else this.rollout.giveUp(primary, outcome.failed)
    this.lookSoon()
  }

  private act(primary: DeploymentRecord): void {
    const { service, tasks } = this
    const { minimumHealthyPercent = 100, maximumPercent = 200 } =
      service.settings.deploymentConfiguration ?? {}
    // Of what a completed deployment has left behind nothing is started again; that is unproven.
    const source = primary.rolloutState === 'COMPLETED' ? undefined : sourceOf(service)
    const plan = planNext({
      desired: service.desiredCount,
      minimumHealthyPercent,
      maximumPercent,
      own: tasks.present((owner) => owner === primary),
      source: source ? tasks.present((owner) => owner === source) : [],
      abandoned: tasks.present((owner) => !owner || (owner !== primary && owner !== source)),
      isStalled: primary.rolloutState === 'FAILED',
    })
    tasks.start(primary, plan.start)
    if (source) tasks.start(source, plan.restart)
    tasks.stop(primary, plan)
  }

  /** Ends the deployment when everything is as it wants it, and tells when the service has become steady. */
  private conclude(primary: DeploymentRecord): void {
    const own = this.tasks.present((owner) => owner === primary)
    const progress = {
      desired: this.service.desiredCount,
      own,
      leaving: this.tasks.count() - own.length,
      replaced: this.tasks.count((owner) => owner !== primary),
    }
    if (primary.rolloutState === 'IN_PROGRESS') {
      this.wasSteady = false
      const criteria = earlySuccessOf(primary)
      if (!isHealthyEnough(progress, criteria)) return
      const endOfBake = this.rollout.endOfBake()
      if (endOfBake !== undefined) {
        this.lookAt(endOfBake)
        return
      }
      if (!isCleanedUp(progress, criteria)) return
      this.rollout.complete(primary)
    }
    if (primary.rolloutState === 'COMPLETED') forgetReplaced(this.service)
    const isDone = isSteady(progress) && primary.rolloutState !== 'FAILED'
    if (isDone && !this.wasSteady) this.addEvent(EVENT.steady())
    this.wasSteady = isDone
  }

  /** ECS deletes the deployments of a service with the service (service-deployment.html of the developer guide). */
  private endRemoval(): void {
    const { service } = this
    this.tasks.tellOfTargets()
    if (this.tasks.count() > 0) return
    service.status = 'INACTIVE'
    service.deployments = []
    service.taskSets = []
    service.serviceDeployments = []
    service.revisions.clear()
    service.traffic.clear()
  }

  /** As `(service web, taskSet ecs-svc/…) has started 1 tasks` was recorded. */
  private addEvent(text: string, taskSet?: string): void {
    const { events, name } = this.service
    const subject = taskSet === undefined ? name : `${name}, taskSet ${taskSet}`
    const createdAt = new Date(this.deps.clock.now())
    events.unshift({ id: randomUUID(), createdAt, message: `(service ${subject})${text}` })
    events.length = Math.min(events.length, MAX_EVENTS)
  }
}
