/** Deployments that succeed: what users get, what the API tells, and what is left. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  APPLICATION,
  appSpec,
  GROUP,
  startBlueGreenStack,
  TARGET,
  type BlueGreenStack,
} from './blue-green-stack.ts'

let stack: BlueGreenStack
beforeEach(async () => {
  stack = await startBlueGreenStack()
})
afterEach(() => stack.close())

const EVENTS = [
  'BeforeInstall',
  'Install',
  'AfterInstall',
  'AllowTestTraffic',
  'AfterAllowTestTraffic',
  'BeforeAllowTraffic',
  'AllowTraffic',
  'AfterAllowTraffic',
]

test('all at once: the replacement takes over, and the original goes after its wait', async () => {
  await stack.settle()
  const id = await stack.deploy()
  expect(await stack.info(id)).toMatchObject({
    status: 'Created',
    creator: 'user',
    applicationName: APPLICATION,
    deploymentGroupName: GROUP,
    deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
    computePlatform: 'ECS',
  })
  const shifted = await stack.until(id, (info) => info.instanceTerminationWaitTimeStarted === true)
  expect(shifted.status).toBe('InProgress')
  expect(await stack.events(id)).toEqual(EVENTS.map((name) => `${name} Succeeded`))
  expect(await stack.weights()).toEqual([0, 100])
  expect(await stack.taskSets()).toEqual([
    'PRIMARY web:2 100 STEADY_STATE',
    'ACTIVE web:1 100 STEADY_STATE',
  ])
  expect(await stack.target(id)).toMatchObject({
    deploymentId: id,
    targetId: TARGET,
    targetArn: 'arn:aws:ecs:us-east-1:123456789012:service/default/web',
    status: 'InProgress',
    taskSetsInfo: [
      {
        taskSetLabel: 'Green',
        status: 'PRIMARY',
        trafficWeight: 100,
        desiredCount: 2,
        runningCount: 2,
        pendingCount: 0,
        targetGroup: { name: 'web-2' },
      },
      { taskSetLabel: 'Blue', status: 'ACTIVE', trafficWeight: 0, targetGroup: { name: 'web' } },
    ],
  })
  const { status, completeTime, startTime } = await stack.untilOver(id)
  expect(status).toBe('Succeeded')
  expect(Number(completeTime) - Number(startTime)).toBeGreaterThan(5 * 60_000)
  expect(await stack.taskSets()).toEqual([
    'PRIMARY web:2 100 STEADY_STATE',
    expect.stringMatching(/^DRAINING web:1 0 /),
  ])
  await stack.clock.advance(60_000)
  expect(await stack.taskSets()).toEqual(['PRIMARY web:2 100 STEADY_STATE'])
  expect(await stack.running()).toEqual(['web:2', 'web:2'])
  expect(new Set(await stack.ask(10))).toEqual(new Set(['2']))
})

test('the service shows task sets and no deployments, and takes over what its primary one has', async () => {
  await stack.settle()
  const service = await stack.describe()
  const [set] = service.taskSets ?? []
  expect(service.deployments).toEqual([])
  expect(set).toMatchObject({
    id: expect.stringMatching(/^ecs-svc\/\d{19}$/),
    taskSetArn: expect.stringMatching(/:task-set\/default\/web\/ecs-svc\/\d{19}$/),
    status: 'PRIMARY',
    computedDesiredCount: 2,
    runningCount: 2,
    pendingCount: 0,
    scale: { value: 100, unit: 'PERCENT' },
    stabilityStatus: 'STEADY_STATE',
    launchType: 'FARGATE',
    loadBalancers: [{ targetGroupArn: stack.targetGroupArn, containerName: 'app' }],
  })
  expect(set?.externalId).toBeUndefined()
  const { taskArns = [] } = await stack.ecs.listTasks({ serviceName: 'web' })
  const { tasks = [] } = await stack.ecs.describeTasks({ tasks: taskArns })
  expect(tasks.map(({ startedBy }) => startedBy)).toEqual([set?.id, set?.id])
  expect(service.events?.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^\(service web, taskSet ecs-svc\/\d+\) has started 2 tasks: /),
  )

  const id = await stack.deploy()
  await stack.untilOver(id)
  const after = await stack.describe()
  expect(after.taskSets?.[0]).toMatchObject({
    externalId: id,
    startedBy: 'CODE_DEPLOY',
    status: 'PRIMARY',
  })
  expect(after.taskDefinition).toMatch(/\/web:2$/)
  expect(after.loadBalancers?.[0]?.targetGroupArn).toBe(stack.secondGroupArn)
  const { taskSets, failures } = await stack.ecs.describeTaskSets({
    cluster: 'default',
    service: 'web',
    taskSets: [after.taskSets?.[0]?.id ?? '', 'ecs-svc/1'],
  })
  expect(taskSets).toMatchObject([{ externalId: id }])
  expect(failures).toMatchObject([{ reason: 'MISSING' }])
})

describe('gradual shifts split real requests', () => {
  test.each([
    ['CodeDeployDefault.ECSCanary10Percent5Minutes', [0, 10, 100], 5],
    [
      'CodeDeployDefault.ECSLinear10PercentEvery1Minutes',
      [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
      9,
    ],
    ['thirds', [0, 33, 66, 99, 100], 6],
  ] as const)('%s', async (config, weights, minutes) => {
    await stack.settle()
    await stack.codedeploy.createDeploymentConfig({
      deploymentConfigName: 'thirds',
      computePlatform: 'ECS',
      trafficRoutingConfig: {
        type: 'TimeBasedLinear',
        timeBasedLinear: { linearPercentage: 33, linearInterval: 2 },
      },
    })
    const id = await stack.deploy('good', { deploymentConfigName: config })
    const shares = new Map<number, number>()
    const answers = new Set<string>()
    for (;;) {
      const { instanceTerminationWaitTimeStarted } = await stack.info(id)
      const [, weight = 0] = await stack.weights()
      const isNew = !shares.has(weight)
      const given = await stack.ask(isNew ? 100 : 2)
      for (const each of given) answers.add(each)
      if (isNew) shares.set(weight, given.filter((each) => each === '2').length)
      if (instanceTerminationWaitTimeStarted === true) break
      await stack.clock.advance(5000)
    }
    expect([...shares.keys()]).toEqual(weights)
    for (const [weight, share] of shares) expect(Math.abs(share - weight)).toBeLessThanOrEqual(3)
    expect([...answers].toSorted()).toEqual(['1', '2'])
    const { lifecycleEvents = [] } = await stack.target(id)
    const shift = lifecycleEvents.find((each) => each.lifecycleEventName === 'AllowTraffic')
    const took = Number(shift?.endTime) - Number(shift?.startTime)
    expect(Math.round(took / 60_000)).toBe(minutes)
  })
})

test('test traffic reaches the replacement before production traffic does', async () => {
  await stack.settle({ deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes' })
  const id = await stack.deploy()
  const seen: Record<string, string> = {}
  for (;;) {
    const events = await stack.events(id)
    const current = events.find((each) => each.endsWith('InProgress'))
    const tested = await stack.ask(1, stack.testUrl)
    if (current !== undefined) seen[current] = tested.join(' ')
    if (current === 'AllowTraffic InProgress') break
    expect(new Set(await stack.ask(2))).toEqual(new Set(['1']))
    await stack.clock.advance(250)
  }
  expect(seen['AllowTraffic InProgress']).toBe('2')
})

test('the groups take turns, and the description and the revisions are kept', async () => {
  await stack.settle()
  const first = await stack.deploy('good', { description: 'first' })
  await stack.untilOver(first)
  expect(await stack.weights()).toEqual([0, 100])
  const second = await stack.deploy('good', { description: 'second' })
  expect((await stack.untilOver(second)).status).toBe('Succeeded')
  expect(await stack.weights()).toEqual([100, 0])
  expect(new Set(await stack.ask(20))).toEqual(new Set(['3']))
  await stack.clock.advance(60_000)
  expect(await stack.running()).toEqual(['web:3', 'web:3'])
  expect(await stack.info(second)).toMatchObject({
    description: 'second',
    revision: { appSpecContent: { content: appSpec('web:3') } },
    previousRevision: { appSpecContent: { content: appSpec('web:2') } },
  })
  const of = { applicationName: APPLICATION, deploymentGroupName: GROUP }
  const { deployments } = await stack.codedeploy.listDeployments(of)
  expect(deployments).toEqual([second, first])
  const { deploymentGroupInfo } = await stack.codedeploy.getDeploymentGroup(of)
  expect(deploymentGroupInfo).toMatchObject({
    computePlatform: 'ECS',
    lastSuccessfulDeployment: { deploymentId: second, status: 'Succeeded' },
    lastAttemptedDeployment: { deploymentId: second },
  })
})

/** The second group is not behind any listener then: its targets are `unused`, and nobody checks them. */
async function settleWithoutTestListener(deploymentConfigName: string): Promise<void> {
  await stack.settle({
    deploymentConfigName,
    loadBalancerInfo: {
      targetGroupPairInfoList: [
        {
          targetGroups: [{ name: 'web' }, { name: 'web-2' }],
          prodTrafficRoute: { listenerArns: [stack.listenerArn] },
        },
      ],
    },
  })
  await stack.elb.deleteListener({ ListenerArn: stack.testListenerArn })
}

