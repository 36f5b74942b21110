/**
 * Looks at a deployment with as few calls as its state allows: DescribeServices every time, everything else when
 * that answer gives a reason to ask, or when the last answer is old.
 */
import type { Clock } from '../clock.ts'
import { CredentialsExpired, Denied, PortError, Unreachable } from '../errors.ts'
import { isRoutineEvent, startedTasks } from '../events.ts'
import { isFailure } from '../failures.ts'
import type { Journal } from '../journal.ts'
import type { Ports } from '../ports.ts'
import type { TriggerObservation, TriggerWatch } from '../triggers/trigger-watch.ts'
import type {
  DeploymentView,
  ServiceDeploymentArn,
  ServiceDeploymentView,
  ServiceEventView,
  ServiceView,
  TargetGroupArn,
  TargetView,
  TaskView,
} from '../views.ts'
import type { Observation } from './observation.ts'
import { pauseOf, trafficOf, type Traffic } from './traffic.ts'

/** How a deployment is known. */
export interface DeploymentIdentity {
  /** `ecs-svc/…` */
  readonly deploymentId: string
  /** `undefined`: classic mode, judged by `deploymentId` alone. */
  readonly serviceDeployment: ServiceDeploymentArn | undefined
  /** Milliseconds since the epoch, as AWS gives it. */
  readonly createdAt: number
}

/** The triggers that a deployment is judged by. */
export interface WatchedTriggers {
  readonly watch: TriggerWatch
  /** How long after its first task runs the revision is not judged yet, in milliseconds. */
  readonly warmup: number
  /** When the revision began to run, where that was before the watch; milliseconds since the epoch. */
  readonly runningSince: number | undefined
}

export interface ObserverOptions {
  readonly triggers?: WatchedTriggers | undefined
  /** Users are moved from one target group to another, so that a running task alone serves nobody. */
  readonly isShifting?: boolean
  /** The target groups of the deployment's revision; without them, those that the service names. */
  readonly groups?: readonly TargetGroupArn[] | undefined
  /**
   * By how much longer an answer is believed that nothing speaks against. 1 without it. Above 1 targets, which take a
   * call for each group, are read when stopped tasks are: at any hint, and when those are old.
   */
  readonly patience?: number
}

/** Milliseconds after which an answer is asked for again although nothing hints at a change. */
const OLD = { deployment: 30_000, tasks: 60_000, targets: 30_000 }

export class Observer {
  private readonly ports: Ports
  private readonly clock: Clock
  private readonly journal: Journal
  private readonly identity: DeploymentIdentity
  private readonly options: ObserverOptions
  private readonly deniedActions = new Set<string>()
  private readonly saidSilent = new Set<string>()

  private deployment: { view: ServiceDeploymentView; at: number } | undefined
  private targets: { views: readonly TargetView[] | undefined; at: number } = {
    views: [],
    at: -Infinity,
  }
  private readonly seenUnhealthy = new Map<string, TargetView>()
  private shares: readonly Traffic[] = []
  private readonly failed = new Map<string, TaskView>()
  private tasksAskedAt: number
  private readonly knownEvents = new Set<string>()
  private startedTasks = 0
  private lastFailureCount = 0
  private firstServingAt: number | undefined

  constructor(
    ports: Ports,
    clock: Clock,
    journal: Journal,
    identity: DeploymentIdentity,
    options: ObserverOptions = {},
  ) {
    this.ports = ports
    this.clock = clock
    this.journal = journal
    this.identity = identity
    this.options = options
    this.firstServingAt = options.triggers?.runningSince
    // Nothing can have failed yet.
    this.tasksAskedAt = clock.now()
  }

