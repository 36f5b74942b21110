/** What the ports send: pages, batches, and nothing that was not asked for. */
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { CredentialsExpired, Unreachable } from '@ecs-pipeline/rollout'
import type { PortOptions } from '../src/create-ports.ts'
import type { SeenRequest } from './scripted-endpoint.ts'
import { scriptedPorts } from './scripted-ports.ts'

const CLUSTER = 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod'
const SERVICE = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/web'

const stage = (
  answer: (request: SeenRequest) => object,
  options: Partial<PortOptions> = {},
): ReturnType<typeof scriptedPorts> =>
  scriptedPorts(answer, { cluster: CLUSTER, service: SERVICE, ...options })

const numbers = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_each, index) => from + index)

describe('history', () => {
  const page = (from: number, nextToken?: string): object => ({
    serviceDeployments: numbers(from, 100).map((number) => ({
      serviceDeploymentArn: `d${number}`,
      status: 'SUCCESSFUL',
      createdAt: number,
    })),
    nextToken,
  })

  test('all pages, newest first', async () => {
    const { ports, seen } = await stage(({ body }) =>
      body['nextToken'] === 'more' ? page(100) : page(0, 'more'),
    )
    const found = await ports.deployments.history({ createdAfter: 5_000, statuses: ['SUCCESSFUL'] })
    expect(found).toHaveLength(200)
    expect(found[0]).toMatchObject({ arn: 'd199', createdAt: 199_000 })
    expect(seen.map(({ body }) => body)).toMatchObject([
      { cluster: CLUSTER, service: SERVICE, status: ['SUCCESSFUL'], createdAt: { after: 5 } },
      { nextToken: 'more' },
    ])
  })

  test('no more pages than were asked for', async () => {
    const { ports, seen } = await stage(() => page(0, 'more'))
    await ports.deployments.history({ atMost: 100 })
    expect(seen).toHaveLength(1)
  })
})

test('revisions are asked for 20 at a time, each once, and behind the groups that ECS resolved', async () => {
  const { ports, seen } = await stage(({ body }) => ({
    serviceRevisions: (body['serviceRevisionArns'] as string[]).map((arn) => ({
      serviceRevisionArn: arn,
      loadBalancers: [{ targetGroupArn: 'blue' }],
      resolvedConfiguration: { loadBalancers: [{ targetGroupArn: 'green' }] },
    })),
  }))
  const arns = numbers(0, 45).map((number) => `r${number}`)
  const found = await ports.deployments.revisions([...arns, 'r0', 'r1'])
  expect(found.map(({ arn }) => arn)).toEqual(arns)
  expect(found[0]?.targetGroups).toEqual(['green'])
  const sizes = seen.map(({ body }) => (body['serviceRevisionArns'] as string[]).length)
  expect(sizes.sort((a, b) => b - a)).toEqual([20, 20, 5])
})

test('tasks: all pages of the list, described 100 at a time, of the service by its name', async () => {
  const { ports, seen } = await stage(({ operation, body }) => {
    if (operation === 'DescribeTasks') {
      return { tasks: (body['tasks'] as string[]).map((taskArn) => ({ taskArn })) }
    }
    const from = body['nextToken'] === 'more' ? 100 : 0
    return {
      taskArns: numbers(from, 100).map((number) => `arn:aws:ecs:::task/prod/t${number}`),
      nextToken: from === 0 ? 'more' : undefined,
    }
  })
  const stopped = await ports.tasks.stopped()
  expect(stopped).toHaveLength(200)
  expect(stopped[150]?.id).toBe('t150')
  expect(seen.map(({ operation }) => operation)).toEqual([
    'ListTasks',
    'ListTasks',
    'DescribeTasks',
    'DescribeTasks',
  ])
  expect(seen[0]?.body).toEqual({ cluster: CLUSTER, serviceName: 'web', desiredStatus: 'STOPPED' })
})

describe('update', () => {
  const target = { cluster: CLUSTER, service: SERVICE }

  test.each([
    [{ taskDefinition: 'web:2' }],
    [{ desiredCount: 0 }],
    [{ taskDefinition: 'web:2', forceNewDeployment: true }],
  ])('sends %j and nothing else', async (change) => {
    const { ports, seen } = await stage(() => ({ service: { serviceName: 'web' } }))
    await ports.deployments.update(change)
    expect(seen.map(({ body }) => body)).toEqual([{ ...target, ...change }])
  })
})

test('rolling back is StopServiceDeployment with ROLLBACK', async () => {
  const { ports, seen } = await stage(() => ({}))
  await ports.deployments.rollBack('d1')
  expect(seen).toMatchObject([
    {
      operation: 'StopServiceDeployment',
      body: { serviceDeploymentArn: 'd1', stopType: 'ROLLBACK' },
    },
  ])
})

