import { describe, expect, test } from '@jest/globals'
import { judgeTask } from '../../src/one-off-task/judge-task.ts'
import type { ContainerView, TaskView } from '../../src/views.ts'
import { makeTask } from '../support/make.ts'

/** `app:0`, `agent:143`, `app:-` for none, `app:137!killed` with a reason. */
const containers = (text: string): ContainerView[] =>
  text.split(' ').map((each) => {
    const [, container = '', code, reason] = /^(\w+):(-|\d+)(?:!(.+))?$/.exec(each) ?? []
    return {
      container,
      image: 'app:1',
      digest: undefined,
      exitCode: code === '-' ? undefined : Number(code),
      reason,
      lastStatus: 'STOPPED',
    }
  })

/** `agent` is not essential; everything else is. */
const DOCUMENT = {
  containerDefinitions: [{ name: 'app' }, { name: 'db' }, { name: 'agent', essential: false }],
}
const judge = (
  text: string,
  overridden: readonly string[] = [],
  over: Partial<TaskView> = {},
): ReturnType<typeof judgeTask> =>
  judgeTask(makeTask({ containers: containers(text), ...over }), overridden, DOCUMENT)

describe('without overrides every container is a worker', () => {
  test.each([
    ['app:0', true, []],
    ['app:1', false, ['app']],
    ['app:-', false, ['app']],
    ['app:0 db:0 agent:0', true, []],
    ['app:0 db:1', false, ['db']],
    // Which of two essential containers ended first is not known: the other may have been the one that was killed.
    ['app:0 db:143', false, ['db']],
    ['app:0 agent:143', true, []],
    ['app:0 agent:137', true, []],
    ['app:0 agent:137!OutOfMemoryError', false, ['agent']],
    ['app:0 agent:1', false, ['agent']],
    ['app:0 agent:-', false, ['agent']],
  ])('%s', (text, succeeded, failed) => {
    const verdict = judge(text)
    expect([verdict.succeeded, [...verdict.failed]]).toEqual([succeeded, failed])
  })
})

describe('with overrides those containers are the workers', () => {
  test.each([
    ['app:0 db:143', ['app'], true],
    ['app:0 db:1', ['app'], true],
    ['app:0 db:-', ['app'], true],
    ['app:143 db:0', ['app'], false],
    ['app:-', ['app'], false],
    ['app:0 db:1', ['app', 'db'], false],
  ])('%s, of %j', (text, overridden, succeeded) => {
    expect(judge(text, overridden).succeeded).toBe(succeeded)
  })
})

test.each([
  ['EssentialContainerExited', true],
  [undefined, true],
  ['UserInitiated', false],
  ['SpotInterruption', false],
  ['TaskFailedToStart', false],
  ['SomethingNew', false],
])('a task that stopped by %s has done its work: %s', (stopCode, succeeded) => {
  expect(judge('app:0', ['app'], { stopCode }).succeeded).toBe(succeeded)
})

test('tells every container, and the words of ECS', () => {
  expect(judge('app:1 db:-!CannotStart').text).toBe(
    'container app: exit code 1; container db: no exit code (CannotStart). ECS says: Essential container in task exited (EssentialContainerExited).',
  )
})
