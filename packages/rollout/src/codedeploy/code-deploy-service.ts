/**
 * A service that CodeDeploy deploys, behind the same port as one that ECS deploys: whatever watches, judges and takes
 * back deployments of ECS does so with these. A service with the controller ECS passes through untouched.
 */
import { NotFound } from '../errors.ts'
import type { Deployments, Ports, ServiceChange, Tasks } from '../ports.ts'
import type {
  ServiceDeploymentBrief,
  ServiceDeploymentStatus,
  ServiceDeploymentView,
  ServiceRevisionView,
  ServiceView,
} from '../views.ts'
import { asServiceDeployment, isFinished, UNFINISHED } from './as-deployment.ts'
import { asService, nameOf, primarySetOf, setOf } from './as-service.ts'
import { briefOfSet, deploymentOfSet, originalSets } from './original-sets.ts'
import type { CodeDeploymentView } from './port.ts'
import { CodeDeployReads } from './reads.ts'
import type { CodeDeploySetup, CodeDeployTools } from './setup.ts'
import { TaskNames } from './task-names.ts'

/** How CodeDeploy goes back: all traffic at once. */
const ALL_AT_ONCE = 'CodeDeployDefault.ECSAllAtOnce'
/** How many deployments a look into the past shows; one call reads no more. */
const MOST_READ = 25

/** The same ports, which take services of either controller. */
export function withCodeDeploy(tools: CodeDeployTools): Ports {
  const { ports } = tools
  const deployments = new CodeDeployService(tools)
  const tasks: Tasks = {
    running: async () => deployments.taskNames.inUse(await ports.tasks.running()),
    stopped: async () => deployments.taskNames.named(await ports.tasks.stopped()),
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
  private readonly reads: CodeDeployReads
  private setup: CodeDeploySetup | undefined
  private service_: ServiceView | undefined
  /** What was begun last, as far as it was seen; `isFresh`: nobody has used what it says. */
  private newest: { readonly view: CodeDeploymentView; isFresh: boolean } | undefined
  readonly taskNames = new TaskNames()
  private readonly watched = new Set<string>()

  constructor(tools: CodeDeployTools) {
    this.tools = tools
    this.ecs = tools.ports.deployments
    this.reads = new CodeDeployReads(tools)
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
    if (deploymentConfiguration) this.reads.wayBackTo = taskDefinition
    const id = await this.port.create(setup.name, {
      content: setup.appSpec(taskDefinition),
      description: setup.description,
      config: deploymentConfiguration ? ALL_AT_ONCE : setup.config,
    })
    this.reads.asked.set(id, taskDefinition)
    this.watched.add(id)
    this.newest = { view: await this.reads.readBegun(id, taskDefinition), isFresh: false }
    return this.show(known)
  }

  async history(
    filter: Parameters<Deployments['history']>[0],
  ): Promise<readonly ServiceDeploymentBrief[]> {
    const known = await this.known()
    if (!known) return this.ecs.history(filter)
    const { createdAfter, statuses, atMost = MOST_READ } = filter
    const all = await this.reads.list(known.setup.name, {
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
    const status = await this.reads.status(deployment)
    const set = setOf(service, id)
    const counts = {
      requested: service.desiredCount,
      running: set?.runningCount ?? 0,
      pending: set?.pendingCount ?? 0,
    }
    const source = (service.taskSets ?? []).find(
      (each) => nameOf(each) !== id && each.status !== 'DRAINING',
    )
    const progress = await this.reads.readProgress(deployment, service)
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
    this.reads.stopped.add(id)
    this.newest = this.newest && { ...this.newest, isFresh: false }
  }

  async endPause(id: string, hook: string, action: 'CONTINUE' | 'ROLLBACK'): Promise<void> {
    if (!(await this.known())) return this.ecs.endPause(id, hook, action)
    if (action === 'CONTINUE') throw new RangeError('No run continues a deployment of CodeDeploy.')
    return this.rollBack(id)
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
    this.taskNames.learn(service)
    if (!this.setup && service.status !== 'ACTIVE') return undefined
    this.setup ??= await this.tools.open(service)
    return { service, setup: this.setup }
  }

  private show({ service, setup }: Known): ServiceView {
    const view = this.newest?.view
    const status = view && this.reads.statusNow(view)
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
      this.newest = { view: await this.reads.read(this.newest.view.id), isFresh: true }
      await this.reads.status(this.newest.view)
    }
    const before = this.newest?.view
    if (before && !isFinished(before)) return
    const filter = { statuses: UNFINISHED, atMost: 5 }
    const found = (await this.reads.list(setup.name, filter)).find(
      ({ id, rollbackOf = id }) => rollbackOf !== before?.id,
    )
    if (!found) return
    const view = found.rollbackOf === undefined ? found : await this.reads.read(found.rollbackOf)
    this.newest = { view, isFresh: false }
    await this.reads.status(view)
  }

  /** What the last look at the service has shown is used once. */
  private async readOnce(id: string): Promise<CodeDeploymentView | undefined> {
    const { newest } = this
    if (newest?.isFresh === true && newest.view.id === id) {
      newest.isFresh = false
      return newest.view
    }
    try {
      return await this.reads.read(id)
    } catch (error) {
      if (error instanceof NotFound) return undefined
      throw error
    }
  }

  private async revision(
    name: string,
    service: ServiceView,
  ): Promise<ServiceRevisionView | undefined> {
    const set = setOf(service, name)
    const isOriginal = set?.externalId === undefined && set !== undefined
    const view = isOriginal ? undefined : (this.reads.seen.get(name) ?? (await this.readOnce(name)))
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
    if (status === 'Succeeded' || !isFinished(view)) return this.reads.statusNow(view)
    const isGoingBack = all.some((each) => each.rollbackOf === id && !isFinished(each))
    if (isGoingBack) return 'ROLLBACK_IN_PROGRESS'
    const serving = primarySetOf(service)
    return serving && nameOf(serving) === id ? 'STOPPED' : 'ROLLBACK_SUCCESSFUL'
  }
}