  /** Throws the port's error when the service itself cannot be read; every other source may be missing. */
  async observe(): Promise<Observation> {
    const service = await this.ports.deployments.service()
    const primary = service.deployments.find((each) => each.status === 'PRIMARY')
    const isOurs = primary?.id === this.identity.deploymentId
    const deployment = await this.readDeployment(service, isOurs)
    const isHint = this.hintsAtFailure(service, deployment)
    if (isHint) await this.readStoppedTasks()
    this.noteShare(deployment)
    const failed = [...this.failed.values()]
    return {
      service,
      deployment,
      failedTasks: failed.filter((task) => task.startedBy === this.identity.deploymentId),
      rollbackFailures: isOurs ? [] : failed.filter((task) => task.startedBy === primary?.id),
      targets: await this.readTargets(service, {
        isDecisive: this.isDecisive(service, deployment),
        isHint,
      }),
      ownTargets: this.hasOwnTargets,
      seenUnhealthy: [...this.seenUnhealthy.values()],
      shares: this.shares,
      triggers: isOurs ? await this.readTriggers(primary, deployment) : undefined,
      newerDeployment: isOurs ? false : await this.hasNewer(primary),
    }
  }

  private async readDeployment(
    service: ServiceView,
    isOurs: boolean,
  ): Promise<ServiceDeploymentView | undefined> {
    const arn = this.identity.serviceDeployment
    if (arn === undefined) return undefined
    // Nothing follows SUCCESSFUL, as long as it is still what the service runs.
    if (isOurs && this.deployment?.view.status === 'SUCCESSFUL') return this.deployment.view
    const ours = service.deployments.find((each) => each.id === this.identity.deploymentId)
    const isQuiet =
      isOurs &&
      ours?.rolloutState === 'IN_PROGRESS' &&
      ours.runningCount < ours.desiredCount &&
      this.deployment?.view.status === 'IN_PROGRESS' &&
      this.clock.now() - this.deployment.at < OLD.deployment
    if (isQuiet) return this.deployment?.view
    const view = await this.optional(
      'The service deployment cannot be read, so this deployment is judged by its id in DescribeServices',
      () => this.ports.deployments.serviceDeployment(arn),
    )
    if (view) this.deployment = { view, at: this.clock.now() }
    // What it said a while ago may be wrong by now; then the service itself is the better witness.
    const isOld = !this.deployment || this.clock.now() - this.deployment.at >= OLD.deployment
    return view ?? (isOld || this.isDenied() ? undefined : this.deployment?.view)
  }

  private get hasOwnTargets(): boolean {
    return this.options.isShifting === true && this.options.groups !== undefined
  }

  /** ECS has called it a success, perhaps with tasks still to come; or it waits for somebody to move users on. */
  private isDecisive(
    { earlySuccess }: ServiceView,
    deployment: ServiceDeploymentView | undefined,
  ): boolean {
    const isOver = deployment === undefined || deployment.status === 'SUCCESSFUL'
    if (!this.hasOwnTargets) return earlySuccess && isOver
    return isOver || pauseOf(deployment) !== undefined
  }

  private noteShare(deployment: ServiceDeploymentView | undefined): void {
    const last = this.shares.at(-1)
    const present = trafficOf(last, deployment, this.clock.now())
    if (present && present !== last) this.shares = [...this.shares, present]
  }

  private isOld(answer: 'tasks' | 'targets', at: number): boolean {
    return this.clock.now() - at >= OLD[answer] * this.patience
  }

  private get patience(): number {
    return this.options.patience ?? 1
  }

  private isDenied(): boolean {
    return this.deniedActions.has('ecs:DescribeServiceDeployments')
  }

  private hintsAtFailure(
    service: ServiceView,
    deployment: ServiceDeploymentView | undefined,
  ): boolean {
    const failures =
      service.deployments.reduce((sum, each) => sum + each.failedTasks, 0) +
      (deployment?.circuitBreaker?.failureCount ?? 0)
    const moreFailures = failures > this.lastFailureCount
    this.lastFailureCount = failures
    // A crash after RUNNING is in none of AWS's counters; a replacement, or an event of a new kind, gives it away.
    const loudEvents = this.newEvents(service).filter((event) => !this.isQuiet(event, service))
    for (const event of loudEvents.toReversed()) {
      if (!isRoutineEvent(event.message)) this.journal.progress(`event: ${event.message}`)
    }
    const isOld = this.isOld('tasks', this.tasksAskedAt)
    return moreFailures || loudEvents.length > 0 || isOld
  }

  private newEvents(service: ServiceView): readonly ServiceEventView[] {
    const fresh = service.events.filter(
      (event) => event.at >= this.identity.createdAt && !this.knownEvents.has(event.id),
    )
    for (const event of fresh) this.knownEvents.add(event.id)
    return fresh
  }

