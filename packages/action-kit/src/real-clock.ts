/** The time of the wall: the one place of the product that touches `Date` and timers. */
export const realClock = {
  /** Milliseconds since the epoch. */
  now: (): number => Date.now(),
  /** Resolves after `ms` milliseconds, or at once when `signal` is (or becomes) aborted. */
  sleep: (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted) {
        resolve()
        return
      }
      const wake = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      signal?.addEventListener('abort', wake)
    }),
}
