/** Releases that shift traffic, with real tasks, a real load balancer and real requests, through clients of the SDK. */
import type { DeploymentConfiguration, ServiceDeployment } from '@aws-sdk/client-ecs'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { isOver } from './shifting-world.ts'
import { startServiceStack, type Behaviour, type ServiceStack } from './service-stack.ts'

let stack: ServiceStack
let green: string
let productionRule: string
let testRule: string
beforeEach(async () => {
  stack = await startServiceStack()
  const { elb, listenerArn, targetGroupArn } = stack
  const group = await elb.createTargetGroup({
    Name: 'green',
    Protocol: 'HTTP',
    Port: 3000,
    VpcId: 'vpc-1',
    TargetType: 'ip',
    HealthCheckPath: '/health',
    HealthCheckIntervalSeconds: 10,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
  })
  green = group.TargetGroups?.[0]?.TargetGroupArn ?? ''
  await elb.modifyTargetGroupAttributes({
    TargetGroupArn: green,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }],
  })
  const forward = (...groups: [string, number][]): object => ({
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: groups.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
    },
  })
  await elb.modifyListener({
    ListenerArn: listenerArn,
    DefaultActions: [forward([targetGroupArn, 100], [green, 0]) as never],
  })
  const created = await elb.createRule({
    ListenerArn: listenerArn,
    Priority: 1,
    Conditions: [
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-test', Values: ['yes'] } },
    ],
    Actions: [forward([green, 1]) as never],
  })
  testRule = created.Rules?.[0]?.RuleArn ?? ''
  const { Rules = [] } = await elb.describeRules({ ListenerArn: listenerArn })
  productionRule = Rules.find(({ IsDefault }) => IsDefault)?.RuleArn ?? ''
})
afterEach(() => stack.close())

async function settled(deploymentConfiguration: DeploymentConfiguration): Promise<void> {
  await stack.create({
    deploymentConfiguration,
    loadBalancers: [
      {
        targetGroupArn: stack.targetGroupArn,
        containerName: 'app',
        containerPort: 3000,
        advancedConfiguration: {
          alternateTargetGroupArn: green,
          productionListenerRule: productionRule,
          testListenerRule: testRule,
          roleArn: 'arn:aws:iam::123456789012:role/ecs',
        },
      },
    ],
  })
  await untilOver()
}

const newest = async (): Promise<ServiceDeployment> => (await stack.deployments())[0] ?? {}

async function untilOver(): Promise<ServiceDeployment> {
  for (;;) {
    const deployment = await newest()
    if (isOver(deployment)) return deployment
    await stack.clock.advance(1000)
  }
}

/** The answers to so many requests, by version; anything but 200 is named by its status. */
async function ask(count: number, headers: Record<string, string> = {}): Promise<string[]> {
  const answers = Array.from({ length: count }, async () => {
    const response = await fetch(stack.url, { headers })
    return response.status === 200 ? response.text() : `HTTP ${response.status}`
  })
  return Promise.all(answers)
}

const percentOf = (answers: readonly string[], version: string): number =>
  (100 * answers.filter((answer) => answer === version).length) / answers.length

interface Release {
  /** What users got, all of it. */
  readonly answers: ReadonlySet<string>
  /** Percent that the new version had among 100 requests, by the weight that ECS told. */
  readonly shares: ReadonlyMap<number, number>
  readonly end: ServiceDeployment
}

/** Users ask all the time until the release is over. */
async function release(
  behaviour: Behaviour,
  onStep: (deployment: ServiceDeployment) => Promise<void> = () => Promise.resolve(),
): Promise<Release> {
  const taskDefinition = await stack.register(behaviour)
  const version = taskDefinition.split(':')[1] ?? ''
  await stack.update({ taskDefinition })
  const answers = new Set<string>()
  const shares = new Map<number, number>()
  for (;;) {
    const deployment = await newest()
    if (isOver(deployment)) return { answers, shares, end: deployment }
    const { requestedProductionTrafficWeight: weight = 0 } = deployment.targetServiceRevision ?? {}
    const isNew = !shares.has(weight)
    const now = await ask(isNew ? 100 : 3)
    for (const each of now) answers.add(each)
    if (isNew) shares.set(weight, percentOf(now, version))
    await onStep(deployment)
    await stack.clock.advance(1000)
  }
}

