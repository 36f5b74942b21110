/** A one-off task that does not end, or of which nobody can tell whether it does: the service is not touched. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { RunTaskRequest, Task } from '@aws-sdk/client-ecs'
import { CLUSTER } from '../support/stack.ts'
import { count } from './support/count.ts'
import { MIGRATES, program, release } from './support/run-task.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const describeTask = async (arn: string | undefined): Promise<Task> => {
  const { tasks } = await stage.clients.ecs.describeTasks({ cluster: CLUSTER, tasks: [arn ?? ''] })
  return tasks?.[0] ?? {}
}

describe('a task that does not end in time', () => {
  const inputs = { runTask: true, waitForMinutes: 2 }

  test('is stopped, and its release is refused', async () => {
    const { report, calls, took } = await release(stage, 'endless', inputs)
    expect(report.reason).toMatch(
      /had not ended after 2 minutes \(wait-for-minutes\)\. It was stopped\./,
    )
    expect(report).toMatchObject({
      outcome: 'refused',
      reasonCode: 'run-task-failed',
      oneOffTask: { result: 'time-limit', stopCode: 'UserInitiated', mayRun: false },
      diagnoses: [],
    })
    expect(count(calls, 'StopTask')).toBe(1)
    expect(calls).not.toContain('UpdateService')
    expect(took).toBeGreaterThanOrEqual(120_000)
    expect(took).toBeLessThan(150_000)
    expect((await describeTask(report.oneOffTask?.arns?.[0])).lastStatus).toBe('STOPPED')
  })

  test('with on-timeout: leave it goes on, and the command that stops it is shown', async () => {
    const { report, calls } = await release(stage, 'endless-left', {
      ...inputs,
      onTimeout: 'leave',
    })
    expect(report).toMatchObject({
      outcome: 'refused',
      oneOffTask: { result: 'time-limit', mayRun: true },
    })
    expect(calls).not.toContain('StopTask')
    const arn = report.oneOffTask?.arns?.[0] ?? ''
    expect(report.nextSteps.join('\n')).toContain(`stop-task --cluster ${CLUSTER} --task ${arn}`)
    await stage.clients.ecs.stopTask({ cluster: CLUSTER, task: arn })
  })

  test('that cannot be stopped is told as one that may run', async () => {
    stage.aws.faults.add({
      operation: 'StopTask',
      error: { code: 'AccessDeniedException', message: 'Not authorized to perform: ecs:StopTask' },
    })
    const { report } = await release(stage, 'endless-denied', inputs)
    expect(report.oneOffTask).toMatchObject({ result: 'time-limit', mayRun: true })
    expect(report.reason).toMatch(/could not be stopped: .*ecs:StopTask/)
    stage.aws.faults.clear()
    await stage.clients.ecs.stopTask({
      cluster: CLUSTER,
      task: report.oneOffTask?.arns?.[0] ?? '',
    })
  })
})

describe('a run that is cancelled while its task runs', () => {
  test.each([
    ['leave', 0, 'The task goes on alone.'],
    ['rollback', 1, 'The task was told to stop.'],
  ] as const)('with on-cancel: %s', async (onCancel, stops, says) => {
    const cancel = new AbortController()
    const { report, calls, took } = await release(
      stage,
      `cancelled-${onCancel}`,
      { runTask: true, onCancel },
      {
        signal: cancel.signal,
        meanwhile: async (sleep) => {
          await sleep(30_000)
          cancel.abort()
        },
      },
    )
    expect(report).toMatchObject({
      outcome: 'refused',
      reasonCode: 'cancelled',
      oneOffTask: { result: 'cancelled', mayRun: true },
    })
    expect(report.reason).toContain(says)
    expect(count(calls, 'StopTask')).toBe(stops)
    expect(calls).not.toContain('UpdateService')
    expect(took).toBeLessThan(31_000)
    const arn = report.oneOffTask?.arns?.[0] ?? ''
    if (stops === 0) await stage.clients.ecs.stopTask({ cluster: CLUSTER, task: arn })
  })
})

describe('an answer of RunTask that is lost', () => {
  test('although the task was started: it is asked for again, and runs once', async () => {
    stage.aws.faults.add({ operation: 'RunTask', lost: 'garbage', done: true, times: 1 })
    const { report } = await release(stage, 'lost-answer', program(MIGRATES))
    expect(report).toMatchObject({ outcome: 'deployed', oneOffTask: { result: 'succeeded' } })
    const tokens = stage.aws.calls
      .entries()
      .filter(({ operation }) => operation === 'RunTask')
      .map(({ input }) => (input as RunTaskRequest).clientToken)
    expect(tokens).toHaveLength(2)
    expect(new Set(tokens).size).toBe(1)
    const { taskArns } = await stage.clients.ecs.listTasks({
      cluster: CLUSTER,
      startedBy: 'GitHub-Actions',
      family: 'lost-answer',
      desiredStatus: 'STOPPED',
    })
    expect(taskArns).toEqual(report.oneOffTask?.arns)
  })

  test('every time: refused, and nobody claims to know whether it runs', async () => {
    stage.aws.faults.add({ operation: 'RunTask', lost: 'garbage' })
    const { report, calls } = await release(stage, 'no-answer', program(MIGRATES))
    expect(report).toMatchObject({
      outcome: 'refused',
      reasonCode: 'unreachable',
      oneOffTask: { result: 'lost', arns: undefined, mayRun: true },
    })
    expect(report.reason).toContain(
      'Whether the one-off task was started all the same is not known.',
    )
    expect(report.nextSteps.join('\n')).toContain('--started-by GitHub-Actions')
    expect(calls).not.toContain('UpdateService')
  })
})

test('a task that can no longer be watched stops the release, and is named', async () => {
  stage.aws.faults.add({
    operation: 'DescribeTasks',
    after: 2,
    error: { code: 'AccessDeniedException', message: 'Not authorized: ecs:DescribeTasks' },
  })
  const { report, calls } = await release(stage, 'unseen', program(MIGRATES))
  expect(report).toMatchObject({
    outcome: 'refused',
    reasonCode: 'denied',
    oneOffTask: { result: 'lost', mayRun: true },
  })
  expect(report.reason).toMatch(/one-off task arn:\S+ was started, but can no longer be watched/)
  expect(calls).not.toContain('UpdateService')
})
