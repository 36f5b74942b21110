/**
 * What is remembered of the values of one stretch of time: enough for every statistic, in bounded space however many
 * values come. Equal values are counted, not kept one by one; when there are too many different ones they are rounded.
 */

/** Values known by their summary alone (`StatisticValues` of PutMetricData). */
export interface StatisticValues {
  readonly count: number
  readonly sum: number
  readonly minimum: number
  readonly maximum: number
}

export type ValueCount = readonly [value: number, count: number]

/** Up to so many different values percentiles are exact. */
export const EXACT_VALUES = 500
/** Above that, values are kept to this relative width, so a percentile is off by half of it at most. */
export const ROUNDING = 0.01

export class Distribution implements StatisticValues {
  count = 0
  sum = 0
  minimum = Infinity
  maximum = -Infinity
  private readonly counts = new Map<number, number>()
  private isRounded = false
  private hasUnknownValues = false

  add(value: number, count = 1): void {
    this.summarise({ count, sum: value * count, minimum: value, maximum: value })
    this.tally(value, count)
  }

  addSet(set: StatisticValues): void {
    const isOneValue = set.minimum === set.maximum && set.sum === set.minimum * set.count
    if (isOneValue) {
      this.add(set.minimum, set.count)
      return
    }
    this.summarise(set)
    this.hasUnknownValues = true
  }

  merge(other: Distribution): void {
    this.summarise(other)
    this.hasUnknownValues ||= other.hasUnknownValues
    for (const [value, count] of other.counts) this.tally(value, count)
  }

  /**
   * The values in ascending order; `undefined` when CloudWatch has no percentiles of them: it needs the raw values, and
   * none may be negative ('CloudWatch statistics definitions', user guide).
   */
  ranked(): readonly ValueCount[] | undefined {
    if (this.hasUnknownValues || this.minimum < 0) return undefined
    return [...this.counts]
      .sort(([a], [b]) => a - b)
      .map(([value, count]) => [Math.min(Math.max(value, this.minimum), this.maximum), count])
  }

  private summarise(set: StatisticValues): void {
    this.count += set.count
    this.sum += set.sum
    this.minimum = Math.min(this.minimum, set.minimum)
    this.maximum = Math.max(this.maximum, set.maximum)
  }

  private tally(value: number, count: number): void {
    const kept = this.isRounded ? rounded(value) : value
    this.counts.set(kept, (this.counts.get(kept) ?? 0) + count)
    if (!this.isRounded && this.counts.size > EXACT_VALUES) this.round()
  }

  private round(): void {
    this.isRounded = true
    const exact = [...this.counts]
    this.counts.clear()
    for (const [value, count] of exact) this.tally(value, count)
  }
}

const WIDTH = Math.log1p(ROUNDING)

/** The middle of the value's step, where steps grow with the values. */
function rounded(value: number): number {
  if (value === 0) return 0
  const step = Math.round(Math.log(Math.abs(value)) / WIDTH)
  return Math.sign(value) * Math.exp(step * WIDTH)
}
