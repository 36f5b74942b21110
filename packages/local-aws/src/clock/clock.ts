/**
 * The one source of time of the local endpoint. All durations are milliseconds of AWS time, which may stand
 * still (virtual), run fast (scaled) or run as it does on the wall (rate 1).
 */
export interface Clock {
  /** Milliseconds since the epoch, in AWS time. */
  now(): number
  /** Resolves when `ms` of AWS time have passed. Never rejects. */
  sleep(ms: number): Promise<void>
  /** Calls `fire` once after `ms` of AWS time, unless the returned function was called before. */
  after(ms: number, fire: () => void): () => void
  /**
   * Marks real work (a request, a process start) that AWS time has to wait for. The virtual clock does not move
   * while any tracked promise is pending; the other clocks ignore it. Returns the promise it was given.
   */
  track<T>(work: Promise<T>): Promise<T>
  /** How many milliseconds on the wall `ms` of AWS time take; for socket time-outs. Virtual: `ms` itself. */
  wallMilliseconds(ms: number): number
}
