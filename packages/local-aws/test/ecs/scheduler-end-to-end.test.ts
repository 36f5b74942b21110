/** Rolling deployments through the SDK with nothing in the place of anything: real tasks, targets, images and alarms. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { startServiceStack, type ServiceStack } from './service-stack.ts'

let stack: ServiceStack
beforeEach(async () => {
  stack = await startServiceStack()
})
afterEach(() => stack.close())

/** Milliseconds in which a deployment of two tasks ends. */
const A_ROLLOUT = 120_000
const BREAKER = { enable: true, rollback: true }

/** A service that runs `web:1`, as it is told. */
async function settled(deploymentConfiguration: object = {}, desiredCount = 2): Promise<void> {
  await stack.create({ deploymentConfiguration, desiredCount })
  await stack.clock.advance(A_ROLLOUT)
  expect(await stack.deployments()).toMatchObject([{ status: 'SUCCESSFUL' }])
}

describe('at every second of a release, what serves and what runs is within the limits of', () => {
  test.each([
    { minimum: 100, maximum: 200, desired: 2, least: 2, most: 4 },
    { minimum: 50, maximum: 100, desired: 2, least: 1, most: 2 },
    { minimum: 50, maximum: 150, desired: 3, least: 2, most: 4 },
  ])('$minimum to $maximum % of $desired', async ({ minimum, maximum, desired, least, most }) => {
    await settled({ minimumHealthyPercent: minimum, maximumPercent: maximum }, desired)
    await stack.update({ taskDefinition: await stack.register('good') })
    const seen = { fewestHealthy: Infinity, mostTasks: 0, answers: new Set<string>() }
    for (let status = ''; status !== 'SUCCESSFUL';) {
      await stack.clock.advance(1000)
      const { runningCount = 0, pendingCount = 0 } = await stack.describe()
      seen.fewestHealthy = Math.min(seen.fewestHealthy, await stack.healthyTargets())
      seen.mostTasks = Math.max(seen.mostTasks, runningCount + pendingCount)
      const answer = await fetch(stack.url)
      seen.answers.add(`${answer.status} ${await answer.text()}`)
      status = (await stack.deployments())[0]?.status ?? ''
    }
    expect(seen.fewestHealthy).toBeGreaterThanOrEqual(least)
    expect(seen.mostTasks).toBeLessThanOrEqual(most)
    expect([...seen.answers]).toEqual(['200 1', '200 2'])
    expect(await stack.running()).toEqual(Array(desired).fill('web:2'))
  })
})

describe('the circuit breaker takes a release back', () => {
  test.each([
    // Two start together, and so they fail: the second pair is one too many.
    ['whose tasks end', 'crash', 'Essential container in task exited', 4],
    ['that fails the checks of the target group', 'sick', 'Task failed ELB health checks in', 3],
  ] as const)('%s', async (_which, behaviour, reason, failures) => {
    await settled({ deploymentCircuitBreaker: BREAKER })
    await stack.update({ taskDefinition: await stack.register(behaviour) })
    await stack.clock.advance(3 * A_ROLLOUT)
    const [newest] = await stack.deployments()
    expect(newest).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: failures, threshold: 3 },
      rollback: { serviceRevisionArn: newest?.sourceServiceRevisions?.[0]?.arn },
    })
    expect(await stack.running()).toEqual(['web:1', 'web:1'])
    expect(await (await fetch(stack.url)).text()).toBe('1')
    const { taskArns = [] } = await stack.ecs.listTasks({
      serviceName: 'web',
      desiredStatus: 'STOPPED',
    })
    const { tasks = [] } = await stack.ecs.describeTasks({ tasks: taskArns })
    const failed = tasks.filter((task) => task.taskDefinitionArn?.endsWith(':2'))
    expect(failed.filter((task) => task.stoppedReason?.startsWith(reason))).toHaveLength(failures)
  })
})

