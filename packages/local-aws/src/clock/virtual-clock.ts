import type { Clock } from './clock.ts'

interface Timer {
  readonly at: number
  readonly order: number
  readonly fire: () => void
}

/** How long, on the wall, tracked work or an actor may keep the clock from moving before a test is told so. */
const STUCK_AFTER_WALL_MS = 30_000

/** So many turns of the event loop nobody may be busy before time moves: what they caused runs in them. */
const QUIET_TURNS = 3

/**
 * AWS time that stands still until it is told to move. It fires due timers in their order and, between any two,
 * waits for the real work (health checks, process starts) that was tracked. So a test with real processes and
 * real sockets sees the same order of events in every run.
 */
export class VirtualClock implements Clock {
  private time: number
  private nextOrder = 0
  private timers: Timer[] = []
  private readonly pending = new Set<Promise<unknown>>()
  private readonly actors = new Set<Actor>()
  /** Those who wait until somebody may have become idle. */
  private waiting: (() => void)[] = []

  constructor(epoch = Date.UTC(2026, 10, 20, 10, 0, 0)) {
    this.time = epoch
  }

  now(): number {
    return this.time
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }

  after(ms: number, fire: () => void): () => void {
    const timer: Timer = { at: this.time + Math.max(0, ms), order: this.nextOrder++, fire }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((other) => other !== timer)
    }
  }

  track<T>(work: Promise<T>): Promise<T> {
    this.pending.add(work)
    const done = (): void => {
      this.pending.delete(work)
      this.wake()
    }
    work.then(done, done)
    return work
  }

  wallMilliseconds(ms: number): number {
    return ms
  }

  /** Waits until nothing tracked is pending, every actor sleeps, and what they caused has run. Time does not move. */
  async settle(): Promise<void> {
    for (let quietTurns = 0; quietTurns < QUIET_TURNS;) {
      await new Promise((resolve) => setImmediate(resolve))
      quietTurns = this.isBusy() ? 0 : quietTurns + 1
      if (quietTurns === 0) await this.untilIdle()
    }
  }

  private isBusy(): boolean {
    return this.pending.size > 0 || [...this.actors].some((actor) => actor.isBusy())
  }

  /** Without turning meanwhile: what takes long (a process that starts) takes less with a processor to itself. */
  private async untilIdle(): Promise<void> {
    let isStuck = false
    const patience = setTimeout(() => {
      isStuck = true
      this.wake()
    }, STUCK_AFTER_WALL_MS)
    while (this.isBusy() && !isStuck) await new Promise<void>((wake) => this.waiting.push(wake))
    clearTimeout(patience)
    if (!isStuck) return
    throw new Error(
      `The virtual clock has waited ${STUCK_AFTER_WALL_MS} ms for ${this.pending.size} tracked works and ${this.actors.size} actors.`,
    )
  }

  /** Tells those who wait that somebody has fallen asleep or ended. */
  wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve()
  }

  /** Moves time forward by `ms`, firing every timer that falls due on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms
    await this.settle()
    while (await this.fireNext(end)) await this.settle()
    this.time = end
  }

  /**
   * Runs `body` to its end, moving time only while `body` sleeps on the clock it is given. What `body` does
   * between two sleeps takes no AWS time, however long it takes on the wall.
   */
  async run<T>(body: (clock: Actor) => Promise<T>): Promise<T> {
    let over = false
    const result = this.accompany(body).finally(() => {
      over = true
    })
    result.catch(() => undefined)
    while (!over) {
      await this.settle()
      if (!over) await this.fireNext(Infinity)
    }
    return result
  }

  /** A second party beside the one that {@link run} drives: time waits for it in the same way. */
  async accompany<T>(body: (clock: Actor) => Promise<T>): Promise<T> {
    const actor = new Actor(this)
    this.actors.add(actor)
    try {
      return await body(actor)
    } finally {
      this.actors.delete(actor)
      this.wake()
    }
  }

  private async fireNext(end: number): Promise<boolean> {
    const next = this.timers
      .filter((timer) => timer.at <= end)
      .reduce<Timer | undefined>(
        (first, timer) => (first && isBefore(first, timer) ? first : timer),
        undefined,
      )
    if (!next) return false
    this.timers = this.timers.filter((timer) => timer !== next)
    this.time = Math.max(this.time, next.at)
    next.fire()
    return true
  }
}

const isBefore = (a: Timer, b: Timer): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order)

/** One party (the program under test) for whom virtual time waits: it moves only while the party sleeps. */
export class Actor {
  private sleeping = 0
  private readonly clock: VirtualClock

  constructor(clock: VirtualClock) {
    this.clock = clock
  }

  now(): number {
    return this.clock.now()
  }

  /** Resolves after `ms` of AWS time, or at once when `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    this.sleeping++
    this.clock.wake()
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel()
        signal?.removeEventListener('abort', wake)
        this.sleeping--
        resolve()
      }
      const cancel = this.clock.after(ms, wake)
      signal?.addEventListener('abort', wake)
    })
  }

  isBusy(): boolean {
    return this.sleeping === 0
  }
}
