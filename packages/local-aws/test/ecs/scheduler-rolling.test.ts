import { beforeEach, describe, expect, test } from '@jest/globals'
import { isMeantToRun } from './fake-tasks.ts'
import { A_ROLLOUT, createServiceWorld, type ServiceWorld } from './service-world.ts'

let world: ServiceWorld
beforeEach(() => {
  world = createServiceWorld()
})

/** The fewest healthy targets and the most tasks that were seen at any change from now on. */
function watchCounts(): { fewestHealthy: number; mostTasks: number } {
  const seen = { fewestHealthy: Infinity, mostTasks: 0 }
  const look = (): void => {
    const tasks = world.tasks().filter(isMeantToRun).length
    seen.fewestHealthy = Math.min(seen.fewestHealthy, world.targetGroups.healthyCount())
    seen.mostTasks = Math.max(seen.mostTasks, tasks)
  }
  world.lifecycle.onChange(look)
  world.targetGroups.onHealthCheck(look)
  return seen
}

test('the first deployment: PENDING, IN_PROGRESS, SUCCESSFUL, in the words of ECS', async () => {
  const created = await world.create()
  expect(created.deployments).toMatchObject([
    { status: 'PRIMARY', rolloutState: 'IN_PROGRESS', desiredCount: 2, runningCount: 0 },
  ])
  expect(await world.deployments()).toMatchObject([{ status: 'PENDING' }])
  await world.clock.advance(2000)
  expect(await world.deployments()).toMatchObject([
    {
      status: 'IN_PROGRESS',
      targetServiceRevision: { requestedTaskCount: 2, pendingTaskCount: 2, runningTaskCount: 0 },
      sourceServiceRevisions: [],
    },
  ])
  await world.clock.advance(A_ROLLOUT)
  expect(await world.deployments()).toMatchObject([{ status: 'SUCCESSFUL' }])
  const service = await world.describe()
  expect(service).toMatchObject({ runningCount: 2, pendingCount: 0 })
  expect(service.deployments).toMatchObject([
    {
      rolloutState: 'COMPLETED',
      rolloutStateReason: `ECS deployment ${service.deployments?.[0]?.id ?? ''} completed.`,
    },
  ])
  expect(service.currentServiceDeployment).toBeUndefined()
  expect(world.events()).toEqual([
    'has started 2 tasks: (task *) (task *).',
    'registered 2 targets in (target-group arn:group)',
    '(deployment ecs-svc/*) deployment completed.',
    'has reached a steady state.',
  ])
})

describe('a rolling deployment keeps within its limits at every moment', () => {
  test.each([
    { desired: 2, minimum: 100, maximum: 200, fewest: 2, most: 4 },
    { desired: 4, minimum: 100, maximum: 150, fewest: 4, most: 6 },
    { desired: 4, minimum: 50, maximum: 100, fewest: 2, most: 4 },
    { desired: 3, minimum: 50, maximum: 150, fewest: 2, most: 4 },
    { desired: 5, minimum: 0, maximum: 100, fewest: 0, most: 5 },
    { desired: 1, minimum: 100, maximum: 200, fewest: 1, most: 2 },
  ])(
    '$desired tasks, $minimum to $maximum percent: never below $fewest healthy nor above $most',
    async ({ desired, minimum, maximum, fewest, most }) => {
      const deploymentConfiguration = {
        minimumHealthyPercent: minimum,
        maximumPercent: maximum,
      }
      await world.create({ desiredCount: desired, deploymentConfiguration })
      await world.clock.advance(A_ROLLOUT)
      world.register('better')
      const seen = watchCounts()
      await world.update({ taskDefinition: 'app:2' })
      await world.clock.advance(4 * A_ROLLOUT)
      expect(world.running()).toEqual(Array.from({ length: desired }, () => 'better'))
      expect((await world.deployments())[0]).toMatchObject({ status: 'SUCCESSFUL' })
      expect(seen.fewestHealthy).toBeGreaterThanOrEqual(fewest)
      expect(seen.mostTasks).toBeLessThanOrEqual(most)
    },
  )
})

