const SECOND = 1000
const MINUTE = 60 * SECOND

/**
 * 'Service throttle logic' of the developer guide. It gives the longest pause; where the pauses begin and how fast they
 * grow is unproven: recordings of an image that cannot be pulled show two tries after 30 seconds, then minutes.
 */
const FIRST_PAUSE = 30 * SECOND
const FREE_TRIES = 2
const LONG_PAUSE = 5 * MINUTE
const LONGEST_PAUSE = 27 * MINUTE

/** The pause before the next start, in milliseconds, after so many tries in a row that started nothing. */
export function pauseAfter(failedTries: number): number {
  if (failedTries <= 0) return 0
  if (failedTries <= FREE_TRIES) return FIRST_PAUSE
  return Math.min(LONGEST_PAUSE, LONG_PAUSE * 2 ** (failedTries - FREE_TRIES - 1))
}

/**
 * Spaces out the starts of one deployment's tasks while they never reach RUNNING. Tasks that ran and then stopped do
 * not count, and a new deployment begins without a pause.
 */
export class LaunchBackOff {
  private failedTries = 0
  private pausedUntil = -Infinity

  /** A task could not be started at `now`. Tells whether this is news for the service's events. */
  failed(now: number): boolean {
    // The tasks that one try has started fail together.
    if (now < this.pausedUntil) return false
    this.failedTries++
    this.pausedUntil = now + pauseAfter(this.failedTries)
    return this.failedTries > FREE_TRIES
  }

  /** A task has reached RUNNING. */
  succeeded(): void {
    this.failedTries = 0
    this.pausedUntil = -Infinity
  }

  /** When tasks may be started again, in milliseconds; `undefined` when they may be now. */
  endOfPause(now: number): number | undefined {
    return now < this.pausedUntil ? this.pausedUntil : undefined
  }
}
