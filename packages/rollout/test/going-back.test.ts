import { expect, test } from '@jest/globals'
import { verdictOf } from '../src/going-back.ts'
import { INITIAL_WATCH_STATE, type WatchState } from '../src/watch/state.ts'

const CAUSE = { code: 'failed-tasks', text: '3 tasks failed (limit 3).' } as const
const byWhom = (by: 'action' | 'ecs-circuit-breaker' | 'manual'): WatchState => ({
  phase: 'rolling-back',
  by,
  cause: CAUSE,
})

test.each([
  ['action', byWhom('action')],
  ['ecs-circuit-breaker', byWhom('ecs-circuit-breaker')],
  ['manual', byWhom('manual')],
  ['none', INITIAL_WATCH_STATE],
])('cancelled on the way back: who asked for it is named: %s', (rolledBackBy, state) => {
  const followed = { end: { kind: 'cancelled' }, state, last: undefined } as const
  expect(verdictOf(followed, CAUSE)).toEqual({
    outcome: 'cancelled',
    rolledBackBy,
    code: 'cancelled',
    reason: `${CAUSE.text} Going back was under way when the run was cancelled; ECS finishes it alone.`,
  })
})