test('the old tasks drain before the deployment is complete, and all of it is told', async () => {
  await world.create()
  await world.clock.advance(A_ROLLOUT)
  world.service().events.length = 0
  world.register('better')
  const [before] = world.service().deployments
  const updated = await world.update({ taskDefinition: 'app:2' })
  expect(updated.deployments?.map(({ status }) => status)).toEqual(['PRIMARY', 'ACTIVE'])
  await world.clock.advance(20_000)
  expect((await world.describe()).deployments).toMatchObject([
    { status: 'PRIMARY', runningCount: 2, desiredCount: 2, rolloutState: 'IN_PROGRESS' },
    { status: 'ACTIVE', desiredCount: 0, rolloutState: 'COMPLETED', id: before?.id },
  ])
  expect((await world.deployments())[0]).toMatchObject({
    status: 'IN_PROGRESS',
    sourceServiceRevisions: [{ arn: before?.revision.serviceRevisionArn }],
  })
  await world.clock.advance(A_ROLLOUT)
  expect(world.events()).toEqual([
    'has started 2 tasks: (task *) (task *).',
    'registered 2 targets in (target-group arn:group)',
    'has stopped 2 running tasks: (task *) (task *).',
    'deregistered 2 targets in (target-group arn:group)',
    'has begun draining connections on 2 tasks.',
    '(deployment ecs-svc/*) deployment completed.',
    'has reached a steady state.',
  ])
  expect((await world.describe()).deployments).toHaveLength(1)
})

describe('the desired count', () => {
  test.each([
    { from: 2, to: 5 },
    { from: 4, to: 1 },
    { from: 2, to: 0 },
    { from: 0, to: 2 },
  ])('from $from to $to needs no service deployment', async ({ from, to }) => {
    await world.create({ desiredCount: from })
    await world.clock.advance(A_ROLLOUT)
    await world.update({ desiredCount: to })
    await world.clock.advance(A_ROLLOUT)
    expect(world.running()).toHaveLength(to)
    expect(await world.deployments()).toHaveLength(1)
    expect(world.events().at(-1)).toBe('has reached a steady state.')
  })

  test('raised in the middle of a deployment goes to both revisions', async () => {
    await world.create()
    await world.clock.advance(A_ROLLOUT)
    world.register('slow')
    await world.update({ taskDefinition: 'app:2', desiredCount: 2 })
    await world.clock.advance(5000)
    await world.update({ desiredCount: 4 })
    await world.clock.advance(20_000)
    expect(world.running().filter((image) => image === 'good')).toHaveLength(4)
  })

  test('0: a deployment completes without a task', async () => {
    await world.create({ desiredCount: 0 })
    await world.clock.advance(5000)
    expect(await world.deployments()).toMatchObject([{ status: 'SUCCESSFUL' }])
    await world.update({ forceNewDeployment: true })
    await world.clock.advance(5000)
    expect(world.tasks()).toEqual([])
    const end = ['(deployment ecs-svc/*) deployment completed.', 'has reached a steady state.']
    expect(world.events()).toEqual([...end, ...end])
  })
})

test('the targets of a revision are those of its own load balancers', async () => {
  await world.create()
  await world.clock.advance(A_ROLLOUT)
  const other = [{ targetGroupArn: 'arn:other', containerName: 'app', containerPort: 80 }]
  await world.update({ loadBalancers: other })
  await world.clock.advance(A_ROLLOUT)
  const registered = world.events().filter((event) => event.includes('registered'))
  expect(registered).toEqual([
    'registered 2 targets in (target-group arn:group)',
    'registered 2 targets in (target-group arn:other)',
    'deregistered 2 targets in (target-group arn:group)',
  ])
})

describe('a task that is gone', () => {
  test('is replaced, without a new service deployment', async () => {
    await world.create()
    await world.clock.advance(A_ROLLOUT)
    const [victim] = world.tasks()
    if (victim) void world.lifecycle.stop(victim, 'Task stopped by user', 'UserInitiated')
    await world.clock.advance(A_ROLLOUT)
    expect(world.running()).toEqual(['good', 'good'])
    expect(world.tasks()).toHaveLength(3)
    expect((await world.describe()).deployments).toMatchObject([
      { failedTasks: 0, rolloutState: 'COMPLETED' },
    ])
  })

  test('after it was healthy, by itself, is replaced and not counted as failed', async () => {
    await world.create({ healthCheckGracePeriodSeconds: 120 })
    world.register('slow')
    await world.clock.advance(A_ROLLOUT)
    await world.update({ taskDefinition: 'app:2' })
    await world.clock.advance(A_ROLLOUT / 2)
    const [old] = world.tasks()
    const exited = 'Essential container in task exited'
    if (old) void world.lifecycle.stop(old, exited, 'EssentialContainerExited')
    await world.clock.advance(15_000)
    expect((await world.describe()).deployments).toMatchObject([
      { status: 'PRIMARY', failedTasks: 0 },
      { status: 'ACTIVE', failedTasks: 0 },
    ])
    expect(world.tasks()).toHaveLength(5)
  })

  test('of the old revision comes back as it was while the new one does not come up', async () => {
    await world.create()
    await world.clock.advance(A_ROLLOUT)
    world.register('crash')
    await world.update({ taskDefinition: 'app:2' })
    await world.clock.advance(30_000)
    const victim = world.tasks().find((task) => task.lastStatus === 'RUNNING')
    if (victim) void world.lifecycle.stop(victim, 'Task stopped by user', 'UserInitiated')
    await world.clock.advance(60_000)
    expect(world.running()).toEqual(['good', 'good'])
  })
})

