/**
 * Good releases that shift traffic, one of each strategy, under steady traffic: each version gets the share that ECS
 * tells, and nobody an error. Real requests, real tasks, the endpoint as a process.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type {
  AdvancedConfiguration,
  DeploymentConfiguration,
  ServiceDeployment,
} from '@aws-sdk/client-ecs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startLocalAwsProcess, type LocalAwsProcess } from '../support/local-aws-process.ts'
import { ROOT } from '../support/run-bundle.ts'
import {
  clientsFor,
  CLUSTER,
  createGround,
  createLoadBalancer,
  createService,
  FAST_CLOCK_GRACE,
  publishImage,
  taskDefinitionFor,
  type Clients,
  type LoadBalancer,
} from '../support/stack.ts'
import { Traffic } from '../support/traffic.ts'

const PER_SECOND = 150
/** Of AWS time: a little less than a step lasts. */
const WINDOW = 45_000

let aws: LocalAwsProcess
let clients: Clients
beforeAll(async () => {
  aws = await startLocalAwsProcess(['--speed', '20'])
  clients = clientsFor(aws)
  await createGround(clients)
}, 30_000)
afterAll(async () => {
  expect(await aws.stop()).toBe(0)
})

const image = async (version: string): Promise<string> =>
  publishImage(aws, clients, {
    tag: version,
    files: { 'app.cjs': await readFile(join(ROOT, 'test/support/task-app.cjs')) },
    command: ['node', '/app.cjs'],
    environment: { VERSION: version },
  })

/** A second group beside the first, in the default rule of the listener; gives what a service needs for both. */
async function addAlternate(first: LoadBalancer): Promise<AdvancedConfiguration> {
  const { elb } = clients
  const { TargetGroups } = await elb.createTargetGroup({
    Name: 'web-green',
    Protocol: 'HTTP',
    Port: 3000,
    VpcId: 'vpc-0a1b2c3d4e5f60001',
    TargetType: 'ip',
    HealthCheckPath: '/health',
    HealthCheckIntervalSeconds: 10,
    HealthCheckTimeoutSeconds: 5,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
  })
  const alternateTargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? ''
  await elb.modifyTargetGroupAttributes({
    TargetGroupArn: alternateTargetGroupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }],
  })
  await elb.modifyListener({
    ListenerArn: first.listenerArn,
    DefaultActions: [
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: first.targetGroupArn, Weight: 1 },
            { TargetGroupArn: alternateTargetGroupArn, Weight: 0 },
          ],
        },
      },
    ],
  })
  const { Rules } = await elb.describeRules({ ListenerArn: first.listenerArn })
  return {
    alternateTargetGroupArn,
    productionListenerRule: Rules?.[0]?.RuleArn ?? '',
    roleArn: 'arn:aws:iam::123456789012:role/ecs',
  }
}

async function newest(): Promise<ServiceDeployment> {
  const { serviceDeployments: [brief] = [] } = await clients.ecs.listServiceDeployments({
    cluster: CLUSTER,
    service: 'web',
  })
  const { serviceDeployments } = await clients.ecs.describeServiceDeployments({
    serviceDeploymentArns: [brief?.serviceDeploymentArn ?? ''],
  })
  return serviceDeployments?.[0] ?? {}
}

async function untilSuccessful(): Promise<void> {
  while ((await newest()).status !== 'SUCCESSFUL') await aws.sleep(2000)
}

/** The percent that `version` had while ECS told each weight, where that lasted long enough to be measured. */
async function sharesDuring(
  version: string,
  answers: readonly string[],
): Promise<Map<number, number>> {
  const shares = new Map<number, number>()
  for (;;) {
    const { status, targetServiceRevision } = await newest()
    if (status === 'SUCCESSFUL') return shares
    const weight = targetServiceRevision?.requestedProductionTrafficWeight ?? 0
    if (shares.has(weight)) {
      await aws.sleep(2000)
      continue
    }
    const from = answers.length
    await aws.sleep(WINDOW)
    const after = (await newest()).targetServiceRevision?.requestedProductionTrafficWeight
    if (after !== weight) continue
    const seen = answers.slice(from)
    const own = seen.filter((answer) => answer === version).length
    shares.set(weight, (100 * own) / seen.length)
  }
}

test('BLUE_GREEN, CANARY and LINEAR give each version its share and fail nobody', async () => {
  const first = await createLoadBalancer(clients, 'web')
  const advancedConfiguration = await addAlternate(first)
  await createService(aws, clients, {
    name: 'web',
    image: await image('1'),
    settings: {
      ...FAST_CLOCK_GRACE,
      deploymentConfiguration: { strategy: 'BLUE_GREEN' },
      loadBalancers: [
        {
          targetGroupArn: first.targetGroupArn,
          containerName: 'app',
          containerPort: 3000,
          advancedConfiguration,
        },
      ],
    },
  })
  await untilSuccessful()
  const releases: { configuration: DeploymentConfiguration; weights: number[] }[] = [
    { configuration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 2 }, weights: [0, 100] },
    {
      configuration: {
        strategy: 'CANARY',
        bakeTimeInMinutes: 2,
        canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 2 },
      },
      weights: [0, 10, 100],
    },
    {
      configuration: {
        strategy: 'LINEAR',
        bakeTimeInMinutes: 2,
        linearConfiguration: { stepPercent: 35, stepBakeTimeInMinutes: 2 },
      },
      weights: [0, 35, 70, 100],
    },
  ]
  const answers: string[] = []
  const traffic = new Traffic(await aws.listenerUrl(first.listenerArn), PER_SECOND, (text) =>
    answers.push(text),
  )
  traffic.start()
  for (const [index, { configuration, weights }] of releases.entries()) {
    const version = String(index + 2)
    const { taskDefinition } = await clients.ecs.registerTaskDefinition(
      taskDefinitionFor('web', await image(version), aws.region),
    )
    await clients.ecs.updateService({
      cluster: CLUSTER,
      service: 'web',
      taskDefinition: taskDefinition?.taskDefinitionArn ?? '',
      deploymentConfiguration: configuration,
    })
    const shares = await sharesDuring(version, answers)
    for (const [weight, share] of shares) expect(Math.abs(share - weight)).toBeLessThanOrEqual(3)
    // Before the first shift it may be too short to be measured.
    expect([...new Set([0, ...shares.keys()])]).toEqual(weights)
  }
  await traffic.stop()
  const { served, failed, failures } = traffic.count()
  expect({ failed, failures }).toEqual({ failed: 0, failures: {} })
  expect(served).toBe(answers.length)
  expect([...new Set(answers)]).toEqual(['1', '2', '3', '4'])
}, 180_000)
