/** A service that CodeDeploy deploys, with real tasks behind two listeners, through clients of the SDK alone. */
import { createHash } from 'node:crypto'
import {
  CodeDeploy,
  type CreateDeploymentGroupInput,
  type CreateDeploymentInput,
  type DeploymentInfo,
  type ECSTarget,
} from '@aws-sdk/client-codedeploy'
import type { CreateServiceCommandInput } from '@aws-sdk/client-ecs'
import { startServiceStack, type Behaviour, type ServiceStack } from '../ecs/service-stack.ts'

export const APPLICATION = 'web-app'
export const GROUP = 'web-group'
export const TARGET = 'default:web'

export interface BlueGreenStack extends ServiceStack {
  readonly codedeploy: CodeDeploy
  /** ARN of the second target group; the first is `targetGroupArn`. */
  readonly secondGroupArn: string
  readonly testListenerArn: string
  /** What testers reach. */
  readonly testUrl: string
  /** Creates the service, of two tasks, in the first group, its application and its group; waits until it stands. */
  settle(
    group?: Partial<CreateDeploymentGroupInput>,
    service?: Partial<CreateServiceCommandInput>,
  ): Promise<void>
  createGroup(over?: Partial<CreateDeploymentGroupInput>): Promise<void>
  /** Deploys the next revision, of that behaviour, and gives the id of the deployment; does not wait. */
  deploy(behaviour?: Behaviour, over?: Partial<CreateDeploymentInput>): Promise<string>
  createDeployment(content: string, over?: Partial<CreateDeploymentInput>): Promise<string>
  info(deploymentId: string): Promise<DeploymentInfo>
  target(deploymentId: string): Promise<ECSTarget>
  /** `Event Status` of all lifecycle events. */
  events(deploymentId: string): Promise<string[]>
  /** Moves time, some seconds at a time, until the deployment is as asked for. */
  until(deploymentId: string, isEnough: (info: DeploymentInfo) => boolean): Promise<DeploymentInfo>
  untilOver(deploymentId: string): Promise<DeploymentInfo>
  /** Until the first group, or the second, has so many percent of the production traffic. */
  untilWeights(first: number, second: number): Promise<void>
  /** Of the production listener: the first group's and the second's. */
  weights(): Promise<number[]>
  /** The versions that answer so many requests; what is not 200 is named by its status. */
  ask(count: number, url?: string): Promise<string[]>
  /** `STATUS family:revision scale stability` of the task sets, newest first. */
  taskSets(): Promise<string[]>
}

/** Milliseconds. Nothing that a test waits for takes longer; a weight lasts longer than a step. */
const LONGEST_WAIT = 2 * 3_600_000
const STEP = 5000

export const isOver = ({ status }: DeploymentInfo): boolean =>
  status === 'Succeeded' || status === 'Failed' || status === 'Stopped'

export const appSpec = (taskDefinition: string, hooks: readonly object[] = []): string =>
  JSON.stringify({
    version: 0.0,
    Resources: [
      {
        TargetService: {
          Type: 'AWS::ECS::Service',
          Properties: {
            TaskDefinition: taskDefinition,
            LoadBalancerInfo: { ContainerName: 'app', ContainerPort: 3000 },
          },
        },
      },
    ],
    ...(hooks.length > 0 && { Hooks: hooks }),
  })

