import { beforeEach, describe, expect, test } from '@jest/globals'
import { A_ROLLOUT, createServiceWorld, type ServiceWorld } from './service-world.ts'

let world: ServiceWorld
beforeEach(() => {
  world = createServiceWorld()
})

const ROLLS_BACK = { deploymentCircuitBreaker: { enable: true, rollback: true } }
const ONLY_STOPS = { deploymentCircuitBreaker: { enable: true, rollback: false } }

/** A service whose first revision runs, and then a second one with that image. */
async function release(image: string, deploymentConfiguration: object = {}): Promise<void> {
  await world.create({ deploymentConfiguration })
  await world.clock.advance(A_ROLLOUT)
  world.service().events.length = 0
  world.register(image)
  await world.update({ taskDefinition: 'app:2' })
}

/** A rollback to tasks that still run is over within seconds. */
async function untilRollingBack(): Promise<void> {
  const limit = world.clock.now() + A_ROLLOUT
  while ((await world.deployments())[0]?.status !== 'ROLLBACK_IN_PROGRESS') {
    if (world.clock.now() > limit) throw new Error('No rollback has begun.')
    await world.clock.advance(500)
  }
}

const stopNewest = async (): Promise<unknown> =>
  world.send('StopServiceDeployment', {
    serviceDeploymentArn: world.service().serviceDeployments[0]?.serviceDeploymentArn,
    stopType: 'ROLLBACK',
  })

