/** How long GitHub is waited for. A report that it does not take in time is less bad than a run that hangs. */
import type { Clock } from '../clock.ts'
import { SHORT_PATIENCE } from '../notify/post.ts'
import { statusOf } from './api-problem.ts'

export interface RequestLimits {
  /** Pauses between tries are slept on it. */
  readonly clock: Clock
  /** Of one request, in milliseconds; 10 seconds. */
  readonly timeLimit?: number
  /** When all has to be done, in milliseconds of the clock; without it each request has its own limit only. */
  readonly endsAt?: number
  /** Aborted when the run is cancelled: it has seconds left, so that requests get three, and one try. */
  readonly hurry?: AbortSignal
}

const TIME_LIMIT_MS = 10_000
const TRIES = 3
const PAUSE_MS = 1_000

/** A limit on the wire, as the SDK's own requestTimeout is: time of the wall, whatever clock pauses are slept on. */
export function limited({ timeLimit = TIME_LIMIT_MS, clock, endsAt, hurry }: RequestLimits): {
  signal: AbortSignal
} {
  const over = new AbortController()
  const endWithin = (milliseconds: number): void => {
    const limit = AbortSignal.timeout(milliseconds)
    limit.addEventListener('abort', () => {
      over.abort(limit.reason)
    })
  }
  const rest = endsAt === undefined ? timeLimit : Math.max(0, Math.ceil(endsAt - clock.now()))
  // Not even begun: a limit of nothing would still let a quick answer through.
  if (rest === 0) over.abort(new DOMException('There is no time left.', 'TimeoutError'))
  const most = Math.min(timeLimit, rest)
  const last = Math.min(most, SHORT_PATIENCE.timeLimit)
  endWithin(hurry?.aborted ? last : most)
  hurry?.addEventListener('abort', () => {
    endWithin(last)
  })
  return { signal: over.signal }
}

/** Sends again after 5xx and lost connections. Only for what may happen twice. */
export async function patiently<T>(
  { clock, endsAt, hurry }: RequestLimits,
  send: () => Promise<T>,
): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await send()
    } catch (error) {
      const pause = PAUSE_MS * 2 ** (count - 1)
      const isLate = endsAt !== undefined && clock.now() + pause >= endsAt
      // The client gives a lost connection the status 500.
      if (count >= TRIES || isLate || hurry?.aborted || (statusOf(error) ?? 500) < 500) throw error
      await clock.sleep(pause)
    }
  }
}