describe('alarms of CloudWatch', () => {
  const names = ['errors', 'slow']
  beforeEach(async () => {
    for (const AlarmName of names) {
      await stack.cloudwatch.putMetricAlarm({
        AlarmName,
        Namespace: 'App',
        MetricName: AlarmName,
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 5,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      })
    }
  })
  const put = (MetricName: string): Promise<unknown> =>
    stack.cloudwatch.putMetricData({ Namespace: 'App', MetricData: [{ MetricName, Value: 9 }] })
  const configuration = { alarms: { enable: true, rollback: true, alarmNames: names } }

  test('one that goes red while a release bakes takes it back, and is named', async () => {
    await settled(configuration)
    await stack.update({ taskDefinition: await stack.register('good') })
    await stack.clock.advance(A_ROLLOUT)
    expect(await stack.running()).toEqual(['web:2', 'web:2'])
    await put('slow')
    await stack.clock.advance(2 * A_ROLLOUT)
    expect((await stack.deployments())[0]).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['slow'] },
    })
    expect(await stack.running()).toEqual(['web:1', 'web:1'])
  })

  test('one that was red before is ignored, even when it is red again', async () => {
    await settled(configuration)
    await stack.cloudwatch.setAlarmState({
      AlarmName: 'errors',
      StateValue: 'ALARM',
      StateReason: 'before',
    })
    await stack.update({ taskDefinition: await stack.register('good') })
    await stack.clock.advance(A_ROLLOUT)
    await put('errors')
    await stack.clock.advance(4 * A_ROLLOUT)
    expect((await stack.deployments())[0]).toMatchObject({ status: 'SUCCESSFUL' })
    expect(await stack.running()).toEqual(['web:2', 'web:2'])
  })
})

test('a container that fails its own health check is replaced, and trips the circuit breaker', async () => {
  await settled({ deploymentCircuitBreaker: BREAKER })
  const healthCheck = { command: ['CMD', 'node', '-e', 'process.exit(1)'], interval: 5, retries: 2 }
  await stack.update({ taskDefinition: await stack.register('good', { healthCheck }) })
  await stack.clock.advance(3 * A_ROLLOUT)
  expect((await stack.deployments())[0]).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' })
  const { events = [] } = await stack.describe()
  expect(events.map((event) => event.message)).toContainEqual(
    expect.stringMatching(
      /^\(service web\) \(task [\da-f]{32}\) failed container health checks\.$/,
    ),
  )
})

test('a newer release stops the one under way', async () => {
  await settled()
  await stack.update({ taskDefinition: await stack.register('good') })
  await stack.clock.advance(12_000)
  await stack.update({ taskDefinition: await stack.register('good') })
  await stack.clock.advance(2 * A_ROLLOUT)
  expect((await stack.deployments()).map((each) => each.status)).toEqual([
    'SUCCESSFUL',
    'STOPPED',
    'SUCCESSFUL',
  ])
  expect(await stack.running()).toEqual(['web:3', 'web:3'])
})

test('a release that is stopped goes back by request, and only while it is under way', async () => {
  await settled()
  await stack.update({ taskDefinition: await stack.register('good') })
  await stack.clock.advance(12_000)
  const serviceDeploymentArn = (await stack.deployments())[0]?.serviceDeploymentArn ?? ''
  const stop = (): Promise<unknown> => stack.ecs.stopServiceDeployment({ serviceDeploymentArn })
  const statuses: (string | undefined)[] = []
  for (let request = 0; request < 2; request++) {
    await stop()
    statuses.push((await stack.deployments())[0]?.status)
    await stack.clock.advance(2000)
    statuses.push((await stack.deployments())[0]?.status)
  }
  // The second request changes nothing.
  expect(statuses).toEqual([
    'ROLLBACK_REQUESTED',
    'ROLLBACK_IN_PROGRESS',
    'ROLLBACK_IN_PROGRESS',
    'ROLLBACK_IN_PROGRESS',
  ])
  await stack.clock.advance(A_ROLLOUT)
  expect((await stack.deployments())[0]).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' })
  expect(await stack.running()).toEqual(['web:1', 'web:1'])
  await expect(stop()).rejects.toMatchObject({
    name: 'ConflictException',
    resourceIds: [serviceDeploymentArn],
  })
})
