/**
 * A service that CodeDeploy deploys, behind the same port as one that ECS deploys: whatever watches, judges and takes
 * back deployments of ECS does so with these. A service with the controller ECS passes through untouched.
 */
import type { Clock } from '../clock.ts'
import { CredentialsExpired, Denied, NotFound, PortError } from '../errors.ts'
import type { Journal } from '../journal.ts'
import type { Deployments, Ports, ServiceChange, Tasks } from '../ports.ts'
import type {
  ServiceDeploymentBrief,
  ServiceDeploymentStatus,
  ServiceDeploymentView,
  ServiceRevisionView,
  ServiceView,
  TaskDefinitionArn,
  TaskSetView,
  TaskView,
} from '../views.ts'
import { lastPart } from '../arn.ts'
import { asServiceDeployment, isFinished, statusOf, UNFINISHED } from './as-deployment.ts'
import { asService, nameOf, primarySetOf, setOf } from './as-service.ts'
import type {
  CodeDeploymentView,
  DeploymentFilter,
  DeploymentGroupView,
  GroupName,
  TargetProgress,
  TrafficRouting,
} from './port.ts'

/** All that has to be known of CodeDeploy before a service can be dealt with. */
export interface CodeDeploySetup {
  readonly name: GroupName
  readonly group: DeploymentGroupView
  readonly routing: TrafficRouting
  /** The AppSpec file with that task definition in it. */
  readonly appSpec: (taskDefinition: TaskDefinitionArn) => string
  readonly description: string | undefined
  /** `undefined`: the one of the group. */
  readonly config: string | undefined
}

export interface CodeDeployTools {
  readonly ports: Ports
  readonly clock: Clock
  readonly journal: Journal
  /** Asked once, when the service turns out to be one of CodeDeploy. Throws what the caller is to get. */
  readonly open: (service: ServiceView) => Promise<CodeDeploySetup>
}

/** How CodeDeploy goes back: all traffic at once. */
const ALL_AT_ONCE = 'CodeDeployDefault.ECSAllAtOnce'
const ALL_TRAFFIC: TargetProgress = { event: undefined, weight: 100 }
const NO_PROGRESS: TargetProgress = { event: undefined, weight: undefined }
/** How many deployments a look into the past shows; one call reads no more. */
const MOST_READ = 25

/** The same ports, which take services of either controller. */
export function withCodeDeploy(tools: CodeDeployTools): Ports {
  const { ports } = tools
  const deployments = new CodeDeployService(tools)
  const tasks: Tasks = {
    running: async () => deployments.inUse(await ports.tasks.running()),
    stopped: async () => deployments.named(await ports.tasks.stopped()),
  }
  return { ...ports, deployments, tasks }
}

interface Known {
  readonly service: ServiceView
  readonly setup: CodeDeploySetup
}

class CodeDeployService implements Deployments {
  private readonly tools: CodeDeployTools
  private readonly ecs: Deployments
  private setup: CodeDeploySetup | undefined
  private service_: ServiceView | undefined
  /** What was begun last, as far as it was seen; `isFresh`: nobody has used what it says. */
  private newest: { readonly view: CodeDeploymentView; isFresh: boolean } | undefined
  private readonly rollbacks = new Map<string, CodeDeploymentView>()
  private readonly seen = new Map<string, CodeDeploymentView>()
  private readonly progress = new Map<string, TargetProgress>()
  private readonly taskSets = new Map<string, string>()
  /** What this run has asked for, by id; CodeDeploy need not show it. */
  private readonly asked = new Map<string, TaskDefinitionArn>()
  private readonly watched = new Set<string>()
  private readonly stopped = new Set<string>()
  private wayBackTo: TaskDefinitionArn | undefined

  constructor(tools: CodeDeployTools) {
    this.tools = tools
    this.ecs = tools.ports.deployments
  }

  async service(): Promise<ServiceView> {
    const known = await this.look()
    if (!known) return this.service_ ?? this.ecs.service()
    await this.findNewest(known)
    return this.show(known)
  }