describe('the circuit breaker', () => {
  test.each(['crash', 'crash-later', 'missing', 'sick', 'unwell'])(
    'takes a release back whose tasks are %s, while the old tasks go on',
    async (image) => {
      await release(image, ROLLS_BACK)
      const old = world.tasks().filter((task) => task.lastStatus === 'RUNNING')
      await world.clock.advance(5 * A_ROLLOUT)
      const [deployment] = await world.deployments()
      expect(deployment).toMatchObject({
        status: 'ROLLBACK_SUCCESSFUL',
        statusReason:
          'Service deployment rolled back because the circuit breaker threshold was exceeded.',
        deploymentCircuitBreaker: { status: 'TRIGGERED', threshold: 3 },
        rollback: {
          reason: 'ECS deployment circuit breaker: tasks failed to start.',
          serviceRevisionArn: deployment?.sourceServiceRevisions?.[0]?.arn,
        },
      })
      expect(deployment?.deploymentCircuitBreaker?.failureCount).toBeGreaterThanOrEqual(3)
      expect(world.running()).toEqual(['good', 'good'])
      expect(old.map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING', 'RUNNING'])
      const service = await world.describe()
      expect(service.taskDefinition).toMatch(/app:1$/)
      expect(service.deployments).toMatchObject([{ status: 'PRIMARY', runningCount: 2 }])
    },
  )

  test('says what it does, in the words of ECS', async () => {
    await release('crash', ROLLS_BACK)
    await untilRollingBack()
    expect((await world.describe()).deployments).toMatchObject([
      {
        status: 'PRIMARY',
        rolloutState: 'IN_PROGRESS',
        rolloutStateReason: expect.stringMatching(
          /^ECS deployment circuit breaker: rolling back to deploymentId ecs-svc\/\d+\.$/,
        ),
        failedTasks: 0,
        runningCount: 2,
      },
      {
        status: 'ACTIVE',
        rolloutState: 'FAILED',
        rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
        failedTasks: 4,
      },
    ])
    await world.clock.advance(A_ROLLOUT)
    expect(world.events()).toEqual([
      'has started 2 tasks: (task *) (task *).',
      'has started 2 tasks: (task *) (task *).',
      '(deployment ecs-svc/*) deployment failed: tasks failed to start.',
      'rolling back to deployment ecs-svc/*.',
      '(deployment ecs-svc/*) deployment completed.',
      'has reached a steady state.',
    ])
  })

  test('without rollback: FAILED, nothing more is started and nothing taken away', async () => {
    await release('crash', ONLY_STOPS)
    await world.clock.advance(A_ROLLOUT)
    const tasks = world.tasks().length
    await world.clock.advance(5 * A_ROLLOUT)
    expect(world.tasks()).toHaveLength(tasks)
    expect(world.running()).toEqual(['good', 'good'])
    expect((await world.describe()).deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'FAILED' },
      { status: 'ACTIVE', rolloutState: 'COMPLETED', runningCount: 2 },
    ])
    const [deployment] = await world.deployments()
    expect(deployment).toMatchObject({
      status: 'STOPPED',
      stoppedAt: expect.any(Date),
      finishedAt: expect.any(Date),
    })
    await expect(stopNewest()).rejects.toMatchObject({ name: 'ConflictException' })
  })

  test('off: ECS goes on trying', async () => {
    await release('crash')
    await world.clock.advance(5 * A_ROLLOUT)
    expect((await world.describe()).deployments?.[0]).toMatchObject({ rolloutState: 'IN_PROGRESS' })
    expect(world.tasks().length).toBeGreaterThan(20)
    expect(world.running()).toEqual(['good', 'good'])
  })

  test.each([
    { type: 'COUNT' as const, value: 1, failures: 2 },
    { type: 'COUNT' as const, value: 7, failures: 8 },
    { type: 'UNBOUNDED_PERCENT' as const, value: 50, failures: 2 },
  ])('with a threshold of $type $value trips at it', async ({ type, value, failures }) => {
    const thresholdConfiguration = { type, value }
    await release('crash', {
      deploymentCircuitBreaker: { enable: true, rollback: true, thresholdConfiguration },
    })
    await world.clock.advance(3 * A_ROLLOUT)
    expect((await world.deployments())[0]).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      deploymentCircuitBreaker: { failureCount: failures },
    })
  })

  test.each([
    { resetOnHealthyTask: undefined, status: 'SUCCESSFUL' },
    { resetOnHealthyTask: true, status: 'SUCCESSFUL' },
    { resetOnHealthyTask: false, status: 'ROLLBACK_SUCCESSFUL' },
  ])('a healthy task in between: $resetOnHealthyTask is $status', async (each) => {
    const { resetOnHealthyTask, status } = each
    await release('flaky', {
      deploymentCircuitBreaker: {
        enable: true,
        rollback: true,
        thresholdConfiguration: { type: 'COUNT', value: 2 },
        ...(resetOnHealthyTask !== undefined && { resetOnHealthyTask }),
      },
    })
    await world.clock.advance(2 * A_ROLLOUT)
    expect((await world.deployments())[0]).toMatchObject({ status })
  })

  test('of a first deployment: stalled, with nothing to go back to', async () => {
    world.register('crash')
    await world.create({ taskDefinition: 'app:2', deploymentConfiguration: ROLLS_BACK })
    await world.clock.advance(5 * A_ROLLOUT)
    expect((await world.describe()).deployments).toMatchObject([{ rolloutState: 'FAILED' }])
    expect(await world.deployments()).toMatchObject([{ status: 'STOPPED' }])
    expect(world.tasks()).toHaveLength(4)
    expect(world.events().join('\n')).not.toContain('rolling back')
  })

  test('a rollback whose own tasks fail is ROLLBACK_FAILED', async () => {
    await release('crash', ROLLS_BACK)
    const containers = world.service().deployments[1]?.taskDefinition.shape.containerDefinitions
    for (const container of containers ?? []) container.image = 'missing'
    for (const task of world.tasks().slice(0, 2)) {
      void world.lifecycle.stop(task, 'Task stopped by user', 'UserInitiated')
    }
    await world.clock.advance(5 * A_ROLLOUT)
    expect((await world.deployments())[0]).toMatchObject({ status: 'ROLLBACK_FAILED' })
    expect((await world.describe()).deployments?.[0]).toMatchObject({
      status: 'PRIMARY',
      rolloutState: 'FAILED',
    })
    await expect(stopNewest()).rejects.toMatchObject({ name: 'ConflictException' })
  })
})

