/**
 * A local AWS on a virtual clock with a service on it, and the actions run against it through the wire: real
 * SDK clients, real HTTP, real processes as tasks; only time is not real.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@ecs-pipeline/rollout'
import type { Service } from '@aws-sdk/client-ecs'
import { run as deploy } from '../../../actions/deploy/run.ts'
import { run as rollBack } from '../../../actions/rollback/run.ts'
import { VirtualClock } from '../../../packages/local-aws/src/clock/virtual-clock.ts'
import { startLocalAws, type LocalAws } from '../../../packages/local-aws/src/local-aws.ts'
import type { TaskDriver } from '../../../packages/local-aws/src/tasks/driver.ts'
import { ROOT } from '../../support/run-bundle.ts'
import { imagesOf, makeInputs, makeRollbackInputs, type Images } from './make-inputs.ts'
import {
  runOnStage,
  type ActionRun,
  type DeployOptions,
  type RollbackOptions,
} from './run-on-stage.ts'
import {
  BY_CODE_DEPLOY,
  createDeploymentGroup,
  createPairedLoadBalancer,
} from '../../support/code-deploy-stack.ts'
import {
  awsEnvironment,
  clientsFor,
  CLUSTER,
  createGround,
  createLoadBalancer,
  createShiftingLoadBalancer,
  createService,
  publishImage,
  taskDefinitionFor,
  type Clients,
  type Endpoint,
  type LoadBalancer,
  type ServiceToCreate,
} from '../../support/stack.ts'

/** What the program in a test image does; `vN-…` names the image's tag. */
export type Behaviour =
  | 'good'
  | 'crash'
  | 'crash-later'
  | 'sick'
  | 'sick-later'
  | 'slow'
  | 'slow-start'
  | 'errors'
  | 'late-crash'
  | 'late-sick'

export interface StageService extends Partial<ServiceToCreate> {
  readonly name: string
  /** Whether to let its first deployment end; it does within 40 seconds. */
  readonly settle?: boolean
  /** The deregistration delay of its target group. */
  readonly drainSeconds?: number
  /** Deployed by CodeDeploy: its deployment group, as far as it is not as {@link createDeploymentGroup} makes it. */
  readonly codeDeploy?: Parameters<typeof createDeploymentGroup>[2]
  /** Whether its load balancer can shift traffic between two target groups. */
  readonly canShift?: boolean
}

export class Stage {
  readonly clock: VirtualClock
  readonly aws: LocalAws
  readonly endpoint: Endpoint
  readonly clients: Clients
  private program = ''
  private nextVersion = 1
  private readonly services: string[] = []
  private readonly loadBalancers = new Map<string, LoadBalancer>()

  private constructor(clock: VirtualClock, aws: LocalAws) {
    this.clock = clock
    this.aws = aws
    this.endpoint = { endpoint: aws.endpoint, registry: aws.registryHost, ...aws.place }
    this.clients = clientsFor(this.endpoint)
  }

  /** `driver`: what runs tasks, where real processes are not needed. */
  static async open(driver?: TaskDriver): Promise<Stage> {
    const clock = new VirtualClock()
    const aws = await startLocalAws({ clock, port: 0, registryPort: 0, ...(driver && { driver }) })
    const stage = new Stage(clock, aws)
    Object.assign(process.env, awsEnvironment(stage.endpoint))
    stage.program = await readFile(join(ROOT, 'test/support/task-app.cjs'), 'utf8')
    await createGround(stage.clients)
    return stage
  }

  close(): Promise<void> {
    return this.aws.close()
  }

  /** Deletes every service, so that what a test left running does not slow down the next. */
  async clear(): Promise<void> {
    this.aws.faults.clear()
    Object.assign(this.aws.deploymentPhases, { pending: 0, stopRequested: 0 })
    for (const service of this.services.splice(0)) {
      const found = await this.describe(service)
      if (found.status !== 'ACTIVE') continue
      await this.clients.ecs.deleteService({ cluster: CLUSTER, service, force: true })
    }
    await this.clock.advance(90_000)
  }