test('before a gradual shift the second group is checked, behind the listener with weight 0', async () => {
  await settleWithoutTestListener('CodeDeployDefault.ECSCanary10Percent5Minutes')
  const id = await stack.deploy('sick')
  await stack.clock.advance(50_000)
  expect(await stack.info(id)).toMatchObject({ status: 'InProgress' })
  expect(await stack.weights()).toEqual([100, 0])
  const { TargetHealthDescriptions = [] } = await stack.elb.describeTargetHealth({
    TargetGroupArn: stack.secondGroupArn,
  })
  expect(TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State)).toContain(
    'unhealthy',
  )
  expect(await stack.events(id)).toContain('Install InProgress')
})

test('without a test listener, and an AppSpec file in YAML', async () => {
  await settleWithoutTestListener('CodeDeployDefault.ECSAllAtOnce')
  const taskDefinition = await stack.register('good')
  const id = await stack.createDeployment(
    [
      'version: 0.0',
      'Resources:',
      '  - TargetService:',
      '      Type: AWS::ECS::Service',
      '      Properties:',
      `        TaskDefinition: "${taskDefinition}"`,
      '        LoadBalancerInfo:',
      '          ContainerName: "app"',
      '          ContainerPort: 3000',
    ].join('\n'),
  )
  expect((await stack.untilOver(id)).status).toBe('Succeeded')
  expect(new Set(await stack.ask(10))).toEqual(new Set(['2']))
})

