import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { call } from './call.ts'
import { createTestEcs, FARGATE, type TestEcs } from './test-ecs.ts'

let ecs: TestEcs
beforeEach(() => {
  ecs = createTestEcs()
})
afterEach(() => ecs.close())

const send = (operation: string, input: object = {}): Promise<Record<string, unknown>> =>
  call(ecs.service, operation, input)
const ARN = 'arn:aws:ecs:us-east-1:123456789012:cluster'

describe('clusters', () => {
  test('the default cluster is not there until it is made', async () => {
    expect(await send('DescribeClusters')).toEqual({
      clusters: [],
      failures: [{ arn: `${ARN}/default`, reason: 'MISSING' }],
    })
    await expect(send('ListTasks')).rejects.toMatchObject({
      name: 'ClusterNotFoundException',
      message: 'Cluster not found.',
    })
    await send('CreateCluster')
    expect(await send('ListClusters')).toMatchObject({ clusterArns: [`${ARN}/default`] })
    expect(await send('ListTasks')).toMatchObject({ taskArns: [] })
  })

  test('creating one twice gives the first', async () => {
    await send('CreateCluster', { clusterName: 'c', tags: [{ key: 'a', value: '1' }] })
    expect(await send('CreateCluster', { clusterName: 'c' })).toMatchObject({
      cluster: { clusterArn: `${ARN}/c`, tags: [{ key: 'a', value: '1' }] },
    })
  })

  test.each(['a b', 'a/b', 'x'.repeat(256)])('the name %s is refused', async (clusterName) => {
    await expect(send('CreateCluster', { clusterName })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  })

  test('show settings and tags only when asked, and count tasks', async () => {
    await send('CreateCluster', { clusterName: 'c', tags: [{ key: 'a', value: '1' }] })
    await send('UpdateCluster', {
      cluster: 'c',
      settings: [{ name: 'containerInsights', value: 'enabled' }],
    })
    await send('PutClusterCapacityProviders', {
      cluster: 'c',
      capacityProviders: ['FARGATE'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
    })
    await send('RegisterTaskDefinition', FARGATE)
    await send('RunTask', {
      cluster: 'c',
      taskDefinition: 'app',
      count: 2,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    })
    const plain = {
      settings: [],
      tags: [],
      capacityProviders: ['FARGATE'],
      pendingTasksCount: 2,
      runningTasksCount: 0,
    }
    expect(await send('DescribeClusters', { clusters: ['c'] })).toMatchObject({ clusters: [plain] })
    await ecs.clock.advance(15_000)
    expect(
      await send('DescribeClusters', { clusters: [`${ARN}/c`], include: ['SETTINGS', 'TAGS'] }),
    ).toMatchObject({
      clusters: [
        {
          settings: [{ name: 'containerInsights', value: 'enabled' }],
          tags: [{ key: 'a', value: '1' }],
          pendingTasksCount: 0,
          runningTasksCount: 2,
        },
      ],
    })
    await expect(send('DeleteCluster', { cluster: 'c' })).rejects.toMatchObject({
      name: 'ClusterContainsTasksException',
      message: 'The Cluster cannot be deleted while Tasks are active.',
    })
  })

  test('are INACTIVE once deleted, and can be made again', async () => {
    await send('CreateCluster', { clusterName: 'c' })
    expect(await send('DeleteCluster', { cluster: 'c' })).toMatchObject({
      cluster: { status: 'INACTIVE' },
    })
    expect(await send('DescribeClusters', { clusters: ['c'] })).toMatchObject({
      clusters: [{ status: 'INACTIVE' }],
    })
    await expect(send('DeleteCluster', { cluster: 'c' })).rejects.toThrow('Cluster not found.')
    expect(await send('CreateCluster', { clusterName: 'c' })).toMatchObject({
      cluster: { status: 'ACTIVE' },
    })
  })

  test('at most 100 are described at once', async () => {
    await expect(send('DescribeClusters', { clusters: Array(101).fill('c') })).rejects.toThrow(
      'at most 100',
    )
  })
})

describe('tags', () => {
  const tag = (tags: { key: string; value: string }[]): Promise<unknown> =>
    send('TagResource', { resourceArn: `${ARN}/c`, tags })
  const list = async (resourceArn = `${ARN}/c`): Promise<unknown> =>
    (await send('ListTagsForResource', { resourceArn }))['tags']
  const many = (count: number): { key: string; value: string }[] =>
    Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: '' }))

  beforeEach(() => send('CreateCluster', { clusterName: 'c' }))

  test('are added, replaced and removed by key', async () => {
    await tag([
      { key: 'a', value: '1' },
      { key: 'b', value: '1' },
    ])
    await tag([{ key: 'b', value: '2' }])
    expect(await list()).toEqual([
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ])
    await send('UntagResource', { resourceArn: `${ARN}/c`, tagKeys: ['a', 'x'] })
    expect(await list()).toEqual([{ key: 'b', value: '2' }])
  })

  test('stand on task definitions and tasks too', async () => {
    const tags = [{ key: 'a', value: '1' }]
    await send('RegisterTaskDefinition', { ...FARGATE, tags })
    expect(await list('arn:aws:ecs:us-east-1:123456789012:task-definition/app:1')).toEqual(tags)
    const { tasks } = await send('RunTask', {
      cluster: 'c',
      taskDefinition: 'app',
      launchType: 'FARGATE',
      propagateTags: 'TASK_DEFINITION',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    })
    expect(await list((tasks as { taskArn: string }[])[0]?.taskArn)).toEqual(tags)
  })

  test('number at most 50', async () => {
    await tag(many(50))
    await expect(tag([{ key: 'one more', value: '' }])).rejects.toThrow('at most 50')
    expect(await list()).toHaveLength(50)
  })

  test.each([
    ['an empty key', [{ key: '', value: '' }]],
    ['a long key', [{ key: 'k'.repeat(129), value: '' }]],
    ['a long value', [{ key: 'k', value: 'v'.repeat(257) }]],
    ['a reserved key', [{ key: 'aws:x', value: '' }]],
    [
      'a key twice',
      [
        { key: 'a', value: '1' },
        { key: 'a', value: '2' },
      ],
    ],
  ])('%s is refused', async (_name, tags) => {
    await expect(tag(tags)).rejects.toMatchObject({ name: 'InvalidParameterException' })
  })

  test.each([
    ['arn:aws:ecs:us-east-1:123456789012:cluster/x', 'ClusterNotFoundException'],
    ['arn:aws:ecs:us-east-1:123456789012:service/c/x', 'ResourceNotFoundException'],
    ['arn:aws:s3:::bucket', 'InvalidParameterException'],
  ])('%s is not there', async (resourceArn, name) => {
    await expect(list(resourceArn)).rejects.toMatchObject({ name })
  })
})
