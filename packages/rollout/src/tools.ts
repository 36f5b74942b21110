import type { Clock } from './clock.ts'
import type { Journal } from './journal.ts'
import type { Ports } from './ports.ts'
import type { WatchState } from './watch/state.ts'

/** What everything that does something is given to work with; tests give their own. */
export interface RolloutTools {
  readonly ports: Ports
  readonly clock: Clock
  readonly journal: Journal
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal
  /** Told when the watch goes over to another phase, before the next call is made. */
  readonly onPhase?: (phase: WatchState['phase']) => Promise<void>
}
