/** One service's deployments: from UpdateService to COMPLETED, FAILED or rolled back. */
import type { ServiceRevision } from '@aws-sdk/client-ecs'
import type { DeploymentRecord, ServiceRecord, TaskDefinitionRecord, TaskRecord } from '../model.ts'
import { breakerThreshold, pauseAfterFailures } from './circuit-breaker.ts'
import { planNext } from './plan.ts'
import { newPrimary, newRevision, newServiceDeployment } from './records.ts'
import type { SchedulerDeps } from './scheduler.ts'
import type { ServiceTargets } from './service-targets.ts'
import { EVENT, ROLLOUT, STATUS_REASON, STOPPED_REASON } from './words.ts'

/** What a service can be rolled back to: its last deployment that completed. */
interface Completed {
  readonly taskDefinition: TaskDefinitionRecord
  readonly revision: ServiceRevision
  /** Its id, and those of the deployments whose tasks it had taken over. */
  readonly deploymentIds: readonly string[]
}

export class Rollout {
  private readonly deps: SchedulerDeps
  private readonly targets: ServiceTargets
  private readonly addEvent: (service: ServiceRecord, text: string) => void
  private readonly completed = new Map<ServiceRecord, Completed>()
  private readonly wasHealthy = new WeakSet<TaskRecord>()
  private readonly counted = new WeakSet<TaskRecord>()
  private readonly ignoredAlarms = new WeakMap<DeploymentRecord, ReadonlySet<string>>()
  private readonly reconciling = new Map<ServiceRecord, 'once' | 'again'>()
  private readonly pausedUntil = new WeakMap<DeploymentRecord, number>()

  constructor(
    deps: SchedulerDeps,
    targets: ServiceTargets,
    addEvent: (service: ServiceRecord, text: string) => void,
  ) {
    this.deps = deps
    this.targets = targets
    this.addEvent = addEvent
  }

  /** Starts a new deployment; one that is under way is stopped by it (its final status is unproven). */
  begin(service: ServiceRecord, taskDefinition: TaskDefinitionRecord): DeploymentRecord {
    const before = primaryOf(service)
    if (before && isOngoing(before.serviceDeployment.status)) {
      this.finish(before, 'STOPPED', STATUS_REASON.newer)
    }
    const sources = before ? [before.revision] : []
    const revision = newRevision(service, taskDefinition, this.deps)
    const serviceDeployment = newServiceDeployment(service, revision, sources, this.deps)
    const made = { taskDefinition, revision, serviceDeployment, isRollback: false, adopts: [] }
    const deployment = newPrimary(service, made, this.deps)
    service.settings = { ...service.settings, taskDefinition: taskDefinition.arn }
    const red = this.alarmNames(service).filter((name) => this.deps.alarms.state(name) === 'ALARM')
    // Alarms that are red at the start are ignored for the whole deployment (copilot-cli#4512).
    this.ignoredAlarms.set(deployment, new Set(red))
    this.reconcile(service)
    return deployment
  }

  /** False when there is nothing to go back to. */
  rollBack(service: ServiceRecord, statusReason: string, rolloutReason: string): boolean {
    const failed = primaryOf(service)
    const target = this.completed.get(service)
    if (!failed || !target) return false
    const { serviceDeployment } = failed
    serviceDeployment.status = 'ROLLBACK_IN_PROGRESS'
    serviceDeployment.statusReason = statusReason
    serviceDeployment.rollback = {
      reason: rolloutReason,
      startedAt: new Date(this.deps.clock.now()),
      serviceRevisionArn: target.revision.serviceRevisionArn,
    }
    this.touch(failed)
    const { taskDefinition, revision } = target
    const adopts = target.deploymentIds
    const made = { taskDefinition, revision, serviceDeployment, isRollback: true, adopts }
    const deployment = newPrimary(service, made, this.deps)
    service.settings = { ...service.settings, taskDefinition: taskDefinition.arn }
    this.addEvent(service, EVENT.rollingBack(deployment))
    this.reconcile(service)
    return true
  }

  /** Once per task: it failed before it was ever healthy, or failed its health checks. */
  taskFailed(service: ServiceRecord, task: TaskRecord): void {
    if (this.counted.has(task)) return
    this.counted.add(task)
    const deployment = service.deployments.find((each) => each.id === task.startedBy)
    if (!deployment) return
    deployment.failedTasks++
    this.touch(deployment)
    const pause = pauseAfterFailures(deployment.failedTasks)
    if (pause > 0) {
      this.pausedUntil.set(deployment, this.deps.clock.now() + pause)
      this.addEvent(service, EVENT.cannotStart())
      this.deps.clock.after(pause, () => {
        this.reconcile(service)
      })
    }
    this.checkBreaker(service, deployment)
  }

  /** A task that ended by itself counts as failed unless it was healthy before. */
  noteStop(service: ServiceRecord, task: TaskRecord): void {
    const byItself =
      task.stopCode === 'TaskFailedToStart' || task.stopCode === 'EssentialContainerExited'
    if (byItself && !this.wasHealthy.has(task)) this.taskFailed(service, task)
  }

