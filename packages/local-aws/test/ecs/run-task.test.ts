/** What RunTask refuses, remembers and does once. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Task } from '@aws-sdk/client-ecs'
import { call } from './call.ts'
import { createTestEcs, FARGATE, type TestEcs } from './test-ecs.ts'

const NETWORK = { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } }
const HOUR = 3600_000

let ecs: TestEcs
const send = (operation: string, input: object = {}): Promise<Record<string, unknown>> =>
  call(ecs.service, operation, input)

beforeEach(async () => {
  ecs = createTestEcs()
  await send('CreateCluster', { capacityProviders: ['FARGATE', 'FARGATE_SPOT'] })
  await send('RegisterTaskDefinition', FARGATE)
})
afterEach(() => ecs.close())

const run = async (input = {}): Promise<Task[]> =>
  (await send('RunTask', { taskDefinition: 'app', launchType: 'FARGATE', ...NETWORK, ...input }))[
    'tasks'
  ] as Task[]
const arnsOf = (tasks: Task[]): unknown[] => tasks.map(({ taskArn }) => taskArn)
const listed = async (): Promise<unknown> => (await send('ListTasks'))['taskArns']

describe('a client token', () => {
  test('starts its tasks once, however often it is sent', async () => {
    const first = await run({ clientToken: 'one', startedBy: 'me' })
    const again = await run({ clientToken: 'one', startedBy: 'me' })
    expect(arnsOf(again)).toEqual(arnsOf(first))
    expect(await listed()).toEqual(arnsOf(first))
    expect(await run({ clientToken: 'two' })).toHaveLength(1)
    expect(await listed()).toHaveLength(2)
  })

  test('is good for its own request only', async () => {
    const [task] = await run({ clientToken: 'one' })
    await expect(run({ clientToken: 'one', startedBy: 'other' })).rejects.toMatchObject({
      name: 'ConflictException',
      resourceIds: [task?.taskArn],
    })
  })

  test('says little of a task that has stopped, and nothing an hour later', async () => {
    const [task] = await run({ clientToken: 'one' })
    await send('StopTask', { task: task?.taskArn })
    await ecs.clock.advance(60_000)
    expect(await run({ clientToken: 'one' })).toEqual([
      { taskArn: task?.taskArn, lastStatus: 'STOPPED', desiredStatus: 'STOPPED' },
    ])
    await ecs.clock.advance(HOUR)
    expect(arnsOf(await run({ clientToken: 'one' }))).not.toEqual([task?.taskArn])
  })

  test('is over after a day, also when its task still runs', async () => {
    const [task] = await run({ clientToken: 'one' })
    await ecs.clock.advance(23 * HOUR)
    expect(arnsOf(await run({ clientToken: 'one' }))).toEqual([task?.taskArn])
    await ecs.clock.advance(HOUR + 1000)
    expect(arnsOf(await run({ clientToken: 'one' }))).not.toEqual([task?.taskArn])
  })

  test('of a request that was refused is free', async () => {
    await expect(run({ clientToken: 'one', startedBy: 'a b' })).rejects.toThrow('startedBy')
    expect(await run({ clientToken: 'one' })).toHaveLength(1)
  })
})

describe('a volume that is configured at launch', () => {
  const volume = { name: 'work', managedEBSVolume: { roleArn: 'arn:role', sizeInGiB: 10 } }
  const withVolume = (input = {}): Promise<Task[]> => run({ taskDefinition: 'disk', ...input })

  beforeEach(() =>
    send('RegisterTaskDefinition', {
      ...FARGATE,
      family: 'disk',
      volumes: [{ name: 'work', configuredAtLaunch: true }],
    }),
  )

  test('is an attachment of the task', async () => {
    const [task] = await withVolume({ volumeConfigurations: [volume] })
    expect(task?.attachments?.[1]).toMatchObject({
      type: 'AmazonElasticBlockStorage',
      details: expect.arrayContaining([
        { name: 'roleArn', value: 'arn:role' },
        { name: 'volumeName', value: 'work' },
        { name: 'deleteOnTermination', value: 'true' },
      ]),
    })
  })

  test('has to be given where the task definition wants it, and only there', async () => {
    await expect(withVolume()).rejects.toThrow('no volume configuration provided at runtime')
    await expect(run({ volumeConfigurations: [volume] })).rejects.toThrow(
      'no matching configuredAtLaunch volume',
    )
    await expect(
      withVolume({ volumeConfigurations: [{ ...volume, name: 'other' }] }),
    ).rejects.toThrow('no matching configuredAtLaunch volume')
  })
})

describe('capacity providers', () => {
  const strategy = (...names: string[]): object => ({
    launchType: undefined,
    capacityProviderStrategy: names.map((capacityProvider, index) => ({
      capacityProvider,
      weight: index + 1,
    })),
  })

  test('the one with the most weight gets a single task', async () => {
    expect(await run(strategy('FARGATE', 'FARGATE_SPOT'))).toMatchObject([
      { capacityProviderName: 'FARGATE_SPOT', launchType: 'FARGATE' },
    ])
  })

  test.each<[string, object, string]>([
    ['beside a launch type', { ...strategy('FARGATE'), launchType: 'FARGATE' }, 'Remove one'],
    ['not of the cluster', strategy('other'), 'not associated with the cluster'],
  ])('%s: refused', async (_case, input, message) => {
    await expect(run(input)).rejects.toThrow(message)
  })
})

test('the managed tag is the name of the cluster, beside tags of the request', async () => {
  const [task] = await run({ enableECSManagedTags: true, tags: [{ key: 'a', value: '1' }] })
  const { tasks } = await send('DescribeTasks', { tasks: [task?.taskArn], include: ['TAGS'] })
  expect((tasks as Task[])[0]?.tags).toEqual([
    { key: 'a', value: '1' },
    { key: 'aws:ecs:clusterName', value: 'default' },
  ])
})

test.each<[string, object, string]>([
  ['overrides of more than 8192 characters', { overrides: overrides('x'.repeat(8200)) }, '8192'],
  ['a startedBy with blanks', { startedBy: 'a b' }, 'startedBy'],
  ['a startedBy that is too long', { startedBy: 'a'.repeat(129) }, 'startedBy'],
])('%s: refused', async (_case, input, message) => {
  await expect(run(input)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining(message),
  })
  expect(await listed()).toEqual([])
})

function overrides(value: string): object {
  return { containerOverrides: [{ name: 'app', environment: [{ name: 'A', value }] }] }
}
