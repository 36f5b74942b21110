import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Task } from '@aws-sdk/client-ecs'
import { call } from './call.ts'
import { createTestEcs, FARGATE, type TestEcs } from './test-ecs.ts'

const NETWORK = { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } }

let ecs: TestEcs
const send = (operation: string, input: object = {}): Promise<Record<string, unknown>> =>
  call(ecs.service, operation, input)

beforeEach(async () => {
  ecs = createTestEcs()
  await send('CreateCluster')
  await send('RegisterTaskDefinition', FARGATE)
})
afterEach(() => ecs.close())

const run = async (input = {}): Promise<Task[]> =>
  (await send('RunTask', { taskDefinition: 'app', launchType: 'FARGATE', ...NETWORK, ...input }))[
    'tasks'
  ] as Task[]
const list = async (input = {}): Promise<unknown> => (await send('ListTasks', input))['taskArns']
const arnsOf = (tasks: Task[]): unknown[] => tasks.map(({ taskArn }) => taskArn)
const describeOne = async (task: Task | undefined, input = {}): Promise<Task> => {
  const { tasks } = await send('DescribeTasks', { tasks: [task?.taskArn], ...input })
  return (tasks as Task[])[0] ?? {}
}

describe('RunTask', () => {
  test('starts tasks that can be described from PROVISIONING to STOPPED', async () => {
    const [task] = await run({ tags: [{ key: 'a', value: '1' }], startedBy: 'me' })
    expect(task).toMatchObject({
      taskArn: expect.stringMatching(
        /^arn:aws:ecs:us-east-1:123456789012:task\/default\/[0-9a-f]{32}$/,
      ),
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      group: 'family:app',
      startedBy: 'me',
      cpu: '256',
      memory: '512',
      launchType: 'FARGATE',
      attachments: [{ type: 'ElasticNetworkInterface', status: 'PRECREATED' }],
    })
    await ecs.clock.advance(15_000)
    const running = await describeOne(task, { include: ['TAGS'] })
    expect(running).toMatchObject({
      lastStatus: 'RUNNING',
      tags: [{ key: 'a', value: '1' }],
      attachments: [{ status: 'ATTACHED' }],
      containers: [
        {
          name: 'app',
          image: 'app:1',
          imageDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
          lastStatus: 'RUNNING',
          networkInterfaces: [{ privateIpv4Address: expect.stringMatching(/^10\.0\.\d+\.\d+$/) }],
        },
      ],
    })
    expect(running.startedAt?.getTime()).toBe((running.createdAt?.getTime() ?? 0) + 11_000)
    expect(await send('StopTask', { task: task?.taskArn, reason: 'done' })).toMatchObject({
      task: { desiredStatus: 'STOPPED', stoppedReason: 'done', stopCode: 'UserInitiated' },
    })
    await ecs.clock.advance(5_000)
    expect(await describeOne(task)).toMatchObject({
      lastStatus: 'STOPPED',
      tags: [],
      attachments: [{ status: 'DELETED' }],
      containers: [{ exitCode: 0, lastStatus: 'STOPPED' }],
    })
  })

  test.each<[string, object, string, string]>([
    ['an unknown cluster', { cluster: 'x' }, 'ClusterNotFoundException', 'Cluster not found.'],
    [
      'an unknown task definition',
      { taskDefinition: 'x' },
      'ClientException',
      'TaskDefinition not found.',
    ],
    [
      'no network',
      { networkConfiguration: undefined },
      'InvalidParameterException',
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ],
    ['too many', { count: 11 }, 'InvalidParameterException', 'count'],
    [
      'container instances',
      { launchType: 'EC2' },
      'InvalidParameterException',
      'No Container Instances were found in your cluster.',
    ],
    [
      'an override for nobody',
      { overrides: { containerOverrides: [{ name: 'x' }] } },
      'InvalidParameterException',
      'Override for container named x is not a container in the TaskDefinition.',
    ],
  ])('%s is refused', async (_name, input, name, message) => {
    await expect(run(input)).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    })
    expect(await list()).toEqual([])
  })

  test('an inactive task definition is refused', async () => {
    await send('DeregisterTaskDefinition', { taskDefinition: 'app:1' })
    await expect(run({ taskDefinition: 'app:1' })).rejects.toThrow('TaskDefinition is inactive')
  })
})

describe('ListTasks', () => {
  test('lists what should run, or what should be stopped', async () => {
    const [first, second] = await run({ count: 2 })
    await ecs.clock.advance(15_000)
    await send('StopTask', { task: first?.taskArn })
    expect(await list()).toEqual([second?.taskArn])
    expect(await list({ desiredStatus: 'STOPPED' })).toEqual([first?.taskArn])
  })

  test('narrows by family and by who started them', async () => {
    await send('RegisterTaskDefinition', { ...FARGATE, family: 'job' })
    const jobs = await run({ taskDefinition: 'job', startedBy: 'cron' })
    const apps = await run()
    expect(await list({ family: 'job' })).toEqual(arnsOf(jobs))
    expect(await list({ family: 'app' })).toEqual(arnsOf(apps))
    expect(await list({ startedBy: 'cron' })).toEqual(arnsOf(jobs))
    await expect(list({ serviceName: 'nope' })).rejects.toMatchObject({
      name: 'ServiceNotFoundException',
    })
  })

  test('comes in pages', async () => {
    const tasks = await run({ count: 3 })
    const page = await send('ListTasks', { maxResults: 2 })
    expect(page['taskArns']).toEqual(arnsOf(tasks).slice(0, 2))
    expect(await list({ maxResults: 2, nextToken: page['nextToken'] })).toEqual(
      arnsOf(tasks).slice(2),
    )
    await expect(list({ maxResults: 101 })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    })
  })
})

describe('DescribeTasks', () => {
  test('names what is missing by its ARN', async () => {
    expect(await send('DescribeTasks', { tasks: ['0123'] })).toEqual({
      tasks: [],
      failures: [
        { arn: 'arn:aws:ecs:us-east-1:123456789012:task/default/0123', reason: 'MISSING' },
      ],
    })
  })

  test('takes one to a hundred', async () => {
    await expect(send('DescribeTasks', { tasks: [] })).rejects.toThrow('Tasks cannot be empty.')
    await expect(send('DescribeTasks', { tasks: Array(101).fill('x') })).rejects.toThrow(
      'at most 100',
    )
  })

  test('forgets a stopped task after an hour', async () => {
    const [task] = await run()
    await send('StopTask', { task: task?.taskArn })
    await ecs.clock.advance(60 * 60_000)
    expect(await describeOne(task)).toMatchObject({ lastStatus: 'STOPPED' })
    await ecs.clock.advance(60_000)
    expect(await describeOne(task)).toEqual({})
  })
})

test('StopTask needs a task that is there', async () => {
  await expect(send('StopTask', { task: 'x' })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'The referenced task was not found.',
  })
})