  /** ECS resolves each image to a digest with the first task of a revision that runs. */
  noteRunning(service: ServiceRecord, task: TaskRecord): void {
    const deployment = service.deployments.find((each) => each.id === task.startedBy)
    for (const image of deployment?.revision.containerImages ?? []) {
      const container = task.containers.find((each) => each.name === image.containerName)
      if (container?.imageDigest !== undefined) image.imageDigest = container.imageDigest
    }
  }

  checkAlarms(service: ServiceRecord): void {
    const deployment = primaryOf(service)
    const alarms = service.settings.deploymentConfiguration?.alarms
    if (!deployment || alarms?.enable !== true || deployment.isRollback) return
    if (deployment.rolloutState !== 'IN_PROGRESS') return
    const ignored = this.ignoredAlarms.get(deployment)
    const triggered = this.alarmNames(service).filter(
      (name) => !ignored?.has(name) && this.deps.alarms.state(name) === 'ALARM',
    )
    if (triggered.length === 0) return
    deployment.serviceDeployment.alarms = {
      status: 'TRIGGERED',
      alarmNames: alarms.alarmNames ?? [],
      triggeredAlarmNames: triggered,
    }
    const why = ROLLOUT.alarm(triggered)
    this.fail(
      service,
      deployment,
      why,
      alarms.rollback === true,
      STATUS_REASON.alarm,
      STATUS_REASON.alarm,
    )
  }

  /** Starts and stops what the plan says, and completes the deployment when nothing is left to do. */
  reconcile(service: ServiceRecord): void {
    // Starting and stopping tasks reports changes, which come back here: one plan at a time.
    if (this.reconciling.has(service)) {
      this.reconciling.set(service, 'again')
      return
    }
    do {
      this.reconciling.set(service, 'once')
      this.reconcileOnce(service)
    } while (this.reconciling.get(service) === 'again')
    this.reconciling.delete(service)
  }

  private reconcileOnce(service: ServiceRecord): void {
    const primary = primaryOf(service)
    if (!primary || service.status !== 'ACTIVE') return
    const live = this.tasksOf(service).filter((task) => task.desiredStatus === 'RUNNING')
    const own = live.filter((task) => belongsTo(primary, task))
    const others = live.filter((task) => !own.includes(task))
    const healthy = (tasks: readonly TaskRecord[]): TaskRecord[] =>
      tasks.filter((task) => this.targets.isHealthy(service, task))
    this.noteHealthy(service, primary, healthy(own))
    const configuration = service.settings.deploymentConfiguration
    const plan = planNext({
      desired: service.desiredCount,
      minimumHealthyPercent: configuration?.minimumHealthyPercent ?? 100,
      maximumPercent: configuration?.maximumPercent ?? 200,
      own: { all: own.length, healthy: healthy(own).length },
      others: { all: others.length, healthy: healthy(others).length },
    })
    // A failed deployment starts nothing more, and does not replace what still serves.
    if (primary.rolloutState !== 'FAILED') {
      this.start(service, primary, plan.start)
      const sick = others.filter((task) => !this.targets.isHealthy(service, task))
      this.stop(service, primary, sick.slice(0, plan.stopOthers.unhealthy))
      this.stop(service, primary, healthy(others).slice(0, plan.stopOthers.healthy))
    }
    this.stop(service, primary, own.slice(own.length - plan.stopOwn))
    this.complete(service, primary)
  }

  private start(service: ServiceRecord, primary: DeploymentRecord, count: number): void {
    if (count === 0 || this.deps.clock.now() < (this.pausedUntil.get(primary) ?? 0)) return
    const started = Array.from({ length: count }, () =>
      this.deps.lifecycle.start({
        cluster: service.cluster,
        taskDefinition: primary.taskDefinition,
        group: `service:${service.name}`,
        startedBy: primary.id,
        launchType: service.settings.launchType === 'EC2' ? 'EC2' : 'FARGATE',
      }),
    )
    this.addEvent(service, EVENT.started(started.map((task) => task.id)))
  }

  private stop(
    service: ServiceRecord,
    primary: DeploymentRecord,
    tasks: readonly TaskRecord[],
  ): void {
    if (tasks.length === 0) return
    const reason = STOPPED_REASON.scaling(primary)
    for (const task of tasks)
      void this.deps.lifecycle.stop(task, reason, 'ServiceSchedulerInitiated')
    this.addEvent(service, EVENT.stopped(tasks.map((task) => task.id)))
  }

