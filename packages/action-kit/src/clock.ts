/** The time that pauses are slept on; the real one is `real-clock.ts`. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  sleep(ms: number): Promise<void>
}
