/**
 * A real client waits half a minute for an answer that does not come. Here it waits some milliseconds of the wall, in
 * which no AWS time passes; this clock puts the half minute where it was.
 */
import type { Clock } from '@ecs-pipeline/rollout'
import type { CallRecord } from '../../../packages/aws/src/call.ts'

/** What the clients of `packages/aws` wait for an answer outside tests, in milliseconds. */
const REAL_WAIT = 30_000

export class WaitingClock implements Clock {
  private readonly clock: Clock
  private owed = 0
  /** How often an answer did not come in time. */
  timeOuts = 0

  constructor(clock: Clock) {
    this.clock = clock
  }

  now(): number {
    return this.clock.now() + this.owed
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const all = ms + this.owed
    this.owed = 0
    return this.clock.sleep(all, signal)
  }

  /** Told of each attempt of a call. */
  attempted({ error }: CallRecord): void {
    if (!isTimeOut(error)) return
    this.owed += REAL_WAIT
    this.timeOuts++
  }
}

/** Of the SDK, or of `fetch` below one of our own errors. */
function isTimeOut(error: unknown): boolean {
  const { name, message, cause } = (error ?? {}) as Partial<Error>
  // The SDK gives a broken connection the same name.
  const isBroken = message?.includes('ECONNRESET') === true || message?.includes('hang up') === true
  return name === 'TimeoutError' ? !isBroken : cause !== undefined && isTimeOut(cause)
}
