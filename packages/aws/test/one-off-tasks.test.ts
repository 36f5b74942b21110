/** What the port of one-off tasks sends, and what it makes of the answers. */
import { afterEach, expect, test } from '@jest/globals'
import type { Ports, TaskToRun } from '@ecs-pipeline/rollout'
import { createPorts } from '../src/create-ports.ts'
import {
  startScriptedEndpoint,
  type ScriptedEndpoint,
  type SeenRequest,
} from './scripted-endpoint.ts'

let endpoint: ScriptedEndpoint | undefined
afterEach(async () => {
  await endpoint?.close()
  endpoint = undefined
})

async function stage(
  answer: (request: SeenRequest) => object,
): Promise<{ ports: Ports; seen: readonly SeenRequest[] }> {
  endpoint = await startScriptedEndpoint(answer)
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  })
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  return { ports: createPorts({ cluster: 'prod', service: 'web', clock }), seen: endpoint.seen }
}

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
  const { ports, seen } = await stage(() => ({ tasks: [{ taskArn: 'arn:task' }] }))
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
  const { ports, seen } = await stage(() => ({}))
  for (const managedTags of [true, false]) await ports.oneOffTasks.run({ ...TASK, managedTags })
  expect(seen.map(({ body }) => body['enableECSManagedTags'])).toEqual([true, false])
})

test('each request has a token of its own', async () => {
  const { ports, seen } = await stage(() => ({}))
  await ports.oneOffTasks.run(TASK)
  await ports.oneOffTasks.run(TASK)
  expect(new Set(seen.map(({ body }) => body['clientToken'])).size).toBe(2)
})

test('failures are told in the words of ECS', async () => {
  const { ports } = await stage(() => ({
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
  const { ports, seen } = await stage(() => ({ tasks: [], failures: [{ reason: 'MISSING' }] }))
  expect(await ports.oneOffTasks.describe('arn:task')).toBeUndefined()
  expect(seen[0]?.body).toEqual({ cluster: 'prod', tasks: ['arn:task'] })
})

test('a task is stopped with a reason', async () => {
  const { ports, seen } = await stage(() => ({ task: {} }))
  await ports.oneOffTasks.stop('arn:task', 'enough')
  expect(seen[0]).toMatchObject({
    operation: 'StopTask',
    body: { cluster: 'prod', task: 'arn:task', reason: 'enough' },
  })
})