describe('health', () => {
  const UNHEALTHY = { State: 'unhealthy', Description: 'Request timed out' } as const

  test('a task that fails its target group is replaced first and stopped then', async () => {
    await world.create({ desiredCount: 1 })
    await world.clock.advance(A_ROLLOUT)
    const [victim] = world.tasks()
    world.targetGroups.set(victim?.privateIp ?? '', UNHEALTHY)
    await world.clock.advance(5000)
    expect(victim).toMatchObject({ desiredStatus: 'RUNNING' })
    expect(world.tasks()).toHaveLength(2)
    await world.clock.advance(60_000)
    expect(victim).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Task failed ELB health checks in (target-group arn:group)',
    })
    expect(world.events()).toContain(
      '(task *) (port 80) is unhealthy in (target-group arn:group) due to (reason Request timed out)',
    )
    expect(world.running()).toEqual(['good'])
  })

  test('without room for a replacement it is stopped first', async () => {
    const deploymentConfiguration = { minimumHealthyPercent: 0, maximumPercent: 100 }
    await world.create({ desiredCount: 1, deploymentConfiguration })
    await world.clock.advance(A_ROLLOUT)
    const [victim] = world.tasks()
    world.targetGroups.set(victim?.privateIp ?? '', UNHEALTHY)
    await world.clock.advance(2000)
    expect(victim).toMatchObject({ desiredStatus: 'STOPPED' })
    await world.clock.advance(A_ROLLOUT)
    expect(world.running()).toEqual(['good'])
  })

  test.each([
    { seconds: 120, image: 'slow', tasks: 2, running: ['slow', 'slow'] },
    { seconds: 120, image: 'unwell', tasks: 2, running: ['unwell', 'unwell'] },
  ])('within $seconds s of grace $image is left alone', async (each) => {
    world.register(each.image)
    await world.create({
      taskDefinition: 'app:2',
      healthCheckGracePeriodSeconds: each.seconds,
    })
    await world.clock.advance(A_ROLLOUT)
    expect(world.tasks()).toHaveLength(each.tasks)
    expect(world.running()).toEqual(each.running)
  })

  test('when the grace period is over, what is still unhealthy goes', async () => {
    world.register('sick')
    await world.create({ taskDefinition: 'app:2', healthCheckGracePeriodSeconds: 60 })
    await world.clock.advance(60_000)
    expect(world.tasks()).toHaveLength(2)
    await world.clock.advance(30_000)
    expect(world.tasks().length).toBeGreaterThan(2)
  })

  test('a task whose container check fails is stopped for it', async () => {
    world.register('unwell')
    await world.create({ taskDefinition: 'app:2', desiredCount: 1 })
    await world.clock.advance(60_000)
    expect(world.tasks()[0]).toMatchObject({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Task failed container health checks',
    })
    expect(world.events()).toContain('(task *) failed container health checks.')
  })

  test('without load balancer and container check a task counts after 40 seconds', async () => {
    await world.create({ loadBalancers: [] })
    await world.clock.advance(50_000)
    expect(await world.deployments()).toMatchObject([{ status: 'IN_PROGRESS' }])
    await world.clock.advance(5000)
    expect(await world.deployments()).toMatchObject([{ status: 'SUCCESSFUL' }])
  })
})

test('when nothing changes, no timer is left', async () => {
  await world.create()
  await world.clock.advance(A_ROLLOUT)
  const before = world.service().events.length
  await world.clock.advance(24 * 60 * 60_000)
  expect(world.service().events).toHaveLength(before)
  expect((world.clock as unknown as { timers: unknown[] }).timers).toEqual([])
})
