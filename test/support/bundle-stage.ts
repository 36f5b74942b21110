/**
 * The endpoint as a process on a fast clock, services on it with users, and the committed bundles as processes that
 * deploy to them: everything as it really is, only faster.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Service } from '@aws-sdk/client-ecs'
import type { DeployReport } from '@ecs-pipeline/rollout'
import {
  startLocalAwsProcess,
  type LocalAwsProcess,
  type RecordedCall,
} from './local-aws-process.ts'
import { openStep, ROOT, type BundleOptions, type BundleRun, type Step } from './run-bundle.ts'
import {
  BY_CODE_DEPLOY,
  createDeploymentGroup,
  createPairedLoadBalancer,
} from './code-deploy-stack.ts'
import {
  awsEnvironment,
  clientsFor,
  CLUSTER,
  createGround,
  createLoadBalancer,
  createService,
  createShiftingLoadBalancer,
  publishImage,
  taskDefinitionFor,
  type Clients,
  type LoadBalancer,
} from './stack.ts'
import { Traffic } from './traffic.ts'

/**
 * AWS seconds in one second of the wall. Twice as fast, the time limits of the AWS clients would be so short on the
 * wall that a busy machine would reach them.
 */
export const SPEED = 30

/**
 * A real process needs some wall time to start, which is a lot of AWS time here. In such a grace a busy machine is no
 * failed health check; targets that come up late are late, and that is all.
 */
const GRACE = { healthCheckGracePeriodSeconds: 600 }

/** What test/support/task-app.cjs does. */
export type Behaviour =
  'good' | 'crash' | 'crash-later' | 'sick' | 'sick-later' | 'slow' | 'slow-start' | 'errors'

const WRITES = new Set(['RegisterTaskDefinition', 'UpdateService', 'StopServiceDeployment'])
const OURS = 'ecs-pipeline'

export interface StageService {
  readonly image?: string
  readonly graceSeconds?: number
  /** The deregistration delay of its target group. */
  readonly drainSeconds?: number
  /** Whether its load balancer can shift traffic between two target groups. */
  readonly canShift?: boolean
  /** Deployed by CodeDeploy: its deployment group, as far as it is not as usual. */
  readonly codeDeploy?: Parameters<typeof createDeploymentGroup>[2]
}

export type Inputs = Readonly<Record<string, string>>
export type StepOptions = Omit<BundleOptions, 'inputs' | 'clock'>

export class BundleStage {
  readonly aws: LocalAwsProcess
  readonly clients: Clients
  readonly workspace: string
  private readonly program: string
  private readonly listeners = new Map<string, string>()
  private readonly loadBalancers = new Map<string, LoadBalancer>()
  private readonly users: Traffic[] = []

  private constructor(aws: LocalAwsProcess, workspace: string, program: string) {
    this.aws = aws
    this.clients = clientsFor(aws)
    this.workspace = workspace
    this.program = program
  }

  static async open(): Promise<BundleStage> {
    const workspace = await mkdtemp(join(tmpdir(), 'ecs-pipeline-workspace-'))
    const program = await readFile(join(ROOT, 'test/support/task-app.cjs'), 'utf8')
    const aws = await startLocalAwsProcess(['--speed', String(SPEED)])
    const stage = new BundleStage(aws, workspace, program)
    await createGround(stage.clients)
    return stage
  }

  /** The exit code of the endpoint. */
  async close(): Promise<number | null> {
    await Promise.all(this.users.map((each) => each.stop()))
    const exitCode = await this.aws.stop()
    await rm(this.workspace, { recursive: true, force: true })
    return exitCode
  }

  /** Pushes an image that behaves so, and gives its reference by tag. */
  image(tag: string, behaviour: Behaviour = 'good', slowSeconds = 0): Promise<string> {
    return publishImage(this.aws, this.clients, {
      tag,
      files: { 'app.cjs': this.program },
      command: ['node', '/app.cjs'],
      environment: {
        BEHAVIOUR: behaviour,
        VERSION: tag,
        SLOW_SECONDS: String(slowSeconds),
      },
    })
  }

  /** A service with two tasks behind its own load balancer, whose first deployment is over. */
  async service(name: string, over: StageService = {}): Promise<void> {
    const { codeDeploy, canShift = false } = over
    const shifting = canShift ? createShiftingLoadBalancer : createLoadBalancer
    const create = codeDeploy ? createPairedLoadBalancer : shifting
    const loadBalancer = await create(this.clients, name, over.drainSeconds)
    const image = over.image ?? (await this.image(`${name}-1`))
    const grace =
      over.graceSeconds === undefined ? GRACE : { healthCheckGracePeriodSeconds: over.graceSeconds }
    const settings = { ...grace, ...(codeDeploy && BY_CODE_DEPLOY) }
    await createService(this.aws, this.clients, { name, image, loadBalancer, settings })
    if (codeDeploy) await createDeploymentGroup(this.clients, loadBalancer, codeDeploy)
    this.loadBalancers.set(name, loadBalancer)
    this.listeners.set(name, await this.aws.listenerUrl(loadBalancer.listenerArn))
    await this.untilCompleted(name)
  }

