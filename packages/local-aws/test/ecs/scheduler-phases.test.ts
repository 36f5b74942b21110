import { beforeEach, describe, expect, test } from '@jest/globals'
import { A_ROLLOUT, createServiceWorld, type ServiceWorld } from './service-world.ts'

let world: ServiceWorld
beforeEach(() => {
  world = createServiceWorld()
})

const ONLY_STOPS = { deploymentCircuitBreaker: { enable: true, rollback: false } }

/** A service whose first revision runs, and then a second one with that image. */
async function release(image: string, deploymentConfiguration: object = {}): Promise<void> {
  await world.create({ deploymentConfiguration })
  await world.clock.advance(A_ROLLOUT)
  world.service().events.length = 0
  world.register(image)
  await world.update({ taskDefinition: 'app:2' })
}

describe('states that pass by themselves last as long as a test wants', () => {
  test('PENDING: nothing is started until it is over', async () => {
    await release('better')
    world.phases.pending = 60_000
    await world.clock.advance(59_000)
    expect((await world.deployments())[0]).toMatchObject({ status: 'PENDING' })
    expect((await world.deployments())[0]?.startedAt).toBeUndefined()
    expect((await world.describe()).deployments?.[0]).toMatchObject({
      status: 'PRIMARY',
      rolloutState: 'IN_PROGRESS',
      pendingCount: 0,
    })
    await world.clock.advance(1000)
    expect((await world.deployments())[0]).toMatchObject({ status: 'IN_PROGRESS' })
    await world.clock.advance(A_ROLLOUT)
    expect(world.running()).toEqual(['better', 'better'])
  })

  test.each([
    ['a newer deployment has taken its place', 'slow', 'Replaced by a new service deployment.'],
    ['the circuit breaker has only stopped it', 'crash', 'because the circuit breaker threshold'],
  ])('STOP_REQUESTED: %s, and a stop request changes nothing', async (_why, image, reason) => {
    await release(image, ONLY_STOPS)
    world.phases.stopRequested = 60_000
    await world.clock.advance(30_000)
    const [found] = await world.deployments()
    if (image === 'slow') await world.update({ forceNewDeployment: true })
    const seen = async (): Promise<unknown> =>
      (await world.deployments()).find(
        (each) => each.serviceDeploymentArn === found?.serviceDeploymentArn,
      )
    expect(await seen()).toMatchObject({
      status: 'STOP_REQUESTED',
      statusReason: expect.stringContaining(reason),
    })
    const { serviceDeploymentArn } = found ?? {}
    await world.send('StopServiceDeployment', { serviceDeploymentArn })
    await world.clock.advance(30_000)
    expect(await seen()).toMatchObject({ status: 'STOP_REQUESTED' })
    await world.clock.advance(30_000)
    expect(await seen()).toMatchObject({
      status: 'STOPPED',
      statusReason: expect.stringContaining(reason),
      stoppedAt: expect.any(Date),
    })
    expect((await world.describe()).taskDefinition).toMatch(/app:2$/)
  })
})
