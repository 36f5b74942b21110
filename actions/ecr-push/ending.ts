/** Why a run ends before its image may be used. */

export const OUTCOMES = [
  'pushed',
  'reused',
  'refused',
  'build-failed',
  'push-failed',
  'scan-failed',
  'not-scanned',
  'failed',
  'cancelled',
] as const
export type Outcome = (typeof OUTCOMES)[number]

export class Ending extends Error {
  override readonly name = 'Ending'
  readonly outcome: Outcome
  /** What to do next, one step each. */
  readonly next: readonly string[]

  constructor(outcome: Outcome, message: string, next: readonly string[] = [], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.outcome = outcome
    this.next = next
  }
}

/** Nothing was changed. */
export const refused = (message: string, ...next: readonly string[]): Ending =>
  new Ending('refused', message, next)
