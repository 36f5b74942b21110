/**
 * A real client waits half a minute for an answer that does not come. Here it waits some milliseconds of the wall, in
 * which no AWS time passes; this clock puts the half minute where it was.
 */
import type { Clock } from '@ecs-pipeline/rollout'
import type { CallRecord } from '../../../packages/aws/src/call.ts'

/** What the clients of `packages/aws` wait for an answer outside tests, in milliseconds. */
const REAL_WAIT = 30_000

/**
 * In milliseconds of the wall. Where an answer does not come the wait is short; everywhere else a busy machine must not
 * look like a fault.
 */
export const timeLimits = (isSilent: boolean): { connection: number; answer: number } => ({
  connection: 20_000,
  answer: isSilent ? 100 : 20_000,
})

export class WaitingClock implements Clock {
  private readonly clock: Clock
  private owed = 0

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
    const { name, message } = (error ?? {}) as Partial<Error>
    // The SDK gives a broken connection the same name.
    const isBroken =
      message?.includes('ECONNRESET') === true || message?.includes('hang up') === true
    if (name === 'TimeoutError' && !isBroken) this.owed += REAL_WAIT
  }
}
