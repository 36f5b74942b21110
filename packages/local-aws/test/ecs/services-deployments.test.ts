import { beforeEach, describe, expect, test } from '@jest/globals'
import type {
  ServiceDeployment,
  ServiceDeploymentBrief,
  ServiceRevision,
} from '@aws-sdk/client-ecs'
import { A_ROLLOUT, createServiceWorld, type ServiceWorld } from './service-world.ts'

let world: ServiceWorld
beforeEach(async () => {
  world = createServiceWorld()
  await world.create()
  await world.clock.advance(A_ROLLOUT)
})

const list = async (input: object = {}): Promise<readonly ServiceDeploymentBrief[]> =>
  (await world.send('ListServiceDeployments', { service: 'web', ...input }))[
    'serviceDeployments'
  ] as ServiceDeploymentBrief[]

async function deploy(image: string): Promise<void> {
  const { arn } = world.register(image)
  await world.update({ taskDefinition: arn })
}

describe('ListServiceDeployments', () => {
  test('newest first, with what a brief has', async () => {
    await deploy('slow')
    const [newest, oldest] = await list()
    expect(newest).toMatchObject({ status: 'PENDING', createdAt: expect.any(Date) })
    expect(newest?.startedAt).toBeUndefined()
    expect(oldest).toMatchObject({
      status: 'SUCCESSFUL',
      startedAt: expect.any(Date),
      finishedAt: expect.any(Date),
      serviceArn: world.service().arn,
      clusterArn: world.cluster.arn,
      targetServiceRevisionArn: expect.stringMatching(/:service-revision\/default\/web\/\d{19}$/),
      serviceDeploymentArn: expect.stringMatching(/:service-deployment\/default\/web\/[\w-]{21}$/),
    })
  })

  test('by status and by time of creation', async () => {
    await world.clock.advance(60_000)
    const between = new Date(world.clock.now() - 1)
    await deploy('slow')
    await world.clock.advance(2000)
    const statuses = async (input: object): Promise<unknown> =>
      (await list(input)).map(({ status }) => status)
    expect(await statuses({ status: ['IN_PROGRESS', 'PENDING'] })).toEqual(['IN_PROGRESS'])
    expect(await statuses({ status: ['ROLLBACK_FAILED'] })).toEqual([])
    expect(await statuses({ createdAt: { after: between } })).toEqual(['IN_PROGRESS'])
    expect(await statuses({ createdAt: { before: between } })).toEqual(['SUCCESSFUL'])
  })

  test('in pages of 20, up to 100', async () => {
    for (let index = 0; index < 24; index++) await world.update({ forceNewDeployment: true })
    const first = await world.send('ListServiceDeployments', { service: 'web' })
    expect(first['serviceDeployments']).toHaveLength(20)
    expect(await list({ nextToken: first['nextToken'] })).toHaveLength(5)
    expect(await list({ maxResults: 100 })).toHaveLength(25)
    for (const maxResults of [0, 101]) {
      await expect(list({ maxResults })).rejects.toMatchObject({
        name: 'InvalidParameterException',
      })
    }
  })

  test('of a service that is not there', async () => {
    await expect(list({ service: 'nope' })).rejects.toMatchObject({
      name: 'ServiceNotFoundException',
    })
    await expect(list({ cluster: 'nope' })).rejects.toMatchObject({
      name: 'ClusterNotFoundException',
    })
  })
})

describe.each([
  ['DescribeServiceDeployments', 'serviceDeploymentArns'],
  ['DescribeServiceRevisions', 'serviceRevisionArns'],
])('%s', (operation, member) => {
  test.each([0, 21])('refuses %d ARNs', async (count) => {
    const arns = Array.from({ length: count }, (_, index) => `arn:${index}`)
    await expect(world.send(operation, { [member]: arns })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  })

  test('tells what is MISSING', async () => {
    expect(await world.send(operation, { [member]: ['arn:nope'] })).toMatchObject({
      failures: [{ arn: 'arn:nope', reason: 'MISSING' }],
    })
  })
})

test('a service deployment counts the tasks of its revisions as they are now', async () => {
  await world.update({ healthCheckGracePeriodSeconds: 120 })
  await deploy('slow')
  await world.clock.advance(20_000)
  const counts = async (): Promise<unknown> => {
    const [newest] = await world.deployments()
    const shown = ({ targetServiceRevision, sourceServiceRevisions }: ServiceDeployment): unknown =>
      [targetServiceRevision, ...(sourceServiceRevisions ?? [])].map(
        (each) => `${each?.requestedTaskCount}/${each?.runningTaskCount}/${each?.pendingTaskCount}`,
      )
    return newest && shown(newest)
  }
  expect(await counts()).toEqual(['2/2/0', '2/2/0'])
  const service = await world.describe()
  expect(service.currentServiceDeployment).toMatch(/:service-deployment\//)
  expect(service.currentServiceRevisions).toMatchObject([
    { requestedTaskCount: 2, runningTaskCount: 2 },
    { requestedTaskCount: 2, runningTaskCount: 2 },
  ])
  await world.clock.advance(2 * A_ROLLOUT)
  expect(await counts()).toEqual(['2/2/0', '0/0/0'])
  expect((await world.describe()).currentServiceRevisions).toHaveLength(1)
})

test('a forced deployment of the same task definition is a revision of its own', async () => {
  await world.update({ forceNewDeployment: true })
  await world.clock.advance(2 * A_ROLLOUT)
  const [newest] = await world.deployments()
  expect(newest).toMatchObject({
    status: 'SUCCESSFUL',
    targetServiceRevision: { runningTaskCount: 2 },
    sourceServiceRevisions: [{ runningTaskCount: 0 }],
  })
})

test('a service revision has its images by digest and its load balancers', async () => {
  const [deployment] = await world.deployments()
  const { serviceRevisions } = await world.send('DescribeServiceRevisions', {
    serviceRevisionArns: [deployment?.targetServiceRevision?.arn],
  })
  expect((serviceRevisions as ServiceRevision[])[0]).toMatchObject({
    serviceArn: world.service().arn,
    taskDefinition: expect.stringMatching(/app:1$/),
    launchType: 'FARGATE',
    containerImages: [{ containerName: 'app', image: 'good', imageDigest: 'sha256:good' }],
    loadBalancers: [{ targetGroupArn: 'arn:group' }],
    resolvedConfiguration: { loadBalancers: [{ targetGroupArn: 'arn:group' }] },
    createdAt: expect.any(Date),
  })
})

describe('StopServiceDeployment', () => {
  const stop = (input: object): Promise<unknown> => world.send('StopServiceDeployment', input)

  test('of one that does not exist', async () => {
    await expect(stop({ serviceDeploymentArn: 'arn:nope' })).rejects.toMatchObject({
      name: 'ServiceDeploymentNotFoundException',
    })
  })

  test('of one that is over is a conflict', async () => {
    const [{ serviceDeploymentArn } = {}] = await list()
    await expect(stop({ serviceDeploymentArn, stopType: 'ROLLBACK' })).rejects.toMatchObject({
      name: 'ConflictException',
    })
  })

  test('by ABORT is refused', async () => {
    await deploy('slow')
    const [{ serviceDeploymentArn } = {}] = await list()
    await expect(stop({ serviceDeploymentArn, stopType: 'ABORT' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  })

  test('gives the ARN at once', async () => {
    await deploy('slow')
    const [{ serviceDeploymentArn } = {}] = await list()
    expect(await stop({ serviceDeploymentArn })).toEqual({ serviceDeploymentArn })
  })
})
