import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../model.ts'
import type { Target } from '../../elbv2/part.ts'
import { tagsForTask } from '../services/settings.ts'
import { loadBalancersOf } from '../shifting/target-groups.ts'
import { deploymentOf, tasksOf } from './deployments.ts'
import { EVENT, STOPPED_REASON } from './events.ts'
import { FailedTasks } from './failed-tasks.ts'
import type { Plan, Present } from './reconcile.ts'
import type { Rollout } from './rollout.ts'
import type { SchedulerDeps } from './scheduler.ts'
import { ServiceTargets } from './service-targets.ts'
import { taskHealth, type TargetState, type TaskHealth } from './task-health.ts'

export interface ServiceTasksDeps extends SchedulerDeps {
  readonly rollout: Rollout
  /** `taskSet`: the id of the one that the event is about. */
  readonly addEvent: (text: string, taskSet?: string) => void
  /** Asks for a look at the service at that time, in milliseconds of AWS time. */
  readonly lookAt: (at: number) => void
}

/** The tasks of one service: how they are, and starting and stopping them. */
export class ServiceTasks {
  private readonly service: ServiceRecord
  private readonly deps: ServiceTasksDeps
  private readonly targets: ServiceTargets
  private readonly failures: FailedTasks
  private readonly health = new Map<TaskRecord, TaskHealth>()

  constructor(service: ServiceRecord, deps: ServiceTasksDeps) {
    this.service = service
    this.deps = deps
    this.targets = new ServiceTargets(deps.lifecycle, deps.targetGroups)
    this.failures = new FailedTasks(service, deps.rollout, deps.addEvent)
  }

  hasTarget(group: string, target: Target): boolean {
    return this.targets.has(group, target)
  }

  /** Resolves when the target groups have drained the task. */
  drain(task: TaskRecord): Promise<void> {
    return this.targets.drain(task)
  }

  /** Registers new tasks with their target groups, and finds out how every task is and which have failed. */
  takeStock(): void {
    for (const task of this.meantToRun().filter(isRunning)) {
      const revision = deploymentOf(this.service, task)?.revision
      this.targets.register(task, loadBalancersOf(revision))
    }
    this.tellOfTargets()
    this.health.clear()
    for (const task of tasksOf(this.service)) {
      noteDigests(deploymentOf(this.service, task), task)
      if (task.desiredStatus === 'STOPPED') {
        this.failures.noteStopped(task, this.deps.clock.now())
      } else {
        this.noteHealth(task)
      }
    }
  }

  /** Tells of the targets that were registered and drained since the last time. */
  tellOfTargets(): void {
    for (const event of this.targets.takeEvents()) this.deps.addEvent(event)
  }

  /** What is meant to run, oldest first, of the deployments that `isChosen` says. */
  present(isChosen: (owner: DeploymentRecord | undefined) => boolean): Present<TaskRecord>[] {
    return this.meantToRun()
      .filter((task) => isChosen(deploymentOf(this.service, task)))
      .map((task) => ({ task, condition: this.health.get(task)?.condition ?? 'starting' }))
  }

  /** How many have not come to STOPPED, of the deployments that `isChosen` says. */
  count(isChosen: (owner: DeploymentRecord | undefined) => boolean = () => true): number {
    return tasksOf(this.service).filter(
      (task) => task.lastStatus !== 'STOPPED' && isChosen(deploymentOf(this.service, task)),
    ).length
  }

  hasRunning(deployment: DeploymentRecord): boolean {
    return this.meantToRun().some(
      (task) => isRunning(task) && deploymentOf(this.service, task) === deployment,
    )
  }

  /** Unless starts are spaced out because none succeeds; then there is another look when the pause is over. */
  start(deployment: DeploymentRecord, count: number): void {
    if (count === 0) return
    const { service, deps } = this
    const endOfPause = this.failures.backOffOf(deployment.id).endOfPause(deps.clock.now())
    if (endOfPause !== undefined) {
      deps.lookAt(endOfPause)
      return
    }
    const started = Array.from({ length: count }, () =>
      deps.lifecycle.start({
        cluster: service.cluster,
        taskDefinition: deployment.taskDefinition,
        group: `service:${service.name}`,
        startedBy: deployment.id,
        launchType: service.settings.launchType === 'EC2' ? 'EC2' : 'FARGATE',
        tags: tagsForTask(service, deployment),
      }),
    )
    const isOfTaskSet = service.taskSets.some(({ id }) => id === deployment.id)
    const ids = started.map(({ id }) => id)
    deps.addEvent(EVENT.started(ids), isOfTaskSet ? deployment.id : undefined)
  }

  stop(
    primary: Pick<DeploymentRecord, 'id'>,
    { stop, giveUp }: Pick<Plan<TaskRecord>, 'stop' | 'giveUp'>,
  ): void {
    if (stop.length + giveUp.length === 0) return
    for (const task of stop) this.stopOne(task, STOPPED_REASON.scaling(primary))
    for (const task of giveUp) this.stopOne(task, this.reasonToGiveUp(task))
    this.deps.addEvent(EVENT.stopped([...stop, ...giveUp].map(({ id }) => id)))
  }

  private stopOne(task: TaskRecord, reason: string): void {
    void this.deps.lifecycle.stop(task, reason, 'ServiceSchedulerInitiated')
  }

  private reasonToGiveUp(task: TaskRecord): string {
    const fault = this.health.get(task)?.fault
    return fault?.kind === 'target'
      ? STOPPED_REASON.unhealthyTarget(fault.group)
      : STOPPED_REASON.unhealthyContainer()
  }

  private noteHealth(task: TaskRecord): void {
    const { healthCheckGracePeriodSeconds: grace = 0 } = this.service.settings
    const health = taskHealth({
      task,
      targets: this.targetsOf(task),
      gracePeriod: grace * 1000,
      now: this.deps.clock.now(),
    })
    this.health.set(task, health)
    this.failures.noteRunning(task, health)
    if (health.changesAt !== undefined) this.deps.lookAt(health.changesAt)
  }

  /**
   * A group that no listener forwards to checks nothing, and a task set does not wait for it ("the load balancer's
   * health checks start running on the replacement task set after traffic has been shifted to it", 'Troubleshooting
   * Amazon ECS deployment issues' of CodeDeploy).
   */
  private targetsOf(task: TaskRecord): readonly (TargetState | undefined)[] {
    const states = this.targets.statesOf(task)
    if (this.service.taskSets.length === 0) return states
    return states.filter((each) => each?.health?.State !== 'unused')
  }

  private meantToRun(): TaskRecord[] {
    return tasksOf(this.service).filter(({ desiredStatus }) => desiredStatus === 'RUNNING')
  }
}

const isRunning = ({ lastStatus }: TaskRecord): boolean => lastStatus === 'RUNNING'

/** ECS resolves the images of a revision to digests with its first task. */
function noteDigests(deployment: DeploymentRecord | undefined, task: TaskRecord): void {
  for (const image of deployment?.revision.containerImages ?? []) {
    const container = task.containers.find(({ name }) => name === image.containerName)
    if (container?.imageDigest !== undefined) image.imageDigest ??= container.imageDigest
  }
}