describe('a good release: each version gets its share, and nobody an error', () => {
  test.each([
    { configuration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 }, weights: [0, 100] },
    {
      configuration: {
        strategy: 'CANARY',
        canaryConfiguration: { canaryPercent: 12.5, canaryBakeTimeInMinutes: 1 },
      },
      weights: [0, 12.5, 100],
    },
    {
      configuration: {
        strategy: 'LINEAR',
        linearConfiguration: { stepPercent: 30, stepBakeTimeInMinutes: 1 },
      },
      weights: [0, 30, 60, 90, 100],
    },
  ] as { configuration: DeploymentConfiguration; weights: number[] }[])(
    '$configuration',
    async ({ configuration, weights }) => {
      await settled(configuration)
      const { answers, shares, end } = await release('good')
      expect(end.status).toBe('SUCCESSFUL')
      expect([...shares.keys()]).toEqual(weights)
      for (const [weight, share] of shares) expect(Math.abs(share - weight)).toBeLessThanOrEqual(3)
      expect([...answers].toSorted()).toEqual(['1', '2'])
      expect(await stack.running()).toEqual(['web:2', 'web:2'])
      expect(new Set(await ask(20))).toEqual(new Set(['2']))
    },
  )
})

test('test traffic reaches the new version before production traffic does', async () => {
  await settled({ strategy: 'BLUE_GREEN', lifecycleHooks: [] })
  const seen: Record<string, string[]> = {}
  await release('good', async ({ lifecycleStage = '' }) => {
    const test = await ask(2, { 'x-test': 'yes' })
    seen[lifecycleStage] = [...new Set([...test, '|', ...(await ask(2))])]
  })
  expect(seen).toMatchObject({
    POST_SCALE_UP: ['1', '|'],
    POST_TEST_TRAFFIC_SHIFT: ['2', '|', '1'],
    POST_PRODUCTION_TRAFFIC_SHIFT: ['2', '|'],
  })
})

test('a rollback shifts real traffic back at once, without an error', async () => {
  await settled({
    strategy: 'LINEAR',
    linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 5 },
  })
  let isStopped = false
  const { answers, end } = await release('good', async (deployment) => {
    const { serviceDeploymentArn, targetServiceRevision } = deployment
    if (isStopped || targetServiceRevision?.requestedProductionTrafficWeight !== 50) return
    isStopped = true
    await stack.ecs.stopServiceDeployment({ serviceDeploymentArn })
    await stack.clock.advance(2000)
    expect(new Set(await ask(50))).toEqual(new Set(['1']))
  })
  expect(end.status).toBe('ROLLBACK_SUCCESSFUL')
  expect([...answers].toSorted()).toEqual(['1', '2'])
  expect(await stack.running()).toEqual(['web:1', 'web:1'])
})

test('a release that never gets healthy meets no user', async () => {
  await settled({
    strategy: 'CANARY',
    deploymentCircuitBreaker: { enable: true, rollback: true },
  })
  const { answers, end } = await release('sick')
  expect(end.status).toBe('ROLLBACK_SUCCESSFUL')
  expect([...answers]).toEqual(['1'])
})

test('an alarm on what the new version answers takes it back in its bake', async () => {
  await settled({
    strategy: 'BLUE_GREEN',
    bakeTimeInMinutes: 10,
    alarms: { alarmNames: ['requests'], enable: true, rollback: true },
  })
  // The second revision is in the first group: that it gets requests at all is the alarm.
  const [LoadBalancer, TargetGroup] = await dimensionsOf(stack.targetGroupArn)
  await stack.cloudwatch.putMetricAlarm({
    AlarmName: 'requests',
    Namespace: 'AWS/ApplicationELB',
    MetricName: 'RequestCount',
    Dimensions: [
      { Name: 'LoadBalancer', Value: LoadBalancer },
      { Name: 'TargetGroup', Value: TargetGroup },
    ],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  })
  const { end } = await release('good')
  expect(end).toMatchObject({
    status: 'ROLLBACK_SUCCESSFUL',
    alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['requests'] },
  })
  expect(await stack.running()).toEqual(['web:1', 'web:1'])
})

