/** The API of services as a client of the SDK sees it, over real tasks. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startServiceStack, type ServiceStack } from './service-stack.ts'

let stack: ServiceStack
beforeAll(async () => {
  stack = await startServiceStack()
  await stack.create()
  await stack.clock.advance(60_000)
})
afterAll(() => stack.close())

test('a count is changed without a deployment, and users are served on the way', async () => {
  for (const [desiredCount, tasks] of [
    [4, ['web:1', 'web:1', 'web:1', 'web:1']],
    [1, ['web:1']],
    [2, ['web:1', 'web:1']],
  ] as const) {
    await stack.update({ desiredCount })
    await stack.clock.advance(60_000)
    expect(await stack.running()).toEqual(tasks)
    expect(await stack.healthyTargets()).toBe(desiredCount)
    expect((await fetch(stack.url)).status).toBe(200)
  }
  expect(await stack.deployments()).toHaveLength(1)
})

test('an empty list is not the same as no list: it takes away what was there', async () => {
  const described = await stack.ecs.describeTaskDefinition({ taskDefinition: 'web' })
  await stack.ecs.registerTaskDefinition({
    ...described.taskDefinition,
    family: 'web',
    containerDefinitions: described.taskDefinition?.containerDefinitions,
    volumes: [{ name: 'data', configuredAtLaunch: true }],
  })
  await stack.update({
    taskDefinition: 'web',
    volumeConfigurations: [
      {
        name: 'data',
        managedEBSVolume: { roleArn: 'arn:aws:iam::123456789012:role/ebs', sizeInGiB: 10 },
      },
    ],
  })
  await stack.clock.advance(90_000)
  await stack.update({ enableExecuteCommand: true })
  const [primary] = (await stack.describe()).deployments ?? []
  expect(primary?.volumeConfigurations).toMatchObject([{ name: 'data' }])
  const before = (await stack.deployments()).length
  await stack.update({ volumeConfigurations: [] })
  expect((await stack.describe()).deployments?.[0]?.volumeConfigurations).toEqual([])
  expect(await stack.deployments()).toHaveLength(before + 1)
  await stack.clock.advance(90_000)
})

test.each<[string, () => Promise<unknown>, object]>([
  [
    'a task definition that was deregistered',
    async () => {
      const taskDefinition = await stack.register('good')
      await stack.ecs.deregisterTaskDefinition({ taskDefinition })
      return stack.update({ taskDefinition })
    },
    { name: 'ClientException', message: 'TaskDefinition is inactive' },
  ],
  [
    'a service that does not exist',
    () => stack.ecs.updateService({ service: 'other' }),
    { name: 'ServiceNotFoundException' },
  ],
  [
    'a cluster that does not exist',
    () => stack.ecs.describeServices({ cluster: 'other', services: ['web'] }),
    { name: 'ClusterNotFoundException' },
  ],
  [
    'eleven services at once',
    () => stack.ecs.describeServices({ services: Array<string>(11).fill('web') }),
    { name: 'InvalidParameterException' },
  ],
  [
    'a service deployment that does not exist',
    () => stack.ecs.stopServiceDeployment({ serviceDeploymentArn: 'arn:none' }),
    { name: 'ServiceDeploymentNotFoundException' },
  ],
])('%s is refused with a typed error', async (_what, call, error) => {
  await expect(call()).rejects.toMatchObject({ ...error, $fault: 'client' })
})

test('a service that is not there is told as MISSING beside the others', async () => {
  const { services, failures } = await stack.ecs.describeServices({ services: ['other', 'web'] })
  expect(services).toMatchObject([{ serviceName: 'web', status: 'ACTIVE' }])
  expect(failures).toMatchObject([
    { reason: 'MISSING', arn: expect.stringMatching(/:service\/default\/other$/) },
  ])
})

// The last one: it takes the service away.
test('a service that is deleted drains its targets, ends its tasks and is INACTIVE', async () => {
  await expect(stack.ecs.deleteService({ service: 'web' })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
  const { service } = await stack.ecs.deleteService({ service: 'web', force: true })
  expect(service).toMatchObject({ status: 'DRAINING', desiredCount: 0 })
  await stack.clock.advance(5000)
  expect(await stack.healthyTargets()).toBe(0)
  await stack.clock.advance(60_000)
  expect(await stack.describe()).toMatchObject({ status: 'INACTIVE', runningCount: 0 })
  expect(await stack.running()).toEqual([])
  expect((await fetch(stack.url)).status).toBe(503)
})