  private complete(service: ServiceRecord, primary: DeploymentRecord): void {
    if (primary.rolloutState !== 'IN_PROGRESS') return
    const present = this.tasksOf(service).filter((task) => task.lastStatus !== 'STOPPED')
    const own = present.filter((task) => belongsTo(primary, task))
    if (own.length !== present.length || own.length !== service.desiredCount) return
    if (!own.every((task) => this.targets.isHealthy(service, task))) return
    primary.rolloutState = 'COMPLETED'
    primary.rolloutStateReason = ROLLOUT.completed(primary.id)
    this.touch(primary)
    service.deployments = [primary]
    const { taskDefinition, revision, id, adopts } = primary
    this.completed.set(service, { taskDefinition, revision, deploymentIds: [id, ...adopts] })
    const reason = primary.serviceDeployment.statusReason
    this.finish(primary, primary.isRollback ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL', reason)
    this.addEvent(service, EVENT.completed(primary))
    this.addEvent(service, EVENT.steady())
  }

  private checkBreaker(service: ServiceRecord, deployment: DeploymentRecord): void {
    const breaker = service.settings.deploymentConfiguration?.deploymentCircuitBreaker
    if (breaker?.enable !== true || deployment !== primaryOf(service)) return
    if (deployment.rolloutState !== 'IN_PROGRESS') return
    const threshold = breakerThreshold(breaker, service.desiredCount)
    deployment.serviceDeployment.deploymentCircuitBreaker = {
      status: deployment.failedTasks >= threshold ? 'TRIGGERED' : 'MONITORING',
      failureCount: deployment.failedTasks,
      threshold,
    }
    if (deployment.failedTasks < threshold) return
    const { breaker: rolledBack, breakerOnly } = STATUS_REASON
    this.fail(
      service,
      deployment,
      ROLLOUT.breaker(),
      breaker.rollback === true,
      rolledBack,
      breakerOnly,
    )
  }

  private fail(
    service: ServiceRecord,
    deployment: DeploymentRecord,
    why: string,
    mayRollBack: boolean,
    rolledBackReason: string,
    failedReason: string,
  ): void {
    deployment.rolloutState = 'FAILED'
    deployment.rolloutStateReason = why
    this.touch(deployment)
    this.addEvent(service, EVENT.failed(deployment, 'tasks failed to start'))
    if (deployment.isRollback) {
      this.finish(deployment, 'ROLLBACK_FAILED', failedReason)
      return
    }
    if (mayRollBack && this.rollBack(service, rolledBackReason, why)) return
    this.finish(deployment, 'STOPPED', failedReason)
  }

  private finish(
    deployment: DeploymentRecord,
    status: 'STOPPED' | 'SUCCESSFUL' | 'ROLLBACK_SUCCESSFUL' | 'ROLLBACK_FAILED',
    reason: string | undefined,
  ): void {
    const { serviceDeployment } = deployment
    const now = new Date(this.deps.clock.now())
    serviceDeployment.status = status
    if (reason !== undefined) serviceDeployment.statusReason = reason
    serviceDeployment.updatedAt = now
    if (status === 'STOPPED') serviceDeployment.stoppedAt = now
    serviceDeployment.finishedAt = now
    const breaker = serviceDeployment.deploymentCircuitBreaker
    if (breaker?.status === 'MONITORING') breaker.status = 'MONITORING_COMPLETE'
    if (serviceDeployment.alarms?.status === 'MONITORING') {
      serviceDeployment.alarms.status = 'MONITORING_COMPLETE'
    }
  }

  /** A healthy task clears the count of failures where the configuration says so (the default). */
  private noteHealthy(
    service: ServiceRecord,
    primary: DeploymentRecord,
    healthy: readonly TaskRecord[],
  ): void {
    const fresh = healthy.filter((task) => !this.wasHealthy.has(task))
    for (const task of fresh) this.wasHealthy.add(task)
    const breaker = service.settings.deploymentConfiguration?.deploymentCircuitBreaker
    if (fresh.length > 0 && breaker?.resetOnHealthyTask !== false) primary.failedTasks = 0
  }

  private tasksOf(service: ServiceRecord): TaskRecord[] {
    const group = `service:${service.name}`
    return [...service.cluster.tasks.values()].filter((task) => task.group === group)
  }

  private alarmNames(service: ServiceRecord): readonly string[] {
    return service.settings.deploymentConfiguration?.alarms?.alarmNames ?? []
  }

  private touch(deployment: DeploymentRecord): void {
    deployment.updatedAt = this.deps.clock.now()
    deployment.serviceDeployment.updatedAt = new Date(this.deps.clock.now())
  }
}

/** A deployment's own tasks, and those it has taken over. */
export const belongsTo = ({ id, adopts }: DeploymentRecord, task: TaskRecord): boolean =>
  task.startedBy === id || adopts.includes(task.startedBy ?? '')

export const primaryOf = (service: ServiceRecord): DeploymentRecord | undefined =>
  service.deployments.find((each) => each.status === 'PRIMARY')

export const isOngoing = (status: string | undefined): boolean =>
  [
    'PENDING',
    'IN_PROGRESS',
    'STOP_REQUESTED',
    'ROLLBACK_REQUESTED',
    'ROLLBACK_IN_PROGRESS',
  ].includes(status ?? '')
