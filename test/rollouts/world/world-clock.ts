/** The time of a simulated rollout: a list of events, fired in order of their time and then of their making. */
import type { Clock } from '@ecs-pipeline/rollout'

interface Event {
  readonly at: number
  readonly fire: () => void
}

export class WorldClock implements Clock {
  private time: number
  /** The next one last. */
  private readonly events: Event[] = []
  /** Somebody who slept is awake, so promises may have things to do before time goes on. */
  private hasWoken = false

  constructor(epoch: number) {
    this.time = epoch
  }

  now(): number {
    return this.time
  }

  at(time: number, fire: () => void): void {
    const event = { at: Math.max(time, this.time), fire }
    let low = 0
    let high = this.events.length
    while (low < high) {
      const middle = (low + high) >> 1
      const isLater = (this.events[middle]?.at ?? 0) > event.at
      if (isLater) low = middle + 1
      else high = middle
    }
    this.events.splice(low, 0, event)
  }

  after(milliseconds: number, fire: () => void): void {
    this.at(this.time + milliseconds, fire)
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = (): void => {
        signal?.removeEventListener('abort', wake)
        this.hasWoken = true
        resolve()
      }
      signal?.addEventListener('abort', wake)
      this.after(milliseconds, wake)
    })
  }

  /** Fires everything up to `end`, for as long as nobody sleeps on this clock. */
  advanceTo(end: number): void {
    while (this.fireNext(end));
    this.time = Math.max(this.time, end)
  }

  /** Lets time pass until `isOver`, or until `end`. Between two events everybody who is awake gets on. */
  async drive(isOver: () => boolean, end: number): Promise<void> {
    for (;;) {
      // All that promises have to do comes before the next turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve))
      if (isOver()) return
      this.hasWoken = false
      while (!this.hasWoken) {
        if (this.fireNext(end)) continue
        this.time = Math.max(this.time, end)
        return
      }
    }
  }

  private fireNext(end: number): boolean {
    const next = this.events.at(-1)
    if (!next || next.at > end) return false
    this.events.pop()
    this.time = Math.max(this.time, next.at)
    next.fire()
    return true
  }
}