  /** Registers a revision with that image; gives its ARN. */
  async register(name: string, image: string): Promise<string> {
    const { taskDefinition } = await this.clients.ecs.registerTaskDefinition(
      taskDefinitionFor(name, image, this.aws.region),
    )
    return taskDefinition?.taskDefinitionArn ?? ''
  }

  /** What anybody else would do: UpdateService by a plain SDK call. Does not wait. */
  async updateByHand(name: string, image: string): Promise<void> {
    const taskDefinition = await this.register(name, image)
    await this.clients.ecs.updateService({ cluster: CLUSTER, service: name, taskDefinition })
  }

  /** Where users reach a service. */
  url(name: string): string {
    const url = this.listeners.get(name)
    if (url === undefined) throw new Error(`The service ${name} has no listener.`)
    return url
  }

  /** Steady requests through the load balancer until the stage closes. */
  startUsers(name: string, perSecond = 20, onAnswer?: (text: string) => void): void {
    const users = new Traffic(this.url(name), perSecond, onAnswer)
    users.start()
    this.users.push(users)
  }

  /** What a user gets at this moment: the version of the image. */
  async ask(name: string): Promise<string> {
    return (await fetch(this.url(name))).text()
  }

  /** The weights of both target groups in the listener rule at this moment, the one of the first revision first. */
  async weights(name: string): Promise<readonly [number, number]> {
    const { targetGroupArn, shift } = this.loadBalancers.get(name) ?? {}
    const { Rules } = await this.clients.elb.describeRules({
      RuleArns: [shift?.productionListenerRule ?? ''],
    })
    const groups = Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []
    const weightOf = (arn: string | undefined): number =>
      groups.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.Weight ?? NaN
    return [weightOf(targetGroupArn), weightOf(shift?.alternateTargetGroupArn)]
  }

  step(face: 'deploy' | 'rollback', inputs: Inputs, options: StepOptions = {}): Promise<Step> {
    return openStep(face, {
      workspace: this.workspace,
      ...options,
      inputs: { cluster: CLUSTER, ...inputs },
      env: { ...awsEnvironment(this.aws), ...options.env },
      clock: this.aws.clock,
    })
  }

  /** The main part of one step. */
  async run(
    face: 'deploy' | 'rollback',
    inputs: Inputs,
    options: StepOptions = {},
  ): Promise<BundleRun> {
    const step = await this.step(face, inputs, options)
    try {
      return await step.main()
    } finally {
      await step.close()
    }
  }

  async describe(name: string): Promise<Service> {
    const answer = await this.clients.ecs.describeServices({ cluster: CLUSTER, services: [name] })
    const service = answer.services?.[0]
    if (!service) throw new Error(`There is no service ${name}.`)
    return service
  }

  /** What the actions asked ECS to change about this service, in order, by operation; tests themselves do not count. */
  async asked(name: string): Promise<readonly string[]> {
    const calls = await this.calls()
    return calls
      .filter(({ operation, input }) => WRITES.has(operation) && nameIn(input) === name)
      .map(({ operation }) => operation)
  }

  /** Everything that the actions called, of all services, in order. */
  async calls(): Promise<readonly RecordedCall[]> {
    const response = await fetch(`${this.aws.endpoint}/_local/calls`)
    const calls = (await response.json()) as (RecordedCall & { readonly userAgent: string })[]
    return calls.filter(({ userAgent }) => userAgent.includes(OURS))
  }

  /** One deployment is left, and it is complete. */
  async untilCompleted(name: string): Promise<void> {
    for (;;) {
      const { deployments = [], taskSets = [] } = await this.describe(name)
      if (taskSets.length === 1 && taskSets[0]?.stabilityStatus === 'STEADY_STATE') return
      if (deployments.length === 1 && deployments[0]?.rolloutState === 'COMPLETED') return
      await this.aws.sleep(5000)
    }
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
}

/** The service that a write is about, or the family, which is called as the service is. */
function nameIn(input: unknown): string | undefined {
  const { service, family, serviceDeploymentArn } = input as Record<string, string | undefined>
  // arn:aws:ecs:REGION:ACCOUNT:service-deployment/CLUSTER/SERVICE/ID
  return service?.split('/').at(-1) ?? family ?? serviceDeploymentArn?.split('/')[2]
}

/** report.json as it was written; the tests say what they need of it. */
export const reportOf = (run: BundleRun): DeployReport => {
  if (!run.report) throw new Error(`There is no report.json:\n${run.stdout}\n${run.stderr}`)
  return run.report as unknown as DeployReport
}