  async update(change: ServiceChange): Promise<ServiceView> {
    const known = await this.known()
    if (!known) return this.ecs.update(change)
    const { taskDefinition, deploymentConfiguration } = change
    if (taskDefinition === undefined) return this.show(known)
    const { setup } = known
    // Only a way back says how traffic is to move: at once.
    if (deploymentConfiguration) this.wayBackTo = taskDefinition
    const id = await this.port.create(setup.name, {
      content: setup.appSpec(taskDefinition),
      description: setup.description,
      config: deploymentConfiguration ? ALL_AT_ONCE : setup.config,
    })
    this.asked.set(id, taskDefinition)
    this.watched.add(id)
    this.newest = { view: await this.readBegun(id, taskDefinition), isFresh: false }
    return this.show(known)
  }

  async history(
    filter: Parameters<Deployments['history']>[0],
  ): Promise<readonly ServiceDeploymentBrief[]> {
    const known = await this.known()
    if (!known) return this.ecs.history(filter)
    const { createdAfter, statuses, atMost = MOST_READ } = filter
    const all = await this.list(known, {
      atMost: Math.min(MOST_READ, atMost),
      ...(createdAfter !== undefined && { createdAfter }),
    })
    const briefs = all
      .filter(({ rollbackOf }) => rollbackOf === undefined)
      .map((each) => this.brief(each, all, known.service))
    return [...briefs, ...originalSets(known.service).map(briefOfSet)]
      .filter(({ status }) => statuses?.includes(status) !== false)
      .filter(({ createdAt }) => createdAfter === undefined || createdAt >= createdAfter)
      .sort((a, b) => b.createdAt - a.createdAt)
      .slice(0, atMost)
  }

  async serviceDeployment(id: string): Promise<ServiceDeploymentView | undefined> {
    const known = await this.known()
    if (!known) return this.ecs.serviceDeployment(id)
    const { service } = known
    this.watched.add(id)
    const original = originalSets(service).find((each) => nameOf(each) === id)
    if (original) return deploymentOfSet(original)
    const deployment = await this.readOnce(id)
    if (!deployment) return undefined
    const status = await this.status(deployment)
    const set = setOf(service, id)
    const counts = {
      requested: service.desiredCount,
      running: set?.runningCount ?? 0,
      pending: set?.pendingCount ?? 0,
    }
    const source = (service.taskSets ?? []).find(
      (each) => nameOf(each) !== id && each.status !== 'DRAINING',
    )
    const progress = await this.readProgress(deployment, service)
    return asServiceDeployment(deployment, status, progress, counts, source && nameOf(source))
  }

  async revisions(arns: readonly string[]): Promise<readonly ServiceRevisionView[]> {
    const known = await this.known()
    if (!known) return this.ecs.revisions(arns)
    const found = await Promise.all(arns.map((arn) => this.revision(arn, known.service)))
    return found.filter((each) => each !== undefined)
  }

  async rollBack(id: string): Promise<void> {
    if (!(await this.known())) return this.ecs.rollBack(id)
    await this.port.stop(id)
    this.stopped.add(id)
    this.newest = this.newest && { ...this.newest, isFresh: false }
  }

  async endPause(id: string, hook: string, action: 'CONTINUE' | 'ROLLBACK'): Promise<void> {
    if (!(await this.known())) return this.ecs.endPause(id, hook, action)
    if (action === 'CONTINUE') throw new RangeError('No run continues a deployment of CodeDeploy.')
    return this.rollBack(id)
  }

  /** Tasks, by the deployment of CodeDeploy that they belong to. */
  named(tasks: readonly TaskView[]): readonly TaskView[] {
    return tasks.map((task) => {
      const name = task.startedBy === undefined ? undefined : this.taskSets.get(task.startedBy)
      return name === undefined ? task : { ...task, startedBy: name }
    })
  }

  /** Without those that users have left; those that they are on come first. */
  inUse(tasks: readonly TaskView[]): readonly TaskView[] {
    const { taskSets = [] } = this.service_ ?? {}
    const statuses = new Map(taskSets.map(({ id, status }) => [id, status]))
    const statusOfSet = ({ startedBy = '' }: TaskView): string | undefined =>
      statuses.get(startedBy)
    const present = tasks.filter((each) => statusOfSet(each) !== 'DRAINING')
    const rank = (task: TaskView): number => (statusOfSet(task) === 'PRIMARY' ? 0 : 1)
    return this.named(present.toSorted((a, b) => rank(a) - rank(b)))
  }

  private get port(): Ports['codeDeploy'] {
    return this.tools.ports.codeDeploy
  }

