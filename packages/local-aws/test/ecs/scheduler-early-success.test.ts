/** Rolling deployments that ECS calls SUCCESSFUL below 100 %: `earlySuccessCriteria`. */
import { beforeEach, describe, expect, test } from '@jest/globals'
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs'
import { alarmBakeTime } from '../../src/services/ecs/scheduler/deployment-alarms.ts'
import { A_ROLLOUT, createServiceWorld, type ServiceWorld } from './service-world.ts'

let world: ServiceWorld
beforeEach(() => {
  world = createServiceWorld()
})

const early = (
  sourceServiceRevisionCleanup: 'BLOCKING' | 'DEFERRED',
  over: DeploymentConfiguration = {},
): DeploymentConfiguration => ({
  minimumHealthyPercent: 50,
  // So that two of four are replaced first.
  maximumPercent: 100,
  earlySuccessCriteria: { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup },
  ...over,
})

/** A service of four tasks, and a second revision of that image on its way. */
async function release(
  image: string,
  deploymentConfiguration: DeploymentConfiguration,
): Promise<void> {
  await world.create({ desiredCount: 4, deploymentConfiguration })
  await world.clock.advance(10 * A_ROLLOUT)
  expect((await world.describe()).deployments).toMatchObject([{ rolloutState: 'COMPLETED' }])
  world.service().events.length = 0
  world.register(image)
  await world.update({ taskDefinition: 'app:2' })
}

/** Milliseconds until the newest deployment is over. */
async function untilOver(): Promise<number> {
  const from = world.clock.now()
  while ((await world.deployments())[0]?.finishedAt === undefined) {
    if (world.clock.now() > from + 10 * A_ROLLOUT) throw new Error('The deployment does not end.')
    await world.clock.advance(500)
  }
  return world.clock.now() - from
}

const healthyOf = (image: string): number => world.running().filter((each) => each === image).length
const leftOf = (image: string): number =>
  world
    .tasks()
    .filter((task) => task.containers[0]?.image === image && task.lastStatus !== 'STOPPED').length

describe('ends at the percentage, and ECS goes on scaling', () => {
  test('DEFERRED: the old tasks are still there, and listed until they are gone', async () => {
    await release('better', early('DEFERRED'))
    await untilOver()
    expect(await world.deployments()).toMatchObject([{ status: 'SUCCESSFUL' }, {}])
    expect([healthyOf('better'), leftOf('good')]).toEqual([2, 2])
    const service = await world.describe()
    expect(service.currentServiceDeployment).toBeUndefined()
    expect(service.deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'COMPLETED', desiredCount: 4, runningCount: 2 },
      { status: 'ACTIVE', rolloutState: 'COMPLETED' },
    ])
    expect(world.events()).not.toContain('has reached a steady state.')
    await world.clock.advance(A_ROLLOUT)
    expect(world.running()).toEqual(['better', 'better', 'better', 'better'])
    expect(leftOf('good')).toBe(0)
    expect((await world.describe()).deployments).toHaveLength(1)
    expect(world.events().at(-1)).toBe('has reached a steady state.')
  })

  test('BLOCKING: the old tasks are gone, the rest of the new ones is not healthy yet', async () => {
    await release('better', early('BLOCKING'))
    await untilOver()
    expect(await world.deployments()).toMatchObject([{ status: 'SUCCESSFUL' }, {}])
    expect(leftOf('good')).toBe(0)
    expect(world.targetGroups.healthyCount()).toBe(2)
    await world.clock.advance(A_ROLLOUT)
    expect(world.targetGroups.healthyCount()).toBe(4)
    expect(world.events().at(-1)).toBe('has reached a steady state.')
  })

  test('off, it ends when all are healthy and the old ones gone', async () => {
    const off = { enable: false, healthyPercent: 50, sourceServiceRevisionCleanup: 'DEFERRED' }
    await release('better', { ...early('DEFERRED'), earlySuccessCriteria: off } as object)
    await untilOver()
    expect([healthyOf('better'), leftOf('good')]).toEqual([4, 0])
    expect(world.targetGroups.healthyCount()).toBe(4)
  })

  test('the counts of the service deployment are those of its end, those of the service live', async () => {
    await release('better', early('DEFERRED'))
    await untilOver()
    await world.clock.advance(A_ROLLOUT)
    expect(await world.deployments()).toMatchObject([
      {
        targetServiceRevision: { requestedTaskCount: 4, runningTaskCount: 2 },
        sourceServiceRevisions: [{ runningTaskCount: 0 }],
        deploymentConfiguration: { earlySuccessCriteria: { healthyPercent: 50 } },
      },
      {},
    ])
    expect((await world.describe()).deployments).toMatchObject([{ runningCount: 4 }])
  })
})

