import { expect, test } from '@jest/globals'
import { Denied, Unreachable } from '../../src/errors.ts'
import { Journal } from '../../src/journal.ts'
import { watchTask, type TaskEnd } from '../../src/one-off-task/watch-task.ts'
import type { TaskView } from '../../src/views.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { makeTask } from '../support/make.ts'

type Look = TaskView['lastStatus'] | undefined | Error

/** Looks at the task every 10 s until 100 s have gone; the last answer is given for ever. */
async function watch(
  looks: readonly Look[],
  { cancelAt = Infinity, deadline = 100_000 } = {},
): Promise<{ end: TaskEnd; lines: readonly string[]; at: number }> {
  let now = 0
  let index = 0
  const lines: string[] = []
  const cancel = new AbortController()
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      now += ms
      if (now >= cancelAt) cancel.abort()
      return Promise.resolve()
    },
  }
  const line = (text: string): void => void lines.push(text)
  const describe = (): Promise<TaskView | undefined> => {
    const look = looks[Math.min(index++, looks.length - 1)]
    if (look instanceof Error) return Promise.reject(look)
    return Promise.resolve(look === undefined ? undefined : makeTask({ lastStatus: look }))
  }
  const end = await watchTask(
    { arn: 'arn:task', deadline, interval: 10_000 },
    {
      ports: fakePorts({ oneOffTasks: { describe } }),
      clock,
      journal: new Journal(clock, { progress: line, warning: line }),
      signal: cancel.signal,
    },
  )
  return { end, lines, at: now }
}

const silent = new Unreachable('no answer', 'ecs:DescribeTasks')

test.each<[string, readonly Look[], TaskEnd['kind'], number]>([
  ['that stops', ['PENDING', 'RUNNING', 'STOPPED'], 'stopped', 20_000],
  ['that ECS does not show at once', [undefined, undefined, 'STOPPED'], 'stopped', 20_000],
  ['that ECS never shows', [undefined], 'lost', 60_000],
  ['that ECS shows no more', ['RUNNING', undefined], 'lost', 10_000],
  ['in a state that is new', ['HOVERING', 'STOPPED'], 'stopped', 10_000],
  ['that runs on', ['RUNNING'], 'time-limit', 100_000],
  ['that is silent for a while', [silent, silent, silent, silent, 'STOPPED'], 'stopped', 40_000],
  ['that is silent for ever', [silent], 'lost', 40_000],
  ['that may not be seen', [new Denied('no', 'ecs:DescribeTasks')], 'lost', 0],
])('a task %s', async (_case, looks, kind, at) => {
  expect(await watch(looks)).toMatchObject({ end: { kind }, at })
})

test('the time limit is kept to the second, and the last look is at its end', async () => {
  expect(await watch(['RUNNING'], { deadline: 25_000 })).toMatchObject({ at: 25_000 })
  expect(
    await watch(['RUNNING', 'RUNNING', 'RUNNING', 'STOPPED'], { deadline: 25_000 }),
  ).toMatchObject({ end: { kind: 'stopped' }, at: 25_000 })
})

test('a cancelled run waits no longer', async () => {
  expect(await watch(['RUNNING'], { cancelAt: 15_000 })).toMatchObject({
    end: { kind: 'cancelled' },
    at: 20_000,
  })
})

test('each state is one line, and every five minutes one that says that it goes on', async () => {
  const { lines } = await watch(['PENDING', 'PENDING', 'RUNNING'], { deadline: 700_000 })
  expect(lines).toEqual([
    '0:00  one-off task: PENDING',
    '0:20  one-off task: RUNNING',
    '5:20  one-off task: RUNNING, for 5:20',
    '10:20  one-off task: RUNNING, for 10:20',
  ])
})