test('a service deployment that ECS no longer knows is undefined', async () => {
  const { ports } = await stage(() => ({ failures: [{ arn: 'd1', reason: 'MISSING' }] }))
  expect(await ports.deployments.serviceDeployment('d1')).toBeUndefined()
})

describe('scaling', () => {
  test('the bounds of the service, by the names in its ARNs', async () => {
    const { ports, seen } = await stage(() => ({
      ScalableTargets: [{ MinCapacity: 2, MaxCapacity: 6 }],
    }))
    expect(await ports.scaling.bounds()).toEqual({ minimum: 2, maximum: 6 })
    expect(seen[0]?.body).toMatchObject({ ResourceIds: ['service/prod/web'] })
  })

  test('nobody scales it: undefined', async () => {
    const { ports } = await stage(() => ({ ScalableTargets: [] }))
    expect(await ports.scaling.bounds()).toBeUndefined()
  })
})

describe('images', () => {
  const HOST = '210987654321.dkr.ecr.ap-south-1.amazonaws.com'

  test('are asked for in the region and account of their host', async () => {
    const digest = `sha256:${'a'.repeat(64)}`
    const { ports, seen } = await stage(() => ({ images: [{ imageId: { imageDigest: digest } }] }))
    await ports.images.find(`${HOST}/team/web:1`)
    expect(seen[0]).toMatchObject({
      operation: 'BatchGetImage',
      region: 'ap-south-1',
      body: {
        registryId: '210987654321',
        repositoryName: 'team/web',
        imageIds: [{ imageTag: '1' }],
      },
    })
  })

  test('a failure that does not mean missing is an error', async () => {
    const failure = { failureCode: 'KmsError', failureReason: 'The key is disabled' }
    const { ports } = await stage(() => ({ failures: [failure] }))
    await expect(ports.images.find(`${HOST}/web:1`)).rejects.toThrow(/KmsError/)
  })
})

test('log lines further back than an empty page are found', async () => {
  const { ports, seen } = await stage(({ body }) =>
    body['nextToken'] === 'b/1'
      ? { events: [{ message: 'last words' }], nextBackwardToken: 'b/2' }
      : { events: [], nextBackwardToken: 'b/1' },
  )
  const logConfiguration = {
    logDriver: 'awslogs',
    options: { 'awslogs-group': '/web', 'awslogs-stream-prefix': 'p' },
  }
  const document = { containerDefinitions: [{ name: 'app', logConfiguration }] }
  expect(await ports.logTails.tail(document, 'app', 't1', 20)).toEqual(['last words'])
  expect(seen[0]?.body).toMatchObject({ logStreamName: 'p/app/t1', limit: 20 })
})

describe('every request', () => {
  test('says who calls, with the version of this repository', async () => {
    const manifest = JSON.parse(
      await readFile(new URL('../../../package.json', import.meta.url), 'utf8'),
    ) as { version: string }
    const { ports, seen } = await stage(() => ({ services: [{}] }))
    await ports.deployments.service()
    expect(seen[0]?.userAgent).toContain(`ecs-pipeline/${manifest.version}`)
  })

  test('is sent again by our policy alone: a throttled one eight times', async () => {
    const { ports, seen } = await stage(() => ({
      __type: 'ThrottlingException',
      message: 'Rate exceeded',
    }))
    await expect(ports.deployments.service()).rejects.toThrow(Unreachable)
    expect(seen).toHaveLength(8)
  })

  test('with credentials that ran out is final, and named as that', async () => {
    const { ports, seen } = await stage(() => ({
      __type: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
    }))
    await expect(ports.deployments.service()).rejects.toThrow(CredentialsExpired)
    expect(seen).toHaveLength(1)
  })

  test('ends when the run is cancelled, even between two attempts', async () => {
    const abort = new AbortController()
    const clock = {
      now: () => 0,
      sleep: () => {
        abort.abort(new Error('cancelled by somebody'))
        return Promise.resolve()
      },
    }
    const { ports, seen } = await stage(() => ({ __type: 'ThrottlingException' }), {
      clock,
      signal: abort.signal,
    })
    await expect(ports.deployments.service()).rejects.toThrow(/cancelled/)
    expect(seen).toHaveLength(1)
  })

  test('needs a region: who has none is told where to set it', async () => {
    const { ports } = await stage(() => ({}))
    delete process.env['AWS_REGION']
    process.env['AWS_CONFIG_FILE'] = '/nonexistent'
    await expect(ports.deployments.service()).rejects.toThrow(/Region is missing.*aws-region/)
  })
})
