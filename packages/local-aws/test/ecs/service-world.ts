/** The API of services and the scheduler on a virtual clock, with tasks and target groups in memory. */
import type {
  CreateServiceCommandInput,
  Service as EcsService,
  ServiceDeployment,
} from '@aws-sdk/client-ecs'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import type { StateValue } from '@aws-sdk/client-cloudwatch'
import type {
  ClusterRecord,
  EcsState,
  ServiceRecord,
  TaskDefinitionRecord,
  TaskLifecycle,
  TaskRecord,
} from '../../src/services/ecs/model.ts'
import {
  shortPhases,
  type DeploymentPhases,
} from '../../src/services/ecs/scheduler/deployment-phases.ts'
import { createScheduler } from '../../src/services/ecs/scheduler/scheduler.ts'
import { serviceDeploymentHandlers } from '../../src/services/ecs/service-deployments/service-deployment-handlers.ts'
import { serviceHandlers } from '../../src/services/ecs/services/service-handlers.ts'
import { LambdaHooks } from '../../src/services/ecs/shifting/lambda-hooks.ts'
import type { ListenerRules, WeightedGroup } from '../../src/services/elbv2/part.ts'
import { fakeLifecycle, fakeTargetGroups, type FakeTargetGroups } from './fake-tasks.ts'

const PLACE = { account: '123456789012', region: 'us-east-1' }
const CONTEXT = { region: 'us-east-1', accessKeyId: 'test', requestId: 'request' }

export const BEHIND_A_LOAD_BALANCER: CreateServiceCommandInput = {
  serviceName: 'web',
  taskDefinition: 'app:1',
  desiredCount: 2,
  launchType: 'FARGATE',
  loadBalancers: [{ targetGroupArn: 'arn:group', containerName: 'app', containerPort: 80 }],
}

export interface ServiceWorld {
  readonly clock: VirtualClock
  readonly cluster: ClusterRecord
  readonly lifecycle: TaskLifecycle
  readonly targetGroups: FakeTargetGroups
  readonly alarms: Map<string, StateValue>
  /** What each listener rule forwards to. */
  readonly rules: Map<string, readonly WeightedGroup[]>
  readonly lambdaHooks: LambdaHooks
  readonly phases: DeploymentPhases
  /** Registers the next revision of the family `app` with that image. */
  register(image: string, over?: Partial<TaskDefinitionRecord['shape']>): TaskDefinitionRecord
  send(operation: string, input?: object): Promise<Record<string, unknown>>
  create(over?: Partial<CreateServiceCommandInput>): Promise<EcsService>
  update(input: object): Promise<EcsService>
  describe(): Promise<EcsService>
  /** Newest first. */
  deployments(): Promise<ServiceDeployment[]>
  /** What was said of the service, oldest first, without `(service web)`; ids are `*`. */
  events(): readonly string[]
  service(): ServiceRecord
  tasks(): readonly TaskRecord[]
  /** The image of every running task that nobody has told to stop. */
  running(): readonly string[]
}

/** `app:1` is good. */
export function createServiceWorld(): ServiceWorld {
  const clock = new VirtualClock()
  const lifecycle = fakeLifecycle(clock)
  const targetGroups = fakeTargetGroups(clock)
  const alarms = new Map<string, StateValue>()
  const cluster: ClusterRecord = {
    name: 'default',
    arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/default',
    shape: { status: 'ACTIVE' },
    tags: [],
    services: new Map(),
    tasks: new Map(),
  }
  const state: EcsState = { clusters: new Map([['default', cluster]]), families: new Map() }
  const alarmStates = { state: (name: string) => alarms.get(name) }
  const rules = new Map<string, readonly WeightedGroup[]>()
  const listenerRules: ListenerRules = {
    forwards: (rule) => rules.get(rule),
    forward: (rule, groups) => rules.has(rule) && rules.set(rule, groups),
  }
  const lambdaHooks = new LambdaHooks()
  const phases = shortPhases()
  const deps = {
    state,
    clock,
    place: PLACE,
    lifecycle,
    targetGroups,
    listenerRules,
    lambdaHooks,
    alarms: alarmStates,
    phases,
  }
  const scheduler = createScheduler(deps)
  const handlers = {
    ...serviceHandlers({ ...deps, scheduler }),
    ...serviceDeploymentHandlers({ ...deps, scheduler }),
  } as Record<string, (input: object, context: object) => unknown>
  const world: ServiceWorld = {
    clock,
    cluster,
    lifecycle,
    targetGroups,
    alarms,
    rules,
    lambdaHooks,
    phases,
    register(image, over = {}) {
      const revisions = state.families.get('app') ?? []
      const revision = revisions.length + 1
      const arn = `arn:aws:ecs:us-east-1:123456789012:task-definition/app:${revision}`
      const container = { name: 'app', image, portMappings: [{ containerPort: 80 }] }
      const shape = { status: 'ACTIVE' as const, containerDefinitions: [container], ...over }
      const made = { family: 'app', revision, arn, shape, tags: [] }
      state.families.set('app', [...revisions, made])
      return made
    },
    async send(operation, input = {}) {
      return (await handlers[operation]?.(input, CONTEXT)) as Record<string, unknown>
    },
    create: async (over) =>
      (await world.send('CreateService', { ...BEHIND_A_LOAD_BALANCER, ...over }))[
        'service'
      ] as EcsService,
    update: async (input) =>
      (await world.send('UpdateService', { service: 'web', ...input }))['service'] as EcsService,
    describe: async () =>
      (
        (await world.send('DescribeServices', { services: ['web'] }))['services'] as EcsService[]
      )[0] ?? {},
    async deployments() {
      const arns = world.service().serviceDeployments.map((each) => each.serviceDeploymentArn)
      const { serviceDeployments } = await world.send('DescribeServiceDeployments', {
        serviceDeploymentArns: arns,
      })
      return serviceDeployments as ServiceDeployment[]
    },
    events: () =>
      world
        .service()
        .events.map(({ message = '' }) =>
          message
            .replace(/^\(service web\) /, '')
            .replaceAll(/\(task \w+\)/g, '(task *)')
            .replaceAll(/ecs-svc\/\d+/g, 'ecs-svc/*'),
        )
        .toReversed(),
    service() {
      const service = cluster.services.get('web')
      if (!service) throw new Error('There is no service.')
      return service
    },
    tasks: () => [...cluster.tasks.values()],
    running: () =>
      world
        .tasks()
        .filter((task) => task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING')
        .map((task) => task.containers[0]?.image ?? ''),
  }
  world.register('good')
  return world
}

/** Long enough for a rolling deployment to end. */
export const A_ROLLOUT = 90_000