  /**
   * Pushes an image that behaves so, and gives its reference by tag. `slowSeconds`: from when on, counted from a task's
   * first request; for `late-…`, how long from now the tasks have to begin that do not behave so.
   */
  async image(behaviour: Behaviour, slowSeconds = 0): Promise<string> {
    const version = this.nextVersion++
    return publishImage(this.endpoint, this.clients, {
      tag: `v${version}-${behaviour}`,
      files: { 'app.cjs': this.program },
      command: ['node', '/app.cjs'],
      environment: {
        BEHAVIOUR: behaviour,
        VERSION: String(version),
        SLOW_SECONDS: String(slowSeconds),
        LATE_FROM: String(this.clock.now() + slowSeconds * 1000),
      },
    })
  }

  /** The input that releases a new image that behaves so; see {@link image}. */
  async images(behaviour: Behaviour, slowSeconds = 0): Promise<Images> {
    return imagesOf(await this.image(behaviour, slowSeconds))
  }

  /** A service behind its own load balancer, whose first deployment is over unless `settle` is false. */
  async service(over: StageService): Promise<void> {
    const { settle = true, canShift = false, drainSeconds, codeDeploy, ...given } = over
    const service = codeDeploy ? { ...given, settings: BY_CODE_DEPLOY } : given
    const create = codeDeploy
      ? createPairedLoadBalancer
      : canShift
        ? createShiftingLoadBalancer
        : createLoadBalancer
    const loadBalancer = await create(this.clients, service.name, drainSeconds)
    const image = service.image ?? (await this.image('good'))
    await createService(this.endpoint, this.clients, { image, loadBalancer, ...service })
    if (codeDeploy) await createDeploymentGroup(this.clients, loadBalancer, codeDeploy)
    this.services.push(service.name)
    this.loadBalancers.set(service.name, loadBalancer)
    if (settle) await this.clock.advance(40_000)
  }

  /** Somebody else's deployment, by plain calls. `wait`: milliseconds of AWS time; it is under way without. */
  async deployByHand(service: string, image: string, wait = 0): Promise<void> {
    const { ecs } = this.clients
    await ecs.registerTaskDefinition(taskDefinitionFor(service, image, this.endpoint.region))
    await ecs.updateService({ cluster: CLUSTER, service, taskDefinition: service })
    if (wait > 0) await this.clock.advance(wait)
  }

  /** Users do not mind what they get; what the load balancer counted of it is what matters. */
  async sendRequests(
    service: string,
    every: number,
    clock: Pick<Clock, 'sleep'>,
    over: AbortSignal,
  ): Promise<void> {
    const url = this.url(service)
    while (!over.aborted) {
      const response = await fetch(url)
      await response.arrayBuffer()
      await clock.sleep(every, over)
    }
  }

  /** Where users reach a service, or test traffic does. */
  url(service: string, traffic: 'users' | 'test' = 'users'): string {
    const { listenerArn, testListenerArn } = this.loadBalancers.get(service) ?? {}
    const url = this.aws.listenerUrl((traffic === 'test' ? testListenerArn : listenerArn) ?? '')
    if (url === undefined) throw new Error(`The service ${service} has no listener for ${traffic}.`)
    return url
  }

  async describe(name: string): Promise<Service> {
    const answer = await this.clients.ecs.describeServices({ cluster: CLUSTER, services: [name] })
    const service = answer.services?.[0]
    if (!service) throw new Error(`There is no service ${name}.`)
    return service
  }

  /** `family:revision` of every running task, sorted. */
  async running(name: string): Promise<readonly string[]> {
    const { taskArns } = await this.clients.ecs.listTasks({ cluster: CLUSTER, serviceName: name })
    if (!taskArns || taskArns.length === 0) return []
    const { tasks } = await this.clients.ecs.describeTasks({ cluster: CLUSTER, tasks: taskArns })
    return (tasks ?? [])
      .filter((task) => task.lastStatus === 'RUNNING')
      .map((task) => task.taskDefinitionArn?.split('/').at(-1) ?? '')
      .sort()
  }

  /** Runs the deploy action to its end; AWS time passes only while it sleeps. */
  deploy(service: string, options: DeployOptions = {}): Promise<ActionRun> {
    return runOnStage(this, service, options, (tools) =>
      deploy(makeInputs({ service, ...options.inputs }), {
        ...tools,
        origin: { 'ecs-pipeline:commit': '0123456789abcdef', ...options.origin },
      }),
    )
  }

  /** Runs the rollback action to its end. */
  rollBack(service: string, options: RollbackOptions = {}): Promise<ActionRun> {
    return runOnStage(this, service, options, (tools) =>
      rollBack(makeRollbackInputs({ service, ...options.inputs }), tools),
    )
  }
}
