/** The clock of a process that is killed: at that moment everything that it still does ends. */
import type { Clock } from '@ecs-pipeline/rollout'

/** Thrown instead of going on living. */
export class Killed extends Error {
  override readonly name = 'Killed'
}

export class MortalClock implements Clock {
  private readonly clock: Clock
  private endsAt = Infinity

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** In so many milliseconds. */
  killIn(ms: number): void {
    this.endsAt = this.clock.now() + ms
  }

  now(): number {
    const now = this.clock.now()
    if (now >= this.endsAt) throw new Killed()
    return now
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const left = Math.max(0, this.endsAt - this.clock.now())
    await this.clock.sleep(Math.min(ms, left), signal)
    if (this.clock.now() >= this.endsAt) throw new Killed()
  }
}