describe('when it has ended', () => {
  const BREAKER = { deploymentCircuitBreaker: { enable: true, rollback: true } }

  test('neither breaker nor anybody takes it back, however the rest fails', async () => {
    await release('better', early('DEFERRED', BREAKER))
    await untilOver()
    const [primary] = world.service().deployments
    for (const container of primary?.taskDefinition.shape.containerDefinitions ?? []) {
      container.image = 'crash'
    }
    await world.clock.advance(5 * A_ROLLOUT)
    const [deployment] = await world.deployments()
    expect(deployment).toMatchObject({ status: 'SUCCESSFUL' })
    expect((await world.describe()).deployments).toMatchObject([
      { rolloutState: 'COMPLETED', desiredCount: 4, runningCount: 2 },
    ])
    const { serviceDeploymentArn } = deployment ?? {}
    await expect(
      world.send('StopServiceDeployment', { serviceDeploymentArn }),
    ).rejects.toMatchObject({ name: 'ConflictException' })
  })

  test('nothing of the old revision is started again, even where the new one dies while it drains', async () => {
    await release('better', early('DEFERRED', { maximumPercent: 200 }))
    await untilOver()
    for (const task of world.tasks().filter((each) => each.lastStatus === 'RUNNING')) {
      void world.lifecycle.stop(task, 'Task stopped by user', 'UserInitiated')
    }
    await world.clock.advance(A_ROLLOUT)
    expect(world.tasks().filter((task) => task.containers[0]?.image === 'good')).toHaveLength(4)
    expect(world.running()).toEqual(['better', 'better', 'better', 'better'])
  })

  test('it is what a failing release after it goes back to', async () => {
    await release('better', early('DEFERRED', BREAKER))
    await untilOver()
    world.register('crash')
    await world.update({ taskDefinition: 'app:3' })
    await world.clock.advance(5 * A_ROLLOUT)
    expect(await world.deployments()).toMatchObject([
      { status: 'ROLLBACK_SUCCESSFUL', sourceServiceRevisions: [{}, {}] },
      { status: 'SUCCESSFUL' },
      { status: 'SUCCESSFUL' },
    ])
    expect(world.running()).toEqual(['better', 'better', 'better', 'better'])
    expect(leftOf('good')).toBe(0)
  })
})

describe('while it has not', () => {
  test('a rollback ends only when all of it is healthy', async () => {
    await release('slow', early('DEFERRED'))
    await world.clock.advance(15_000)
    // As many as would be enough for a release.
    expect(healthyOf('good')).toBe(2)
    const [deployment] = await world.deployments()
    const { serviceDeploymentArn } = deployment ?? {}
    await world.send('StopServiceDeployment', { serviceDeploymentArn })
    await untilOver()
    expect(await world.deployments()).toMatchObject([{ status: 'ROLLBACK_SUCCESSFUL' }, {}])
    expect(world.running()).toEqual(['good', 'good', 'good', 'good'])
  })

  test.each([
    { turnsRed: false, status: 'SUCCESSFUL' },
    { turnsRed: true, status: 'ROLLBACK_SUCCESSFUL' },
  ])('its alarms are watched for their bake time: $status', async ({ turnsRed, status }) => {
    world.alarms.set('errors', 'OK')
    const alarms = { alarmNames: ['errors'], enable: true, rollback: true }
    await release('better', early('DEFERRED', { alarms }))
    if (turnsRed) {
      await world.clock.advance(A_ROLLOUT)
      world.alarms.set('errors', 'ALARM')
    }
    const took = await untilOver()
    expect(await world.deployments()).toMatchObject([{ status }, {}])
    if (!turnsRed) expect(took).toBeGreaterThan(alarmBakeTime())
    // From then on an alarm changes nothing.
    world.alarms.set('errors', 'ALARM')
    await world.clock.advance(A_ROLLOUT)
    expect(await world.deployments()).toMatchObject([{ status }, {}])
  })
})

describe('the criteria', () => {
  const criteria = { enable: true, healthyPercent: 50, sourceServiceRevisionCleanup: 'BLOCKING' }

  test.each([
    ['another strategy', { strategy: 'BLUE_GREEN' }, {}, /^Early success criteria not supported/],
    ['no percent', {}, { healthyPercent: undefined }, /must be specified/],
    ['no cleanup', {}, { sourceServiceRevisionCleanup: undefined }, /must be specified/],
    ['below 0', {}, { healthyPercent: -1 }, /between 0 and 100/],
    ['above 100', {}, { healthyPercent: 101 }, /between 0 and 100/],
    ['parts', {}, { healthyPercent: 60.5 }, /between 0 and 100/],
    ['below the minimum', { minimumHealthyPercent: 51 }, {}, /minimumHealthyPercent \(51\)/],
    [
      'below the default',
      { minimumHealthyPercent: undefined },
      {},
      /minimumHealthyPercent \(100\)/,
    ],
    ['a cleanup of its own', {}, { sourceServiceRevisionCleanup: 'LATER' }, /BLOCKING or DEFERRED/],
  ])('are refused with %s', async (_what, configuration, over, message) => {
    const deploymentConfiguration = {
      minimumHealthyPercent: 50,
      ...configuration,
      earlySuccessCriteria: { ...criteria, ...over },
    } as DeploymentConfiguration
    const refusal = { name: 'InvalidParameterException', message: expect.stringMatching(message) }
    await expect(world.create({ deploymentConfiguration })).rejects.toMatchObject(refusal)
    await world.create()
    await expect(world.update({ deploymentConfiguration })).rejects.toMatchObject(refusal)
  })

  test('stay as they are when they are left out, and are shown with their defaults when they are off', async () => {
    await world.create({ deploymentConfiguration: early('BLOCKING') })
    await world.update({ deploymentConfiguration: { maximumPercent: 200 } })
    expect(await world.describe()).toMatchObject({
      deploymentConfiguration: { maximumPercent: 200, earlySuccessCriteria: criteria },
    })
    await world.update({ deploymentConfiguration: { earlySuccessCriteria: { enable: false } } })
    expect((await world.describe()).deploymentConfiguration?.earlySuccessCriteria).toEqual({
      enable: false,
      healthyPercent: 100,
      sourceServiceRevisionCleanup: 'BLOCKING',
    })
  })
})
