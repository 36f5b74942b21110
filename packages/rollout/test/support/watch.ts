import type { Observation } from '../../src/watch/observation.ts'
import { INITIAL_WATCH_STATE, type WatchSettings, type WatchState } from '../../src/watch/state.ts'
import { step } from '../../src/watch/step.ts'
import { makeObservation, NEW, OURS } from './make.ts'

/** Of a watch without a bake, long before its deadline. */
export const SETTINGS: WatchSettings = {
  deploymentId: OURS,
  taskDefinition: NEW,
  createdAt: 1000,
  maxFailedTasks: 3,
  deadline: 1_000_000,
  rollbackStartLimit: 60_000,
  bake: 0,
  bakeEndsWhenBlind: true,
  traffic: undefined,
  hasSmokeCheck: false,
}

/** What one observation, seen first, comes to: the kind of its decision, and of its end. */
export const decide = (
  seen: Partial<Observation>,
  now = 10_000,
  state: WatchState = INITIAL_WATCH_STATE,
): string => {
  const [, decision] = step(state, makeObservation(seen), SETTINGS, now)
  return decision.kind === 'end' ? decision.end.kind : decision.kind
}