export async function startBlueGreenStack(): Promise<BlueGreenStack> {
  const services = await startServiceStack()
  const { aws, elb, ecs, clock, targetGroupArn, listenerArn } = services
  const codedeploy = new CodeDeploy({
    endpoint: aws.endpoint,
    region: aws.place.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
  const { secondGroupArn, testListenerArn } = await addSecondGroup(services)

  const untilTrue = async (isEnough: () => Promise<boolean>): Promise<void> => {
    for (let waited = 0; waited < LONGEST_WAIT; waited += STEP) {
      if (await isEnough()) return
      await clock.advance(STEP)
    }
    throw new Error(`Never: ${JSON.stringify(await stack.taskSets())}`)
  }
  const stack: BlueGreenStack = {
    ...services,
    codedeploy,
    secondGroupArn,
    testListenerArn,
    testUrl: aws.listenerUrl(testListenerArn) ?? '',
    async settle(group, service) {
      await services.create({ deploymentController: { type: 'CODE_DEPLOY' }, ...service })
      await codedeploy.createApplication({ applicationName: APPLICATION, computePlatform: 'ECS' })
      await stack.createGroup(group)
      await untilTrue(async () => (await stack.taskSets())[0]?.endsWith('STEADY_STATE') === true)
    },
    async createGroup(over) {
      await codedeploy.createDeploymentGroup({
        applicationName: APPLICATION,
        deploymentGroupName: GROUP,
        serviceRoleArn: 'arn:aws:iam::123456789012:role/codedeploy',
        deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
        deploymentStyle: {
          deploymentType: 'BLUE_GREEN',
          deploymentOption: 'WITH_TRAFFIC_CONTROL',
        },
        blueGreenDeploymentConfiguration: {
          deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT', waitTimeInMinutes: 0 },
          terminateBlueInstancesOnDeploymentSuccess: {
            action: 'TERMINATE',
            terminationWaitTimeInMinutes: 5,
          },
        },
        loadBalancerInfo: {
          targetGroupPairInfoList: [
            {
              targetGroups: [{ name: 'web' }, { name: 'web-2' }],
              prodTrafficRoute: { listenerArns: [listenerArn] },
              testTrafficRoute: { listenerArns: [testListenerArn] },
            },
          ],
        },
        ecsServices: [{ clusterName: 'default', serviceName: 'web' }],
        ...over,
      })
    },
    deploy: async (behaviour = 'good', over) =>
      stack.createDeployment(appSpec(await services.register(behaviour)), over),
    async createDeployment(content, over) {
      const { deploymentId } = await codedeploy.createDeployment({
        applicationName: APPLICATION,
        deploymentGroupName: GROUP,
        revision: {
          revisionType: 'AppSpecContent',
          appSpecContent: { content, sha256: createHash('sha256').update(content).digest('hex') },
        },
        ...over,
      })
      return deploymentId ?? ''
    },
    info: async (deploymentId) =>
      (await codedeploy.getDeployment({ deploymentId })).deploymentInfo ?? {},
    async target(deploymentId) {
      const { deploymentTarget } = await codedeploy.getDeploymentTarget({
        deploymentId,
        targetId: TARGET,
      })
      return deploymentTarget?.ecsTarget ?? {}
    },
    events: async (deploymentId) =>
      ((await stack.target(deploymentId)).lifecycleEvents ?? []).map(
        ({ lifecycleEventName, status }) => `${lifecycleEventName ?? ''} ${status ?? ''}`,
      ),
    async until(deploymentId, isEnough) {
      await untilTrue(async () => isEnough(await stack.info(deploymentId)))
      return stack.info(deploymentId)
    },
    untilOver: (deploymentId) => stack.until(deploymentId, isOver),
    async untilWeights(first, second) {
      const wanted = JSON.stringify([first, second])
      await untilTrue(async () => JSON.stringify(await stack.weights()) === wanted)
    },
    async weights() {
      const { Listeners } = await elb.describeListeners({ ListenerArns: [listenerArn] })
      const action = Listeners?.[0]?.DefaultActions?.[0]
      const groups = action?.ForwardConfig?.TargetGroups ?? [{ ...action, Weight: 100 }]
      return [targetGroupArn, secondGroupArn].map(
        (arn) => groups.find((each) => each.TargetGroupArn === arn)?.Weight ?? 0,
      )
    },
    ask: (count, url = services.url) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const response = await fetch(url)
          return response.status === 200 ? response.text() : `HTTP ${response.status}`
        }),
      ),
    async taskSets() {
      const { services: found = [] } = await ecs.describeServices({ services: ['web'] })
      return (found[0]?.taskSets ?? []).map(
        ({ status, taskDefinition, scale, stabilityStatus }) =>
          `${status ?? ''} ${taskDefinition?.split('/')[1] ?? ''} ${scale?.value ?? ''} ${stabilityStatus ?? ''}`,
      )
    },
  }
  return stack
}

async function addSecondGroup({
  elb,
}: ServiceStack): Promise<{ secondGroupArn: string; testListenerArn: string }> {
  const { TargetGroups } = await elb.createTargetGroup({
    Name: 'web-2',
    Protocol: 'HTTP',
    Port: 3000,
    VpcId: 'vpc-1',
    TargetType: 'ip',
    HealthCheckPath: '/health',
    HealthCheckIntervalSeconds: 10,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
  })
  const secondGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? ''
  await elb.modifyTargetGroupAttributes({
    TargetGroupArn: secondGroupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }],
  })
  const { LoadBalancers } = await elb.describeLoadBalancers({ Names: ['web'] })
  const { Listeners } = await elb.createListener({
    LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
    Protocol: 'HTTP',
    Port: 8080,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: secondGroupArn }],
  })
  return { secondGroupArn, testListenerArn: Listeners?.[0]?.ListenerArn ?? '' }
}
