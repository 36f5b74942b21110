import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Service } from '@aws-sdk/client-ecs'
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

const NO_LISTENER =
  'The target group with targetGroupArn arn:unused does not have an associated load balancer.'
const balancer = (over: object): object => ({
  loadBalancers: [
    { targetGroupArn: 'arn:group', containerName: 'app', containerPort: 80, ...over },
  ],
})

describe('CreateService', () => {
  test.each([
    { why: 'name', input: { serviceName: 'no spaces' }, message: /^Invalid service name/ },
    { why: 'no name', input: { serviceName: undefined }, message: /^Invalid service name/ },
    { why: 'long name', input: { serviceName: 'x'.repeat(256) }, message: /^Invalid service name/ },
    {
      why: 'no task definition',
      input: { taskDefinition: undefined },
      message: 'TaskDefinition can not be blank.',
    },
    { why: 'count', input: { desiredCount: -1 }, message: 'DesiredCount cannot be negative.' },
    {
      why: 'target group',
      input: balancer({ targetGroupArn: 'arn:none' }),
      message: 'The specified target group does not exist. arn:none',
    },
    { why: 'listener', input: balancer({ targetGroupArn: 'arn:unused' }), message: NO_LISTENER },
    {
      why: 'container',
      input: balancer({ containerName: 'other' }),
      message: 'The container other does not exist in the task definition.',
    },
    {
      why: 'port',
      input: balancer({ containerPort: 81 }),
      message: 'The container app did not have a container port 81 defined.',
    },
    {
      why: 'percents',
      input: { deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 100 } },
      message:
        'Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.',
    },
  ])('refuses a bad $why, and nothing is made', async ({ input, message }) => {
    await expect(
      world.send('CreateService', { ...BEHIND_A_LOAD_BALANCER, ...input }),
    ).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringMatching(message),
    })
    expect(world.cluster.services.size).toBe(0)
  })

  test.each([
    ['app:9', 'TaskDefinition not found.'],
    ['app:2', 'TaskDefinition is inactive'],
  ])('refuses the task definition %s', async (taskDefinition, message) => {
    world.register('good', { status: 'INACTIVE' })
    await expect(world.create({ taskDefinition })).rejects.toMatchObject({
      name: 'ClientException',
      message,
    })
  })

  test('refuses an unknown cluster', async () => {
    await expect(world.create({ cluster: 'other' })).rejects.toMatchObject({
      name: 'ClusterNotFoundException',
    })
  })

  test('refuses an awsvpc task definition without a network', async () => {
    world.register('good', { networkMode: 'awsvpc' })
    await expect(world.create({ taskDefinition: 'app:2' })).rejects.toMatchObject({
      message: "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    })
  })

  test('the same request again gives the same service; another one is not idempotent', async () => {
    const first = await world.create({ clientToken: 'a' })
    const again = await world.create({ clientToken: 'a' })
    expect(again.serviceArn).toBe(first.serviceArn)
    expect(await world.deployments()).toHaveLength(1)
    await expect(world.create({ desiredCount: 3 })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Creation of service was not idempotent.',
    })
  })

  test('fills in the defaults of AWS, and tags its tasks as it is told', async () => {
    const tags = [{ key: 'team', value: 'ledger' }]
    const created = await world.create({
      tags,
      propagateTags: 'SERVICE',
      enableECSManagedTags: true,
    })
    expect(created).toMatchObject({
      serviceArn: 'arn:aws:ecs:us-east-1:123456789012:service/default/web',
      schedulingStrategy: 'REPLICA',
      deploymentController: { type: 'ECS' },
      deploymentConfiguration: {
        strategy: 'ROLLING',
        maximumPercent: 200,
        minimumHealthyPercent: 100,
      },
      status: 'ACTIVE',
      tags,
    })
    await world.clock.advance(A_ROLLOUT)
    expect(world.tasks()[0]?.tags).toEqual([
      { key: 'aws:ecs:clusterName', value: 'default' },
      { key: 'aws:ecs:serviceName', value: 'web' },
      ...tags,
    ])
  })
})