test('a count is changed without a deployment', async () => {
  await stack.settle()
  await stack.update({ desiredCount: 3 })
  await stack.clock.advance(60_000)
  expect(await stack.running()).toEqual(['web:1', 'web:1', 'web:1'])
  const id = await stack.deploy()
  await stack.untilOver(id)
  expect(await stack.target(id)).toMatchObject({
    taskSetsInfo: [{ desiredCount: 3, runningCount: 3 }, {}],
  })
})

test('an original that is kept alive stays', async () => {
  await stack.settle({
    blueGreenDeploymentConfiguration: {
      terminateBlueInstancesOnDeploymentSuccess: { action: 'KEEP_ALIVE' },
    },
  })
  const id = await stack.deploy()
  expect(await stack.untilOver(id)).toMatchObject({
    status: 'Succeeded',
    instanceTerminationWaitTimeStarted: false,
  })
  await stack.clock.advance(120_000)
  expect(await stack.running()).toEqual(['web:1', 'web:1', 'web:2', 'web:2'])
})

test('a service that is deleted takes its task sets with it', async () => {
  await stack.settle()
  await stack.ecs.deleteService({ service: 'web', force: true })
  await stack.clock.advance(60_000)
  expect(await stack.describe()).toMatchObject({ status: 'INACTIVE', taskSets: [] })
  expect(await stack.running()).toEqual([])
})
