/** The one retry policy of the product. Everything that is asked of AWS goes through here. */
import { Unreachable, type Clock } from '@ecs-pipeline/rollout'
import { kindOf, mayPass, portError, type Asked } from './failures.ts'

/** The longest possible first pause, in milliseconds; it doubles with each failure. */
export const BASE_MS = 500
/** No pause is longer than this many milliseconds. */
export const CAP_MS = 20_000
export const MAX_ATTEMPTS = 8
/** After this many milliseconds no new attempt begins, so that a watch learns in time that it is blind. */
export const BUDGET_MS = 60_000

/** One attempt, for debug logs. */
export interface CallRecord {
  readonly action: string
  /** From 1. */
  readonly attempt: number
  readonly milliseconds: number
  readonly error?: unknown
}

/** One line about it. */
export function describeCall({ action, attempt, milliseconds, error }: CallRecord): string {
  const how =
    error === undefined
      ? 'answered'
      : `failed (${error instanceof Error ? error.message : 'unknown error'})`
  return `${action}, attempt ${attempt}: ${how} after ${milliseconds} ms`
}

export interface CallOptions {
  readonly clock: Clock
  /** In [0, 1): spreads the pauses. */
  readonly random: () => number
  readonly onCall?: (record: CallRecord) => void
  /** How often a request is sent again at most; {@link MAX_ATTEMPTS} says it where this does not. */
  readonly maxRetries?: number
  /** Ends every call, sleeping or on the wire, with {@link Unreachable}. */
  readonly signal?: AbortSignal
}

/** What the SDK's `send` takes beside the command. */
export interface SendOptions {
  readonly abortSignal?: AbortSignal
}

export interface Request extends Asked {
  /** AWS must not do it twice: a request that may have arrived is not sent again. */
  readonly onlyOnce?: boolean
}

/** Sends, retries what may pass, and throws a `PortError` in all other cases. `send` runs once per attempt. */
export type Call = <Answer>(
  asked: Request,
  send: (options: SendOptions) => Promise<Answer>,
) => Promise<Answer>

export function createCall({ clock, random, onCall, maxRetries, signal }: CallOptions): Call {
  const maxAttempts = maxRetries === undefined ? MAX_ATTEMPTS : maxRetries + 1
  const sendOptions: SendOptions = signal ? { abortSignal: signal } : {}

  return async (asked, send) => {
    const began = clock.now()
    for (let attempt = 1; ; attempt++) {
      if (signal?.aborted) throw cancelled(asked, signal)
      const sentAt = clock.now()
      const record = { action: asked.action, attempt }
      try {
        const answer = await send(sendOptions)
        onCall?.({ ...record, milliseconds: clock.now() - sentAt })
        return answer
      } catch (error) {
        onCall?.({ ...record, milliseconds: clock.now() - sentAt, error })
        if (signal?.aborted) throw cancelled(asked, signal)
        const pause = pauseAfter(attempt, random)
        const elapsed = clock.now() - began
        const again = mayPass(kindOf(error), asked.onlyOnce ?? false)
        if (!again || attempt >= maxAttempts || elapsed + pause > BUDGET_MS) {
          throw portError(error, asked, { attempts: attempt, milliseconds: elapsed })
        }
        await clock.sleep(pause, signal)
      }
    }
  }
}

/**
 * Full jitter: anything from nothing to the doubled pause. Many services that deploy at once share one bucket of
 * the ECS API per account and region (Amazon ECS API Reference, 'Request throttling'), so that they must not come
 * back together.
 */
function pauseAfter(attempt: number, random: () => number): number {
  return Math.round(random() * Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1)))
}

function cancelled({ action, resource }: Asked, signal: AbortSignal): Unreachable {
  return new Unreachable(`${action} on ${resource} was given up: the run was cancelled.`, action, {
    cause: signal.reason,
  })
}