  private async known(): Promise<Known | undefined> {
    const { service_: service, setup } = this
    if (!service) return this.look()
    return setup && { service, setup }
  }

  /** `undefined`: it is no service of CodeDeploy. */
  private async look(): Promise<Known | undefined> {
    const service = await this.ecs.service()
    this.service_ = service
    if (service.controller !== 'CODE_DEPLOY') return undefined
    for (const each of service.taskSets ?? []) this.taskSets.set(each.id, nameOf(each))
    if (!this.setup && service.status !== 'ACTIVE') return undefined
    this.setup ??= await this.tools.open(service)
    return { service, setup: this.setup }
  }

  private show({ service, setup }: Known): ServiceView {
    const view = this.newest?.view
    const status = view && this.statusNow(view)
    const present = view && status !== undefined && this.isPresent(view, status, service)
    const newest = present ? { deployment: view, isComplete: status === 'SUCCESSFUL' } : undefined
    return asService(service, setup.group, setup.routing, newest)
  }

  /** Whether a deployment is what the service is to run: users are on it, or are to be. */
  private isPresent(
    { id }: CodeDeploymentView,
    status: ServiceDeploymentStatus,
    service: ServiceView,
  ): boolean {
    if (status === 'SUCCESSFUL') {
      const serving = primarySetOf(service)
      return serving === undefined || nameOf(serving) === id
    }
    // What somebody else's deployment came to is for this run as if it had not been.
    if (status === 'STOPPED') return this.watched.has(id)
    return status === 'ROLLBACK_REQUESTED' || !status.startsWith('ROLLBACK_')
  }

  /** CodeDeploy has one deployment of a group at a time, so that another is looked for only when ours is over. */
  private async findNewest({ setup }: Known): Promise<void> {
    if (this.newest && this.newest.view.status !== 'Succeeded') {
      this.newest = { view: await this.read(this.newest.view.id), isFresh: true }
      await this.status(this.newest.view)
    }
    const before = this.newest?.view
    if (before && !isFinished(before)) return
    const filter = { statuses: UNFINISHED, atMost: 5 }
    const found = (await this.list({ setup }, filter)).find(
      ({ id, rollbackOf = id }) => rollbackOf !== before?.id,
    )
    if (!found) return
    const view = found.rollbackOf === undefined ? found : await this.read(found.rollbackOf)
    this.newest = { view, isFresh: false }
    await this.status(view)
  }

  private async list(
    { setup }: Pick<Known, 'setup'>,
    filter: DeploymentFilter,
  ): Promise<readonly CodeDeploymentView[]> {
    return (await this.port.deployments(setup.name, filter)).map((each) => this.remember(each))
  }

  private async read(id: string): Promise<CodeDeploymentView> {
    return this.remember(await this.port.deployment(id))
  }

  private remember(view: CodeDeploymentView): CodeDeploymentView {
    const taskDefinition = this.asked.get(view.id) ?? view.taskDefinition
    const whole = { ...view, taskDefinition }
    this.seen.set(view.id, whole)
    return whole
  }

  /** It has begun: that it cannot be read must not sound as if nothing had been done. */
  private async readBegun(
    id: string,
    taskDefinition: TaskDefinitionArn,
  ): Promise<CodeDeploymentView> {
    try {
      return await this.read(id)
    } catch (error) {
      if (!(error instanceof PortError)) throw error
      return { ...BEGUN, id, taskDefinition, createdAt: this.tools.clock.now() }
    }
  }

  /** What the last look at the service has shown is used once. */
  private async readOnce(id: string): Promise<CodeDeploymentView | undefined> {
    const { newest } = this
    if (newest?.isFresh === true && newest.view.id === id) {
      newest.isFresh = false
      return newest.view
    }
    try {
      return await this.read(id)
    } catch (error) {
      if (error instanceof NotFound) return undefined
      throw error
    }
  }

  private async status(view: CodeDeploymentView): Promise<ServiceDeploymentStatus> {
    const { rollbackId } = view
    const known = rollbackId === undefined ? undefined : this.rollbacks.get(rollbackId)
    if (rollbackId !== undefined && !(known && isFinished(known))) {
      this.rollbacks.set(rollbackId, await this.read(rollbackId))
    }
    return this.statusNow(view)
  }

