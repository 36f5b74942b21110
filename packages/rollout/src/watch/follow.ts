import { NotFound, PortError, Unreachable } from '../errors.ts'
import type { Cause } from '../outcome.ts'
import type { RolloutTools } from '../tools.ts'
import type { Observation } from './observation.ts'
import type { Observer } from './observer.ts'
import { steer, type Steering } from './steering.ts'
import { describeProgress } from './progress.ts'
import { step } from './step.ts'
import { type WatchEnd, type WatchSettings, type WatchState } from './state.ts'

/** How many times in a row the service may be unreadable before the watch gives up. Each try has its own retries. */
const LOST_AFTER = 5

export interface FollowSettings extends WatchSettings {
  /** Milliseconds between two looks. */
  readonly interval: number
  /** How long a rollback may take, in milliseconds. */
  readonly rollbackLimit: number
}

export interface FollowTools extends Omit<RolloutTools, 'ports'> {
  readonly observer: Observer
  /** Does what the watch decides on the way; `undefined` where there is nothing to do but look. */
  readonly steering?: Steering
}

export type FollowEnd =
  | WatchEnd
  | { readonly kind: 'fail'; readonly cause: Cause }
  | { readonly kind: 'rollback-time-limit'; readonly state: WatchState }
  | { readonly kind: 'monitoring-lost'; readonly error: PortError }
  | { readonly kind: 'cancelled' }

export interface Followed {
  readonly end: FollowEnd
  readonly state: WatchState
  /** `undefined` when not even one look succeeded. */
  readonly last: Observation | undefined
}

/** Looks at a steady interval until there is something to decide, and steers on the way where it is told how. */
export async function follow(
  initial: WatchState,
  settings: FollowSettings,
  tools: FollowTools,
): Promise<Followed> {
  const { observer, clock, journal, signal, onPhase } = tools
  let state = initial
  let last: Observation | undefined
  let said = ''
  let misses = 0
  let rollingBackSince: number | undefined
  for (;;) {
    const lookedAt = clock.now()
    try {
      last = await observer.observe()
      misses = 0
    } catch (error) {
      if (error instanceof NotFound)
        return { end: { kind: 'service-gone', status: 'MISSING' }, state, last }
      if (!(error instanceof PortError)) throw error
      if (!(error instanceof Unreachable) || ++misses >= LOST_AFTER) {
        return { end: { kind: 'monitoring-lost', error }, state, last }
      }
      journal.progress(`AWS did not answer (${misses} of ${LOST_AFTER} tries): ${error.message}`)
    }
    if (last && misses === 0) {
      const [next, decision] = step(state, last, settings, clock.now())
      const isOtherPhase = next.phase !== state.phase
      state = next
      if (isOtherPhase) await onPhase?.(state.phase)
      const saying = describeProgress(last, state, settings, clock.now())
      if (saying !== said) journal.progress(saying)
      said = saying
      const steered = await steer(decision, tools)
      if (steered.kind === 'passed') {
        state = { ...state, isSmokeChecked: true }
        continue
      }
      if (steered.kind === 'end') return { end: steered.end, state, last }
      if (steered.kind === 'fail') return { end: steered, state, last }
    }
    if (state.phase === 'rolling-back') {
      rollingBackSince ??= clock.now()
      if (clock.now() - rollingBackSince >= settings.rollbackLimit) {
        return { end: { kind: 'rollback-time-limit', state }, state, last }
      }
    }
    if (signal.aborted) return { end: { kind: 'cancelled' }, state, last }
    await clock.sleep(Math.max(1000, lookedAt + settings.interval - clock.now()), signal)
    if (signal.aborted) return { end: { kind: 'cancelled' }, state, last }
  }
}