test('starts are spaced out, and said to be, while an image cannot be pulled; a new revision is free of it', async () => {
  await release('missing')
  await world.clock.advance(20 * 60_000)
  const failed = world.tasks().filter((task) => task.stopCode === 'TaskFailedToStart')
  expect(failed.length).toBeLessThanOrEqual(10)
  expect(world.events()).toContain(
    'was unable to place a task. Reason: CannotPullContainerError: missing.',
  )
  expect(world.events()).toContain(
    'is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
  )
  world.register('better')
  await world.update({ taskDefinition: 'app:3' })
  await world.clock.advance(A_ROLLOUT)
  expect(world.running()).toEqual(['better', 'better'])
})

describe('StopServiceDeployment', () => {
  test('goes from ROLLBACK_REQUESTED to ROLLBACK_SUCCESSFUL, with the tasks that still run', async () => {
    await release('slow')
    const old = world.tasks().slice(0, 2)
    await world.clock.advance(15_000)
    await stopNewest()
    expect((await world.deployments())[0]).toMatchObject({ status: 'ROLLBACK_REQUESTED' })
    await stopNewest()
    await world.clock.advance(2000)
    expect((await world.deployments())[0]).toMatchObject({ status: 'ROLLBACK_IN_PROGRESS' })
    await stopNewest()
    await world.clock.advance(A_ROLLOUT)
    expect((await world.deployments())[0]).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' })
    expect(old.map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING', 'RUNNING'])
    expect(world.running()).toEqual(['good', 'good'])
    expect(world.events().filter((event) => event.startsWith('rolling back'))).toHaveLength(1)
  })

  test('works on one that is PENDING', async () => {
    await release('good')
    await stopNewest()
    await world.clock.advance(A_ROLLOUT)
    expect((await world.deployments())[0]).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' })
    expect(world.tasks()).toHaveLength(2)
  })

  test('starts again what is gone of the old revision', async () => {
    await release('better', { minimumHealthyPercent: 0, maximumPercent: 100 })
    await world.clock.advance(15_000)
    await stopNewest()
    await world.clock.advance(2 * A_ROLLOUT)
    expect(world.running()).toEqual(['good', 'good'])
    expect((await world.deployments())[0]).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' })
  })

  test('puts back what belongs to the revision, and leaves the rest', async () => {
    await release('slow')
    const other = [{ targetGroupArn: 'arn:other', containerName: 'app', containerPort: 80 }]
    await world.update({ loadBalancers: other, healthCheckGracePeriodSeconds: 7 })
    await world.clock.advance(5000)
    await stopNewest()
    await world.clock.advance(A_ROLLOUT)
    expect(await world.describe()).toMatchObject({
      loadBalancers: [{ targetGroupArn: 'arn:group' }],
      healthCheckGracePeriodSeconds: 7,
    })
  })

  test('of a first deployment is a conflict, and changes nothing', async () => {
    world.register('slow')
    await world.create({ taskDefinition: 'app:2' })
    await world.clock.advance(20_000)
    await expect(stopNewest()).rejects.toMatchObject({ name: 'ConflictException' })
    expect((await world.deployments())[0]).toMatchObject({ status: 'IN_PROGRESS' })
  })
})

describe('a newer deployment', () => {
  test('stops the one under way, and the last completed one stays what can be gone back to', async () => {
    await release('slow', ROLLS_BACK)
    await world.clock.advance(15_000)
    world.register('crash')
    await world.update({ taskDefinition: 'app:3' })
    const [, superseded] = await world.deployments()
    expect(superseded).toMatchObject({ status: 'STOPPED', stoppedAt: expect.any(Date) })
    await world.clock.advance(5 * A_ROLLOUT)
    expect((await world.deployments()).map(({ status }) => status)).toEqual([
      'ROLLBACK_SUCCESSFUL',
      'STOPPED',
      'SUCCESSFUL',
    ])
    expect(world.running()).toEqual(['good', 'good'])
  })

  test('during a rollback has nothing to go back to: it stalls, and what serves stays', async () => {
    await release('crash', { ...ROLLS_BACK, minimumHealthyPercent: 50 })
    await untilRollingBack()
    world.register('missing')
    await world.update({ taskDefinition: 'app:3' })
    await world.clock.advance(10 * A_ROLLOUT)
    expect((await world.deployments()).map(({ status }) => status)).toEqual([
      'STOPPED',
      'STOPPED',
      'SUCCESSFUL',
    ])
    expect(world.running()).toContain('good')
  })
})
