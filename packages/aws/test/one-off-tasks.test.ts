/** What the port of one-off tasks sends, and what it makes of the answers. */
import { expect, test } from '@jest/globals'
import type { TaskToRun } from '@ecs-pipeline/rollout'
import { scriptedPorts } from './scripted-ports.ts'

const TASK: TaskToRun = {
  taskDefinition: 'web:2',
  startedBy: 'me',
  launchType: 'FARGATE',
  capacityProviderStrategy: [],
  network: undefined,
  containerOverrides: [],
  tags: [],
  managedTags: undefined,
  volume: undefined,
}

test('nothing is sent that was not asked for', async () => {
  const { ports, seen } = await scriptedPorts(() => ({ tasks: [{ taskArn: 'arn:task' }] }))
  expect(await ports.oneOffTasks.run(TASK)).toEqual({ arns: ['arn:task'], failures: [] })
  expect(seen[0]?.body).toEqual({
    cluster: 'prod',
    taskDefinition: 'web:2',
    startedBy: 'me',
    launchType: 'FARGATE',
    clientToken: expect.any(String),
  })
})

test('managed tags are sent when somebody has a wish, whichever', async () => {
  const { ports, seen } = await scriptedPorts(() => ({}))
  for (const managedTags of [true, false]) await ports.oneOffTasks.run({ ...TASK, managedTags })
  expect(seen.map(({ body }) => body['enableECSManagedTags'])).toEqual([true, false])
})

test('each request has a token of its own', async () => {
  const { ports, seen } = await scriptedPorts(() => ({}))
  await ports.oneOffTasks.run(TASK)
  await ports.oneOffTasks.run(TASK)
  expect(new Set(seen.map(({ body }) => body['clientToken'])).size).toBe(2)
})

test('failures are told in the words of ECS', async () => {
  const { ports } = await scriptedPorts(() => ({
    tasks: [],
    failures: [{ arn: 'arn:instance', reason: 'RESOURCE:MEMORY' }, {}],
  }))
  expect(await ports.oneOffTasks.run(TASK)).toEqual({
    arns: [],
    failures: [
      { arn: 'arn:instance', reason: 'RESOURCE:MEMORY', detail: undefined },
      { arn: undefined, reason: 'no reason given', detail: undefined },
    ],
  })
})

test('a task that ECS does not know is undefined', async () => {
  const { ports, seen } = await scriptedPorts(() => ({
    tasks: [],
    failures: [{ reason: 'MISSING' }],
  }))
  expect(await ports.oneOffTasks.describe('arn:task')).toBeUndefined()
  expect(seen[0]?.body).toEqual({ cluster: 'prod', tasks: ['arn:task'] })
})

test('a task is stopped with a reason', async () => {
  const { ports, seen } = await scriptedPorts(() => ({ task: {} }))
  await ports.oneOffTasks.stop('arn:task', 'enough')
  expect(seen[0]).toMatchObject({
    operation: 'StopTask',
    body: { cluster: 'prod', task: 'arn:task', reason: 'enough' },
  })
})