  private isQuiet(event: ServiceEventView, service: ServiceView): boolean {
    const started = startedTasks(event.message)
    if (started === undefined) return isRoutineEvent(event.message)
    this.startedTasks += started
    return this.startedTasks <= service.desiredCount
  }

  private async readStoppedTasks(): Promise<void> {
    const tasks = await this.optional(
      'Stopped tasks cannot be read, so their reasons are not known',
      () => this.ports.tasks.stopped(),
    )
    this.tasksAskedAt = this.clock.now()
    for (const task of tasks ?? []) if (isFailure(task)) this.failed.set(task.arn, task)
  }

  /** What the new revision does counts from the moment that it serves on, with time to warm up. */
  private async readTriggers(
    ours: DeploymentView,
    deployment: ServiceDeploymentView | undefined,
  ): Promise<TriggerObservation | undefined> {
    const { triggers } = this.options
    if (!triggers) return undefined
    if (this.isServing(ours, deployment)) this.firstServingAt ??= this.clock.now()
    const since = this.firstServingAt ?? Infinity
    return triggers.watch.observe(since + triggers.warmup)
  }

  private isServing(ours: DeploymentView, deployment: ServiceDeploymentView | undefined): boolean {
    const weight = this.options.isShifting === true ? deployment?.target?.productionWeight : 100
    return ours.runningCount > 0 && (weight === undefined || weight > 0)
  }

  /** `isDecisive`: what they say now ends the watch, so that what they said a while ago is not enough. */
  private async readTargets(
    service: ServiceView,
    { isDecisive, isHint }: { readonly isDecisive: boolean; readonly isHint: boolean },
  ): Promise<readonly TargetView[] | undefined> {
    const ours = service.deployments.find((each) => each.id === this.identity.deploymentId)
    const groups = this.options.groups ?? service.loadBalancers.map((each) => each.targetGroupArn)
    const isDue =
      isDecisive || (this.patience > 1 ? isHint : this.isOld('targets', this.targets.at))
    if (groups.length === 0 || !isDue || !ours || ours.runningCount === 0) return this.targets.views
    const views = await this.optional('Target health cannot be read', () =>
      this.ports.targets.health(groups),
    )
    this.targets = {
      views: isDecisive ? views : (views ?? this.targets.views),
      at: this.clock.now(),
    }
    for (const view of views ?? []) {
      if (view.state === 'unhealthy') this.rememberUnhealthy(view)
    }
    return this.targets.views
  }

  private rememberUnhealthy(view: TargetView): void {
    const key = `${view.targetGroup} ${view.id}:${view.port ?? ''}`
    // Deleted first, so that the newest stands last.
    this.seenUnhealthy.delete(key)
    this.seenUnhealthy.set(key, view)
  }

  /** A rollback shares its service deployment with what it undoes, so any newer one is somebody's deployment. */
  private async hasNewer(primary: DeploymentView | undefined): Promise<boolean> {
    const arn = this.identity.serviceDeployment
    if (arn === undefined || !primary) return false
    const newer = await this.optional('The list of service deployments cannot be read', () =>
      this.ports.deployments.history({ createdAfter: this.identity.createdAt, atMost: 10 }),
    )
    return (newer ?? []).some(
      (each) => each.arn !== arn && each.createdAt > this.identity.createdAt,
    )
  }

  /**
   * Asks a source that may be missing. A denial is final: it is said once and never asked for again. Silence, which
   * may end, is said once as well.
   */
  private async optional<T>(caveat: string, ask: () => Promise<T>): Promise<T | undefined> {
    if (this.deniedActions.has(caveat)) return undefined
    try {
      return await ask()
    } catch (error) {
      if (error instanceof CredentialsExpired || !(error instanceof PortError)) throw error
      if (error instanceof Denied) {
        this.deniedActions.add(caveat).add(error.action)
        this.journal.caveat(`${caveat}: ${error.message}`)
      } else if (!(error instanceof Unreachable && this.saidSilent.has(caveat))) {
        if (error instanceof Unreachable) this.saidSilent.add(caveat)
        this.journal.caveat(`${caveat}: ${error.message}`)
      }
      return undefined
    }
  }
}
