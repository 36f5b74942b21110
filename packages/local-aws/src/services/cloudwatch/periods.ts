/** Periods and ranges of time, in seconds. */

/** The periods that may be asked for: 1, 5, 10, 20, 30 or a multiple of 60 seconds (API_MetricStat). */
export const isPeriod = (seconds: number): boolean =>
  [1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0)

/** What is asked for: periods from `startOf` the period on, as far as they begin before `end`. */
export interface Range {
  /** Exclusive. */
  readonly end: number
  startOf(period: number): number
}

const DAY = 24 * 3600

/**
 * The range of GetMetricData and GetMetricStatistics: the start is rounded down to a whole minute, for older data to
 * 5 minutes or an hour, and for periods below a minute to the period. Periods are counted from there (that they are
 * not counted from the epoch is seen in alarms: periods of 300 seconds that begin at :53 and :58).
 */
export function requestedRange(start: number, end: number, now: number): Range {
  const age = now - start
  const grain = age < 15 * DAY ? 60 : age < 63 * DAY ? 300 : 3600
  return {
    end,
    startOf: (period) => {
      const step = period < 60 ? period : grain
      return Math.floor(start / step) * step
    },
  }
}

/** The last `count` periods before `end`. */
export const lastPeriods = (count: number, end: number): Range => ({
  end,
  startOf: (period) => end - count * period,
})

/** The starts of a range's periods, ascending. */
export function startsOf(range: Range, period: number): readonly number[] {
  const first = range.startOf(period)
  const count = Math.max(0, Math.ceil((range.end - first) / period))
  return Array.from({ length: count }, (_each, index) => first + index * period)
}
