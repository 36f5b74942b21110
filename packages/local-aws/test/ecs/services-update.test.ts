import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  A_ROLLOUT,
  BEHIND_A_LOAD_BALANCER,
  createServiceWorld,
  type ServiceWorld,
} from './service-world.ts'

let world: ServiceWorld
beforeEach(() => {
  world = createServiceWorld()
})

describe('UpdateService', () => {
  const network = { awsvpcConfiguration: { subnets: ['subnet-2'] } }

  test.each([
    { input: {}, starts: false },
    { input: { desiredCount: 3 }, starts: false },
    { input: { deploymentConfiguration: { maximumPercent: 150 } }, starts: false },
    { input: { healthCheckGracePeriodSeconds: 30 }, starts: false },
    { input: { capacityProviderStrategy: [] }, starts: false },
    { input: { propagateTags: 'SERVICE' }, starts: false },
    { input: { enableExecuteCommand: true }, starts: false },
    { input: { enableECSManagedTags: true }, starts: false },
    { input: { availabilityZoneRebalancing: 'ENABLED' }, starts: false },
    { input: { taskDefinition: 'app:1' }, starts: false },
    { input: { loadBalancers: BEHIND_A_LOAD_BALANCER.loadBalancers }, starts: false },
    { input: { volumeConfigurations: [] }, starts: false },
    { input: { taskDefinition: 'app:2' }, starts: true },
    { input: { taskDefinition: 'app' }, starts: true },
    { input: { forceNewDeployment: true }, starts: true },
    { input: { networkConfiguration: network }, starts: true },
    { input: { platformVersion: '1.4.0' }, starts: true },
    { input: { loadBalancers: [] }, starts: true },
    { input: { serviceRegistries: [{ registryArn: 'arn:registry' }] }, starts: true },
    { input: { serviceConnectConfiguration: { enabled: true } }, starts: true },
    { input: { volumeConfigurations: [{ name: 'data' }] }, starts: true },
  ])('$input starts a service deployment: $starts', async ({ input, starts }) => {
    await world.create()
    await world.clock.advance(A_ROLLOUT)
    world.register('better')
    await world.update(input)
    await world.clock.advance(2 * A_ROLLOUT)
    expect(await world.deployments()).toHaveLength(starts ? 2 : 1)
    expect((await world.deployments())[0]).toMatchObject({ status: 'SUCCESSFUL' })
  })

  test('keeps what it is not given, and an empty list takes away', async () => {
    await world.create({ volumeConfigurations: [{ name: 'data' }] })
    await world.clock.advance(A_ROLLOUT)
    await world.update({ deploymentConfiguration: { maximumPercent: 150 } })
    expect(await world.describe()).toMatchObject({
      deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 100 },
      loadBalancers: BEHIND_A_LOAD_BALANCER.loadBalancers,
    })
    const cleared = await world.update({ volumeConfigurations: [] })
    expect(cleared.deployments).toHaveLength(2)
    expect(cleared.deployments?.[0]?.volumeConfigurations).toEqual([])
  })

  test.each([
    { input: { service: 'other' }, error: 'ServiceNotFoundException' },
    { input: { cluster: 'other' }, error: 'ClusterNotFoundException' },
    { input: { taskDefinition: 'app:2' }, error: 'ClientException' },
    { input: { taskDefinition: 'app:9' }, error: 'ClientException' },
    {
      input: {
        loadBalancers: [{ targetGroupArn: 'arn:unused', containerName: 'app', containerPort: 80 }],
      },
      error: 'InvalidParameterException',
    },
  ])('$input is refused with $error, and nothing changes', async ({ input, error }) => {
    world.register('good', { status: 'INACTIVE' })
    await world.create()
    await world.clock.advance(A_ROLLOUT)
    const before = await world.describe()
    await expect(world.update({ desiredCount: 9, ...input })).rejects.toMatchObject({ name: error })
    expect(await world.describe()).toEqual(before)
  })

  test('of a service of CodeDeploy cannot change its task definition', async () => {
    await world.create({ deploymentController: { type: 'CODE_DEPLOY' } })
    await expect(world.update({ taskDefinition: 'app:1' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('CODE_DEPLOY deployment controller'),
    })
  })
})