describe('DeleteService', () => {
  test('needs force while tasks are wanted; then DRAINING, and INACTIVE when they are gone', async () => {
    await world.create()
    await world.clock.advance(A_ROLLOUT)
    await expect(world.send('DeleteService', { service: 'web' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'The service cannot be stopped while it is scaled above 0.',
    })
    const { service } = await world.send('DeleteService', { service: 'web', force: true })
    expect(service).toMatchObject({ status: 'DRAINING', desiredCount: 0 })
    await expect(world.update({ desiredCount: 1 })).rejects.toMatchObject({
      name: 'ServiceNotActiveException',
      message: 'Service was not ACTIVE.',
    })
    await expect(world.create()).rejects.toMatchObject({
      message: 'Unable to Start a service that is still Draining.',
    })
    const [deployment] = await world.deployments()
    await world.clock.advance(A_ROLLOUT)
    expect(await world.describe()).toMatchObject({ status: 'INACTIVE', deployments: [] })
    expect((await world.send('ListServices'))['serviceArns']).toEqual([])
    expect(
      await world.send('DescribeServiceDeployments', {
        serviceDeploymentArns: [deployment?.serviceDeploymentArn],
      }),
    ).toMatchObject({ serviceDeployments: [], failures: [{ reason: 'MISSING' }] })
    await expect(world.send('DeleteService', { service: 'web' })).rejects.toMatchObject({
      name: 'ServiceNotFoundException',
    })
  })

  test('frees the name', async () => {
    await world.create({ desiredCount: 0 })
    await world.send('DeleteService', { service: 'web' })
    await world.clock.advance(A_ROLLOUT)
    await world.create({ desiredCount: 1 })
    await world.clock.advance(A_ROLLOUT)
    expect(await world.describe()).toMatchObject({ status: 'ACTIVE', runningCount: 1 })
  })
})

describe('DescribeServices', () => {
  test('by name or ARN; what is not there is MISSING', async () => {
    const { serviceArn = '' } = await world.create()
    const elsewhere = serviceArn.replace('default', 'other')
    const answer = await world.send('DescribeServices', {
      services: [serviceArn, 'web', 'nope', elsewhere],
    })
    expect((answer['services'] as Service[]).map((each) => each.serviceArn)).toEqual([
      serviceArn,
      serviceArn,
    ])
    expect(answer['failures']).toEqual([
      { arn: serviceArn.replace('web', 'nope'), reason: 'MISSING' },
      { arn: elsewhere, reason: 'MISSING' },
    ])
  })

  test.each([
    { services: [], message: 'Services cannot be empty.' },
    {
      services: Array.from({ length: 11 }, (_, index) => `s${index}`),
      message: 'DescribeServices can be called with up to 10 services.',
    },
  ])('refuses $services.length services', async ({ services, message }) => {
    await expect(world.send('DescribeServices', { services })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message,
    })
  })

  test('shows tags when asked to, and the newest 100 events', async () => {
    await world.create({ tags: [{ key: 'team', value: 'ledger' }], taskDefinition: 'app:1' })
    expect((await world.describe()).tags).toBeUndefined()
    const answer = await world.send('DescribeServices', { services: ['web'], include: ['TAGS'] })
    expect((answer['services'] as Service[])[0]?.tags).toEqual([{ key: 'team', value: 'ledger' }])
    world.register('crash')
    await world.update({ taskDefinition: 'app:2' })
    await world.clock.advance(3 * 60 * 60_000)
    const { events = [] } = await world.describe()
    expect(events).toHaveLength(100)
    const times = events.map(({ createdAt }) => createdAt?.getTime() ?? 0)
    expect(times).toEqual(times.toSorted((a, b) => b - a))
  })
})

test('ListServices in pages', async () => {
  for (let index = 0; index < 12; index++) {
    await world.create({ serviceName: `s${index}`, desiredCount: 0 })
  }
  const first = await world.send('ListServices')
  expect(first['serviceArns']).toHaveLength(10)
  const second = await world.send('ListServices', { nextToken: first['nextToken'] })
  expect(second['serviceArns']).toHaveLength(2)
  expect(second['nextToken']).toBeUndefined()
  expect((await world.send('ListServices', { launchType: 'EC2' }))['serviceArns']).toEqual([])
  await expect(world.send('ListServices', { maxResults: 101 })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
})
