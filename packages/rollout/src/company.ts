import type { Cause } from './outcome.ts'

/** The other services that are deployed together with one. */
export interface Company {
  /** How many services there are in all. */
  readonly size: number
  /** Milliseconds between two looks at each of them. */
  readonly interval: number
  /** Why this one has to go back although nothing is wrong with it; `undefined` as long as it has not. */
  readonly recall: () => Cause | undefined
}

/** So many services share an account's API limits without any of them being looked at less often. */
const FEW = 5
/** No look follows another at once, whatever the moments that the services share; milliseconds. */
const LEAST_PAUSE = 1000

/** There are so many that what each asks for by itself has to be asked for together. */
export const isCrowd = (company: Company | undefined): company is Company =>
  company !== undefined && company.size > FEW

/**
 * How much older an answer may get before it is asked for again although nothing hints at a change: with many
 * services each waits longer for what only confirms, so that all together ask about as often.
 */
export const patience = (company: Company | undefined): number =>
  Math.max(1, (company?.size ?? 1) / FEW)

/**
 * How long to sleep until the next look, in milliseconds. Services that are deployed together look at the same
 * moments, counted from the epoch, so that one call answers for all of them; a look that took longer than the
 * interval leaves out the moments that it missed.
 */
export function untilNextLook(
  lookedAt: number,
  now: number,
  interval: number,
  company: Company | undefined,
): number {
  if (!company) return Math.max(LEAST_PAUSE, lookedAt + interval - now)
  return Math.ceil((now + LEAST_PAUSE) / interval) * interval - now
}
