/** The post part of a step whose main part was killed while its one-off task ran. */
import { expect, test } from '@jest/globals'
import { Denied, Journal, type DeployReport, type RolloutTools } from '@ecs-pipeline/rollout'
import { fakePorts } from '../../../packages/rollout/test/support/fake-ports.ts'
import { complete } from '../after.ts'

const clock = { now: () => 5000, sleep: () => Promise.resolve() }
const toolsWith = (stop: (arn: string) => Promise<void>): RolloutTools => ({
  ports: fakePorts({ oneOffTasks: { stop } }),
  clock,
  journal: new Journal(clock, { progress: () => undefined, warning: () => undefined }),
  signal: new AbortController().signal,
})

const left = (oneOffTask: object | undefined): DeployReport =>
  ({
    phase: 'running-task',
    outcome: 'refused',
    reasonCode: 'interrupted',
    reason: 'The run ended.',
    caveats: [],
    oneOffTask,
  }) as unknown as DeployReport
const RUNNING = { arns: ['arn:task'], mayRun: true }

test('with on-cancel: rollback the task is told to stop', async () => {
  const stopped: string[] = []
  const tools = toolsWith(async (arn) => void stopped.push(arn))
  expect(await complete(left(RUNNING), 'rollback', tools)).toMatchObject({
    phase: 'ended',
    outcome: 'refused',
    finishedAt: 5000,
    reason: 'The run ended. The task arn:task was told to stop.',
  })
  expect(stopped).toEqual(['arn:task'])
})

test('with on-cancel: leave it goes on, and is named', async () => {
  const tools = toolsWith(() => Promise.reject(new Error('not expected')))
  const { reason } = await complete(left(RUNNING), 'leave', tools)
  expect(reason).toBe('The run ended. The task arn:task goes on alone.')
})

test('one that cannot be stopped is named as well', async () => {
  const tools = toolsWith(() => Promise.reject(new Denied('no', 'ecs:StopTask')))
  const { reason } = await complete(left(RUNNING), 'rollback', tools)
  expect(reason).toBe('The run ended. The task arn:task could not be stopped: no')
})

test('one that had ended is left alone', async () => {
  const tools = toolsWith(() => Promise.reject(new Error('not expected')))
  for (const task of [undefined, { ...RUNNING, mayRun: false }]) {
    expect((await complete(left(task), 'rollback', tools)).reason).toBe('The run ended.')
  }
})