  private statusNow(view: CodeDeploymentView): ServiceDeploymentStatus {
    const { id, taskDefinition, rollbackId = '' } = view
    const isWayBack = this.wayBackTo !== undefined && taskDefinition === this.wayBackTo
    const own = { isStopped: this.stopped.has(id), isWayBack }
    return statusOf(view, this.rollbacks.get(rollbackId), own, this.tools.clock.now())
  }

  /** What cannot be read of it is less to tell, and nothing that the deployment is judged by alone. */
  private async readProgress(
    view: CodeDeploymentView,
    service: ServiceView,
  ): Promise<TargetProgress> {
    const { id } = view
    const before = this.progress.get(id)
    // The last look may have been before the last shift.
    if (view.status === 'Succeeded') return ALL_TRAFFIC
    if (before && isFinished(view)) return before
    const target = `${lastPart(service.clusterArn)}:${service.name}`
    try {
      const progress = await this.port.progress(id, target)
      this.progress.set(id, progress)
      return progress
    } catch (error) {
      if (error instanceof CredentialsExpired || !(error instanceof PortError)) throw error
      const kind = error instanceof Denied ? 'may not be read' : 'cannot be read'
      this.tools.journal.caveat(`How far CodeDeploy has come ${kind}: ${error.message}`)
      return before ?? NO_PROGRESS
    }
  }

  private async revision(
    name: string,
    service: ServiceView,
  ): Promise<ServiceRevisionView | undefined> {
    const set = setOf(service, name)
    const isOriginal = set?.externalId === undefined && set !== undefined
    const view = isOriginal ? undefined : (this.seen.get(name) ?? (await this.readOnce(name)))
    const taskDefinition = set?.taskDefinition ?? view?.taskDefinition
    if (taskDefinition === undefined) return undefined
    return {
      arn: name,
      taskDefinition,
      images: [],
      targetGroups: set?.targetGroups ?? [],
      createdAt: view?.createdAt ?? set?.createdAt ?? 0,
    }
  }

  private brief(
    view: CodeDeploymentView,
    all: readonly CodeDeploymentView[],
    service: ServiceView,
  ): ServiceDeploymentBrief {
    const { id, createdAt, finishedAt, taskDefinition } = view
    return {
      arn: id,
      status: this.pastStatus(view, all, service),
      statusReason: view.error?.message,
      targetRevision: taskDefinition === undefined && !setOf(service, id) ? undefined : id,
      createdAt,
      finishedAt,
    }
  }

  /** A deployment that ended otherwise, and whose tasks users are not on, has left them where they were. */
  private pastStatus(
    view: CodeDeploymentView,
    all: readonly CodeDeploymentView[],
    service: ServiceView,
  ): ServiceDeploymentStatus {
    const { id, status } = view
    if (status === 'Succeeded' || !isFinished(view)) return this.statusNow(view)
    const isGoingBack = all.some((each) => each.rollbackOf === id && !isFinished(each))
    if (isGoingBack) return 'ROLLBACK_IN_PROGRESS'
    const serving = primarySetOf(service)
    return serving && nameOf(serving) === id ? 'STOPPED' : 'ROLLBACK_SUCCESSFUL'
  }
}

const BEGUN = {
  status: 'Created',
  creator: 'user',
  finishedAt: undefined,
  error: undefined,
  rollbackId: undefined,
  rollbackOf: undefined,
  rollsBackOn: [],
  isTerminating: false,
} as const

/** Those that came with the service: no deployment of CodeDeploy tells of them. */
const originalSets = ({ taskSets = [] }: ServiceView): readonly TaskSetView[] =>
  taskSets.filter(
    ({ externalId, status, isSteady }) =>
      externalId === undefined && (status === 'PRIMARY' || isSteady),
  )

const briefOfSet = ({ id, createdAt, status, isSteady }: TaskSetView): ServiceDeploymentBrief => ({
  arn: id,
  status: status !== 'PRIMARY' || isSteady ? 'SUCCESSFUL' : 'IN_PROGRESS',
  statusReason: undefined,
  targetRevision: id,
  createdAt,
  finishedAt: isSteady ? createdAt : undefined,
})

const deploymentOfSet = (set: TaskSetView): ServiceDeploymentView => ({
  ...briefOfSet(set),
  lifecycleStage: undefined,
  startedAt: set.createdAt,
  hooks: [],
  target: undefined,
  sources: [],
  rollback: undefined,
  circuitBreaker: undefined,
  alarms: undefined,
})
