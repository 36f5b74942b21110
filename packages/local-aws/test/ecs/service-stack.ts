/** The whole endpoint on a virtual clock, with what a service stands on, through clients of the SDK alone. */
import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import { ECR } from '@aws-sdk/client-ecr'
import {
  ECS,
  type ContainerDefinition,
  type CreateServiceCommandInput,
  type Service,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs'
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { startLocalAws, type LocalAws } from '../../src/local-aws.ts'
import { buildImage } from '../../src/oci/image.ts'
import { pushImage } from '../../src/oci/push.ts'

/** `crash` ends at once; `sick` fails the checks of the target group; `good` does neither. */
const PROGRAM = `
const { createServer } = require('node:http')
const { BEHAVIOUR, VERSION, PORT, HOST } = process.env
if (BEHAVIOUR === 'crash') {
  console.error('cannot start')
  process.exit(3)
}
createServer((request, response) => {
  response.writeHead(request.url === '/health' && BEHAVIOUR === 'sick' ? 503 : 200).end(VERSION)
}).listen(Number(PORT), HOST)
process.on('SIGTERM', () => process.exit(0))
`

export type Behaviour = 'good' | 'crash' | 'sick'

export interface ServiceStack {
  readonly clock: VirtualClock
  readonly aws: LocalAws
  readonly ecs: ECS
  readonly cloudwatch: CloudWatch
  readonly elb: ElasticLoadBalancingV2
  readonly listenerArn: string
  readonly targetGroupArn: string
  /** What users reach. */
  readonly url: string
  /** Pushes an image and registers it as the next revision of the family; gives `family:revision`. */
  register(behaviour: Behaviour, container?: ContainerDefinition): Promise<string>
  /** Creates the service `web`, of two tasks behind the load balancer; does not wait. */
  create(over?: Partial<CreateServiceCommandInput>): Promise<void>
  update(input: object): Promise<Service>
  describe(): Promise<Service>
  /** Newest first. */
  deployments(): Promise<readonly ServiceDeployment[]>
  /** `family:revision` of the running tasks, sorted. */
  running(): Promise<readonly string[]>
  healthyTargets(): Promise<number>
  close(): Promise<void>
}

export async function startServiceStack(): Promise<ServiceStack> {
  const clock = new VirtualClock()
  const aws = await startLocalAws({ clock })
  const options = {
    endpoint: aws.endpoint,
    region: aws.place.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  }
  const ecs = new ECS(options)
  const ecr = new ECR(options)
  const elb = new ElasticLoadBalancingV2(options)
  await ecs.createCluster({ clusterName: 'default' })
  await ecr.createRepository({ repositoryName: 'web' })
  const { targetGroupArn, listenerArn } = await createLoadBalancer(elb)
  let version = 0

  const push = async (behaviour: Behaviour): Promise<string> => {
    const { authorizationData } = await ecr.getAuthorizationToken({})
    const tag = String(++version)
    const image = await buildImage({
      files: { 'app.cjs': PROGRAM },
      config: { Cmd: ['node', '/app.cjs'], Env: [`BEHAVIOUR=${behaviour}`, `VERSION=${tag}`] },
    })
    await pushImage(image, {
      registry: `http://${aws.registryHost}`,
      repository: 'web',
      tag,
      authorization: `Basic ${authorizationData?.[0]?.authorizationToken ?? ''}`,
    })
    return `${aws.place.account}.dkr.ecr.${aws.place.region}.amazonaws.com/web:${tag}`
  }

  const stack: ServiceStack = {
    clock,
    aws,
    ecs,
    cloudwatch: new CloudWatch(options),
    elb,
    listenerArn,
    targetGroupArn,
    url: aws.listenerUrl(listenerArn) ?? '',
    async register(behaviour, container = {}) {
      const { taskDefinition } = await ecs.registerTaskDefinition({
        family: 'web',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
        containerDefinitions: [
          {
            name: 'app',
            image: await push(behaviour),
            portMappings: [{ containerPort: 3000 }],
            ...container,
          },
        ],
      })
      return `web:${taskDefinition?.revision ?? 0}`
    },
    async create(over) {
      await ecs.createService({
        serviceName: 'web',
        taskDefinition: 'web',
        desiredCount: 2,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
        loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 3000 }],
        ...over,
      })
    },
    update: async (input) => (await ecs.updateService({ service: 'web', ...input })).service ?? {},
    describe: async () => (await ecs.describeServices({ services: ['web'] })).services?.[0] ?? {},
    async deployments() {
      const { serviceDeployments: briefs = [] } = await ecs.listServiceDeployments({
        service: 'web',
      })
      const { serviceDeployments = [] } = await ecs.describeServiceDeployments({
        serviceDeploymentArns: briefs.map((each) => each.serviceDeploymentArn ?? ''),
      })
      return serviceDeployments
    },
    async running() {
      const { taskArns = [] } = await ecs.listTasks({ serviceName: 'web' })
      if (taskArns.length === 0) return []
      const { tasks = [] } = await ecs.describeTasks({ tasks: taskArns })
      return tasks
        .filter((task) => task.lastStatus === 'RUNNING')
        .map((task) => task.taskDefinitionArn?.split('/').at(-1) ?? '')
        .sort()
    },
    async healthyTargets() {
      const { TargetHealthDescriptions = [] } = await elb.describeTargetHealth({
        TargetGroupArn: targetGroupArn,
      })
      return TargetHealthDescriptions.filter((each) => each.TargetHealth?.State === 'healthy')
        .length
    },
    close: () => aws.close(),
  }
  await stack.register('good')
  return stack
}

async function createLoadBalancer(
  elb: ElasticLoadBalancingV2,
): Promise<{ targetGroupArn: string; listenerArn: string }> {
  const balancer = await elb.createLoadBalancer({ Name: 'web', Subnets: ['subnet-1', 'subnet-2'] })
  const group = await elb.createTargetGroup({
    Name: 'web',
    Protocol: 'HTTP',
    Port: 3000,
    VpcId: 'vpc-1',
    TargetType: 'ip',
    HealthCheckPath: '/health',
    HealthCheckIntervalSeconds: 10,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
  })
  const targetGroupArn = group.TargetGroups?.[0]?.TargetGroupArn ?? ''
  await elb.modifyTargetGroupAttributes({
    TargetGroupArn: targetGroupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }],
  })
  const { Listeners } = await elb.createListener({
    LoadBalancerArn: balancer.LoadBalancers?.[0]?.LoadBalancerArn,
    Protocol: 'HTTP',
    Port: 80,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
  })
  return { targetGroupArn, listenerArn: Listeners?.[0]?.ListenerArn ?? '' }
}
