import { describe, expect, test } from '@jest/globals'
import { describeProgress } from '../../src/watch/progress.ts'
import { tooManyFailures } from '../../src/watch/causes.ts'
import { INITIAL_WATCH_STATE, type WatchSettings, type WatchState } from '../../src/watch/state.ts'
import type { Observation } from '../../src/watch/observation.ts'
import { makeObservation, makeServiceDeployment, makeTask } from '../support/make.ts'
import { SETTINGS } from '../support/watch.ts'

const said = (
  seen: Partial<Observation>,
  settings: Partial<WatchSettings> = {},
  state: WatchState = INITIAL_WATCH_STATE,
): string => describeProgress(makeObservation(seen), state, { ...SETTINGS, ...settings }, 0)

describe('a deployment of an old revision says that it goes back', () => {
  test.each([
    ['PENDING', undefined, 'rolling back (pending): 1/2 running'],
    ['IN_PROGRESS', undefined, 'rolling back: 1/2 running'],
    ['IN_PROGRESS', 'BAKE_TIME', 'rolling back (BAKE TIME): 1/2 running'],
    ['SUCCESSFUL', undefined, 'rolled back: 1/2 running'],
    ['STOP_REQUESTED', undefined, 'rolling back (stop requested): 1/2 running'],
  ])('%s, %s', (status, lifecycleStage, words) => {
    const deployment = makeServiceDeployment({ status, lifecycleStage })
    expect(said({ deployment }, { isWayBack: true })).toContain(words)
    expect(said({ deployment })).not.toContain('back')
  })

  test('in classic mode too', () => {
    expect(said({ deployment: undefined }, { isWayBack: true })).toMatch(/^rolling back: /)
    expect(said({ deployment: undefined })).toMatch(/^rolling out: /)
  })

  test('its failed tasks are not those of a new revision', () => {
    const seen = makeObservation({ failedTasks: [makeTask(), makeTask(), makeTask()] })
    expect(tooManyFailures(seen, { ...SETTINGS, isWayBack: true })?.text).toBe(
      '3 tasks of the revision gone back to failed (limit 3).',
    )
    expect(tooManyFailures(seen, SETTINGS)?.text).toBe(
      '3 tasks of the new revision failed (limit 3).',
    )
  })
})

test('while ECS goes back, failed tasks are those of the way back', () => {
  const cause = { code: 'failed-tasks', text: 'x' } as const
  const state: WatchState = { phase: 'rolling-back', by: 'action', cause }
  const failedTasks = [makeTask(), makeTask(), makeTask()]
  expect(said({ failedTasks }, {}, state)).not.toContain('failed')
  expect(said({ failedTasks, rollbackFailures: [makeTask()] }, {}, state)).toContain('1 failed')
  expect(said({ failedTasks })).toContain('3 failed')
})

test('the end of a reason is the end of a sentence', () => {
  const same = (stoppedReason: string): string | undefined =>
    tooManyFailures(
      makeObservation({ failedTasks: [makeTask({ stoppedReason }), makeTask({ stoppedReason })] }),
      SETTINGS,
    )?.text
  expect(same('CannotPullContainerError: not found')).toMatch(/: not found\.$/)
  expect(same('CannotPullContainerError: not found.')).toMatch(/: not found\.$/)
})

test('one target is one', () => {
  const target = {
    targetGroup: 'tg',
    id: '1',
    port: 80,
    state: 'unhealthy',
    reason: 'R',
    description: undefined,
  }
  expect(said({ targets: [target] })).toContain('1 unhealthy target (R)')
  expect(said({ targets: [target, target] })).toContain('2 unhealthy targets (R)')
})
