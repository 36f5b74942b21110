import { beforeEach, describe, expect, test } from '@jest/globals'
import { A_ROLLOUT, createServiceWorld, type ServiceWorld } from './service-world.ts'

let world: ServiceWorld
beforeEach(() => {
  world = createServiceWorld()
})

/** A service whose first revision runs, and then a better one. */
async function release(deploymentConfiguration: object): Promise<void> {
  await world.create({ deploymentConfiguration })
  await world.clock.advance(A_ROLLOUT)
  world.register('better')
  await world.update({ taskDefinition: 'app:2' })
}

describe('deployment alarms', () => {
  const alarms = (over: object = {}): object => ({
    alarms: { enable: true, rollback: true, alarmNames: ['errors', 'slow'], ...over },
  })

  test('an alarm that goes to ALARM takes the release back, and is named', async () => {
    await release(alarms())
    await world.clock.advance(A_ROLLOUT)
    expect((await world.deployments())[0]).toMatchObject({
      status: 'IN_PROGRESS',
      alarms: { status: 'MONITORING' },
    })
    world.alarms.set('slow', 'ALARM')
    await world.clock.advance(A_ROLLOUT)
    expect((await world.deployments())[0]).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      alarms: {
        status: 'TRIGGERED',
        alarmNames: ['errors', 'slow'],
        triggeredAlarmNames: ['slow'],
      },
    })
    expect(world.events()).toContain('(deployment ecs-svc/*) deployment failed: alarm detected.')
    expect(world.running()).toEqual(['good', 'good'])
  })

  test('without rollback the deployment fails and stays', async () => {
    await release(alarms({ rollback: false }))
    await world.clock.advance(A_ROLLOUT)
    world.alarms.set('errors', 'ALARM')
    await world.clock.advance(A_ROLLOUT)
    expect((await world.deployments())[0]).toMatchObject({ status: 'STOPPED' })
    expect((await world.describe()).deployments?.[0]).toMatchObject({ rolloutState: 'FAILED' })
  })

  test('quiet ones are watched for a bake time, and then it is complete', async () => {
    await release(alarms())
    await world.clock.advance(4 * 60_000)
    expect((await world.deployments())[0]).toMatchObject({ status: 'IN_PROGRESS' })
    await world.clock.advance(3 * 60_000)
    expect((await world.deployments())[0]).toMatchObject({
      status: 'SUCCESSFUL',
      alarms: { status: 'MONITORING_COMPLETE' },
    })
    world.alarms.set('errors', 'ALARM')
    await world.clock.advance(A_ROLLOUT)
    expect(world.running()).toEqual(['better', 'better'])
  })

  test('one that is in ALARM at the start is ignored', async () => {
    world.alarms.set('errors', 'ALARM').set('slow', 'ALARM')
    await release(alarms())
    await world.clock.advance(A_ROLLOUT)
    expect((await world.deployments())[0]).toMatchObject({ status: 'SUCCESSFUL' })
  })

  test('those of a first deployment are not watched', async () => {
    await world.create({ deploymentConfiguration: alarms() })
    world.alarms.set('errors', 'ALARM')
    await world.clock.advance(A_ROLLOUT)
    expect(await world.deployments()).toMatchObject([
      { status: 'SUCCESSFUL', alarms: { status: 'DISABLED' } },
    ])
  })
})
