import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  A_ROLLOUT,
  BEHIND_A_LOAD_BALANCER,
  createServiceWorld,
  type ServiceWorld,
} from './service-world.ts'

const WITH_A_VOLUME = { volumes: [{ name: 'data', configuredAtLaunch: true }] }
const ROLE = 'arn:aws:iam::123456789012:role/ebs'
const VOLUME = { name: 'data', managedEBSVolume: { roleArn: ROLE, sizeInGiB: 10 } }

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
    { input: { taskDefinition: 'app:2' }, starts: false },
    { input: { loadBalancers: BEHIND_A_LOAD_BALANCER.loadBalancers }, starts: false },
    { input: { volumeConfigurations: [] }, starts: false },
    { input: { taskDefinition: 'app:3' }, starts: true },
    { input: { taskDefinition: 'app' }, starts: true },
    { input: { forceNewDeployment: true }, starts: true },
    { input: { networkConfiguration: network }, starts: true },
    { input: { platformVersion: '1.4.0' }, starts: true },
    { input: { loadBalancers: [] }, starts: true },
    { input: { serviceRegistries: [{ registryArn: 'arn:registry' }] }, starts: true },
    { input: { serviceConnectConfiguration: { enabled: true } }, starts: true },
    { input: { volumeConfigurations: [VOLUME] }, starts: true },
  ])('$input starts a service deployment: $starts', async ({ input, starts }) => {
    world.register('with a volume', WITH_A_VOLUME)
    await world.create({ taskDefinition: 'app:2' })
    await world.clock.advance(A_ROLLOUT)
    world.register('better')
    await world.update(input)
    await world.clock.advance(2 * A_ROLLOUT)
    expect(await world.deployments()).toHaveLength(starts ? 2 : 1)
    expect((await world.deployments())[0]).toMatchObject({ status: 'SUCCESSFUL' })
  })

  test('keeps what it is not given, and an empty list takes away', async () => {
    world.register('with a volume', WITH_A_VOLUME)
    await world.create({ taskDefinition: 'app:2', volumeConfigurations: [VOLUME] })
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

  test.each([
    [{ sizeInGiB: undefined }, 'sizeInGiB or snapshotId'],
    [{ sizeInGiB: 20_000 }, 'between 1 and 16384'],
    [{ volumeType: 'gp9' }, 'volumeType gp9'],
    [{ volumeType: 'io2' }, 'iops must be specified'],
    [{ volumeType: 'io2', iops: 500, throughput: 125 }, 'throughput is only supported for gp3'],
    [{ volumeType: 'st1', sizeInGiB: 200, iops: 500 }, 'iops is not supported'],
    [{ filesystemType: 'fat' }, 'filesystemType fat'],
  ])('a volume with %j is refused', async (over, message) => {
    world.register('with a volume', WITH_A_VOLUME)
    await world.create({ taskDefinition: 'app:2' })
    const managedEBSVolume = { ...VOLUME.managedEBSVolume, ...over }
    await expect(
      world.update({ volumeConfigurations: [{ ...VOLUME, managedEBSVolume }] }),
    ).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(message),
    })
  })

  test('a volume needs one of that name in the task definition, that of the service too', async () => {
    const noMatch = { message: expect.stringContaining('no matching configuredAtLaunch volume') }
    await world.create()
    await expect(world.update({ volumeConfigurations: [VOLUME] })).rejects.toMatchObject(noMatch)
    world.register('with a volume', WITH_A_VOLUME)
    await world.update({ taskDefinition: 'app:2', volumeConfigurations: [VOLUME] })
    await world.clock.advance(A_ROLLOUT)
    await expect(world.update({ taskDefinition: 'app:1' })).rejects.toMatchObject(noMatch)
    const without = await world.update({ taskDefinition: 'app:1', volumeConfigurations: [] })
    expect(without.deployments?.map((each) => each.volumeConfigurations)).toEqual([[], [VOLUME]])
  })

  test('of a service of CodeDeploy cannot change its task definition', async () => {
    await world.create({ deploymentController: { type: 'CODE_DEPLOY' } })
    await expect(world.update({ taskDefinition: 'app:1' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('CODE_DEPLOY deployment controller'),
    })
  })
})
