import type { Clock } from './clock.ts'

/** AWS time that runs `rate` times as fast as the wall, from `epoch` (milliseconds) on. Rate 1 is real time. */
export class ScaledClock implements Clock {
  readonly rate: number
  readonly epoch: number
  /** The wall time at which `epoch` was now; another process needs it to share this clock. */
  readonly startedAt: number

  constructor(rate = 1, epoch = Date.now(), startedAt = Date.now()) {
    if (!(rate > 0)) throw new RangeError(`The rate of a clock has to be above 0, not ${rate}.`)
    this.rate = rate
    this.epoch = epoch
    this.startedAt = startedAt
  }

  now(): number {
    return Math.round(this.epoch + (Date.now() - this.startedAt) * this.rate)
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }

  after(ms: number, fire: () => void): () => void {
    const timer = setTimeout(fire, this.wallMilliseconds(ms))
    return () => {
      clearTimeout(timer)
    }
  }

  track<T>(work: Promise<T>): Promise<T> {
    return work
  }

  wallMilliseconds(ms: number): number {
    return Math.max(0, ms) / this.rate
  }
}
