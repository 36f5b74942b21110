import type { Clock } from '@ecs-pipeline/rollout'
import { PushFailed } from './failures.ts'

/** The longest possible first pause, in milliseconds; it doubles with each failure. */
const BASE_MS = 500
const CAP_MS = 20_000
/** As much as the registry may ask for. */
const LONGEST_ASKED_MS = 60_000
const MAX_ATTEMPTS = 8

/** Nothing was done, or nobody knows; the same may be tried again. */
export interface Again {
  readonly kind: 'again'
  readonly why: string
  /** Milliseconds that the registry asks to wait. */
  readonly after?: number
  /** A new login may help, and nothing else; `failure` tells what it is when that was tried. */
  readonly login?: {
    readonly renew: () => Promise<void>
    readonly failure: (what: string) => PushFailed
  }
}

export interface Waiting {
  readonly clock: Clock
  /** In [0, 1): spreads the pauses. */
  readonly random: () => number
  readonly signal: AbortSignal
}

/** How often one thing is tried. */
export class Patience {
  private failures = 0
  private hasNewLogin = false
  private readonly what: string
  private readonly waiting: Waiting

  /** `what` is tried, as the start of a sentence. */
  constructor(what: string, waiting: Waiting) {
    this.what = what
    this.waiting = waiting
  }

  /** Waits until it may be tried again. Throws {@link PushFailed} when it was tried often enough. */
  async wait(again: Again): Promise<void> {
    const { clock, random, signal } = this.waiting
    if (again.login) {
      if (this.hasNewLogin) throw again.login.failure(this.what)
      this.hasNewLogin = true
      await again.login.renew()
      return
    }
    this.failures++
    if (this.failures >= MAX_ATTEMPTS) {
      throw new PushFailed(
        'unreachable',
        `${this.what} failed ${this.failures} times, at last with ${again.why}`,
      )
    }
    const pause = random() * Math.min(CAP_MS, BASE_MS * 2 ** (this.failures - 1))
    const asked = Math.min(again.after ?? 0, LONGEST_ASKED_MS)
    // Nobody comes back earlier than asked, nor all at the same moment.
    await clock.sleep(Math.round(asked + pause), signal)
    signal.throwIfAborted()
  }

  /** Some of it got through. */
  reset(): void {
    this.failures = 0
    this.hasNewLogin = false
  }
}