test('both groups tell of their requests and hosts; one that no rule knows is not in use', async () => {
  await settled({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 3 })
  await release('good', async ({ lifecycleStage }) => {
    if (lifecycleStage !== 'BAKE_TIME') return
    expect(await healthOf(green)).toEqual(['healthy', 'healthy'])
    expect(await healthOf(stack.targetGroupArn)).toEqual(['healthy', 'healthy'])
  })
  const { Listeners } = await stack.elb.describeListeners({ ListenerArns: [stack.listenerArn] })
  expect(Listeners?.[0]?.DefaultActions?.[0]?.ForwardConfig?.TargetGroups).toEqual([
    { TargetGroupArn: stack.targetGroupArn, Weight: 100 },
    { TargetGroupArn: green, Weight: 0 },
  ])
  // Blue has gone, and its group is empty, but still in a rule with weight 0.
  expect(await healthOf(green)).toEqual([])
  await stack.clock.advance(120_000)
  for (const arn of [stack.targetGroupArn, green]) {
    const [LoadBalancer = '', TargetGroup = ''] = await dimensionsOf(arn)
    const Dimensions = [
      { Name: 'LoadBalancer', Value: LoadBalancer },
      { Name: 'TargetGroup', Value: TargetGroup },
    ]
    for (const MetricName of ['RequestCount', 'HealthyHostCount']) {
      const { Datapoints = [] } = await stack.cloudwatch.getMetricStatistics({
        Namespace: 'AWS/ApplicationELB',
        MetricName,
        Dimensions,
        StartTime: new Date(stack.clock.now() - 3_600_000),
        EndTime: new Date(stack.clock.now()),
        Period: 60,
        Statistics: ['Maximum'],
      })
      expect(Datapoints.length).toBeGreaterThan(0)
    }
  }
  await stack.elb.registerTargets({ TargetGroupArn: green, Targets: [{ Id: '10.0.0.9' }] })
  await stack.elb.deleteRule({ RuleArn: testRule })
  await stack.elb.modifyRule({
    RuleArn: productionRule,
    Actions: [{ Type: 'forward', TargetGroupArn: stack.targetGroupArn }],
  })
  expect(await healthOf(green)).toEqual(['unused'])
})

async function healthOf(TargetGroupArn: string): Promise<(string | undefined)[]> {
  const { TargetHealthDescriptions = [] } = await stack.elb.describeTargetHealth({ TargetGroupArn })
  return TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State)
}

/** As clients find them: `LoadBalancer` and `TargetGroup`. */
async function dimensionsOf(arn: string): Promise<(string | undefined)[]> {
  const { TargetGroups } = await stack.elb.describeTargetGroups({ TargetGroupArns: [arn] })
  const balancer = TargetGroups?.[0]?.LoadBalancerArns?.[0] ?? ''
  return [balancer.split(':loadbalancer/')[1], arn.split(':').at(-1)]
}

test('hooks go over the wire: PAUSE is answered, functions are scripted on the endpoint', async () => {
  const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:check'
  stack.aws.lambdaHooks.script(functionArn, 'SUCCEEDED')
  await settled({ strategy: 'BLUE_GREEN' })
  await stack.update({
    deploymentConfiguration: {
      lifecycleHooks: [
        { targetType: 'PAUSE', lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'] },
        {
          hookTargetArn: functionArn,
          roleArn: 'arn:aws:iam::123456789012:role/hooks',
          lifecycleStages: ['POST_SCALE_UP'],
          hookDetails: { bucket: 'reports' },
        },
      ],
    },
  })
  const { end } = await release('good', async (deployment) => {
    const { serviceDeploymentArn, lifecycleHookDetails = [] } = deployment
    const hook = lifecycleHookDetails.find(({ status }) => status === 'AWAITING_ACTION')
    if (!hook) return
    expect(deployment.lifecycleStage).toBe('PRE_PRODUCTION_TRAFFIC_SHIFT')
    expect(hook.expiresAt).toBeInstanceOf(Date)
    const answered = await stack.ecs.continueServiceDeployment({
      serviceDeploymentArn,
      hookId: hook.hookId,
      action: 'CONTINUE',
    })
    expect(answered.serviceDeploymentArn).toBe(serviceDeploymentArn)
  })
  expect(end.status).toBe('SUCCESSFUL')
  expect(stack.aws.lambdaHooks.events).toMatchObject([
    { lifecycleStage: 'POST_SCALE_UP', hookDetails: { bucket: 'reports' } },
  ])
})
