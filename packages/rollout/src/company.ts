import type { Cause } from './outcome.ts'

/** The other services that are deployed together with one. */
export interface Company {
  /** How many services there are in all. */
  readonly size: number
  /** Why this one has to go back although nothing is wrong with it; `undefined` as long as it has not. */
  readonly recall: () => Cause | undefined
}

/** So many services share an account's API limits without any of them being looked at less often. */
const FEW = 5

/**
 * How much older an answer may get before it is asked for again although nothing hints at a change: with many
 * services each waits longer for what only confirms, so that all together ask about as often.
 */
export const patience = (company: Company | undefined): number =>
  Math.max(1, (company?.size ?? 1) / FEW)

/**
 * How long to sleep until the next look, in milliseconds. Services that are deployed together look at the same
 * moments, counted from the epoch, so that one call answers for all of them.
 */
export function untilNextLook(
  lookedAt: number,
  now: number,
  interval: number,
  company: Company | undefined,
): number {
  const next = company ? Math.floor(lookedAt / interval) * interval + interval : lookedAt + interval
  const least = 1000
  if (next - now >= least || !company) return Math.max(least, next - now)
  return next + interval - now
}
