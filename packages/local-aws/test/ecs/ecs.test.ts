import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Service, Task } from '@aws-sdk/client-ecs'
import { call } from './call.ts'
import { createTestEcs, FARGATE, type TestEcs } from './test-ecs.ts'

let ecs: TestEcs
const send = (operation: string, input: object = {}): Promise<Record<string, unknown>> =>
  call(ecs.service, operation, input)

beforeEach(async () => {
  ecs = createTestEcs()
  await send('CreateCluster')
  await send('RegisterTaskDefinition', FARGATE)
  await send('CreateService', {
    serviceName: 'web',
    taskDefinition: 'app',
    desiredCount: 2,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
  })
})
afterEach(() => ecs.close())

const describeService = async (): Promise<Service> =>
  ((await send('DescribeServices', { services: ['web'] }))['services'] as Service[])[0] ?? {}
const runningTasks = async (): Promise<Task[]> => {
  const { taskArns } = await send('ListTasks', { serviceName: 'web' })
  return (await send('DescribeTasks', { tasks: taskArns }))['tasks'] as Task[]
}

test('a service runs real tasks, and one that is stopped is replaced', async () => {
  await ecs.clock.advance(60_000)
  expect(await describeService()).toMatchObject({ runningCount: 2, pendingCount: 0 })
  const [first] = await runningTasks()
  expect(first).toMatchObject({
    group: 'service:web',
    startedBy: expect.stringMatching(/^ecs-svc\//),
  })
  await send('StopTask', { task: first?.taskArn, reason: 'try' })
  await ecs.clock.advance(60_000)
  const now = await runningTasks()
  expect(now.map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING', 'RUNNING'])
  expect(now.map(({ taskArn }) => taskArn)).not.toContain(first?.taskArn)
})

test('a cluster with a service cannot be deleted', async () => {
  await expect(send('DeleteCluster', { cluster: 'default' })).rejects.toMatchObject({
    name: 'ClusterContainsServicesException',
    message: 'The Cluster cannot be deleted while Services are active.',
  })
})

test('a new revision replaces the tasks of the old one', async () => {
  await ecs.clock.advance(60_000)
  await send('RegisterTaskDefinition', FARGATE)
  await send('UpdateService', { service: 'web', taskDefinition: 'app:2' })
  await ecs.clock.advance(120_000)
  const tasks = await runningTasks()
  expect(tasks.map(({ taskDefinitionArn }) => taskDefinitionArn?.split('/')[1])).toEqual([
    'app:2',
    'app:2',
  ])
  expect((await describeService()).deployments).toHaveLength(1)
})
