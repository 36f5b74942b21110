import type { StandardUnit } from '@aws-sdk/client-cloudwatch'

/** Dimension name to value. */
export type Dimensions = Readonly<Record<string, string>>

export interface Metric {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Dimensions
}

/**
 * What a bucket remembers of its values: enough for every statistic. Values are kept with their counts, so that
 * thousands of equal ones (requests of the same status) cost as much as one.
 */
export interface Bucket {
  count: number
  sum: number
  minimum: number
  maximum: number
  readonly values: Map<number, number>
}

interface Series {
  readonly metric: Metric
  unit: StandardUnit | undefined
  /** By start, seconds since the epoch. */
  readonly buckets: Map<number, Bucket>
  newest: number
}

/** The finest resolution that is kept, in seconds. */
const RESOLUTION = 1
/** How long values are kept, in seconds: AWS keeps high resolution data for three hours. */
const KEPT = 3 * 3600

export const emptyBucket = (): Bucket => ({
  count: 0,
  sum: 0,
  minimum: Infinity,
  maximum: -Infinity,
  values: new Map(),
})

export class MetricStore {
  private readonly series = new Map<string, Series>()

  /** `at` is milliseconds of AWS time; `count` is how often the value was seen. */
  record(metric: Metric, at: number, value: number, count = 1, unit?: StandardUnit): void {
    const bucket = this.bucketAt(metric, at, unit)
    bucket.count += count
    bucket.sum += value * count
    bucket.minimum = Math.min(bucket.minimum, value)
    bucket.maximum = Math.max(bucket.maximum, value)
    bucket.values.set(value, (bucket.values.get(value) ?? 0) + count)
  }

  /** A statistic set, whose single values are not known; percentiles leave it out. */
  recordSet(metric: Metric, at: number, set: Omit<Bucket, 'values'>, unit?: StandardUnit): void {
    const bucket = this.bucketAt(metric, at, unit)
    bucket.count += set.count
    bucket.sum += set.sum
    bucket.minimum = Math.min(bucket.minimum, set.minimum)
    bucket.maximum = Math.max(bucket.maximum, set.maximum)
  }

  /** The merged values of [`from`, `from` + `period`), both in seconds; `undefined` when there are none. */
  read(metric: Metric, from: number, period: number): Bucket | undefined {
    const series = this.series.get(keyOf(metric))
    if (!series) return undefined
    let merged: Bucket | undefined
    for (let at = from; at < from + period; at += RESOLUTION) {
      const bucket = series.buckets.get(at)
      if (bucket) merged = merge(merged ?? emptyBucket(), bucket)
    }
    return merged
  }

  metrics(): readonly { readonly metric: Metric; readonly newest: number }[] {
    return [...this.series.values()].map(({ metric, newest }) => ({ metric, newest }))
  }

  private bucketAt(metric: Metric, at: number, unit: StandardUnit | undefined): Bucket {
    const second = Math.floor(at / 1000)
    const key = keyOf(metric)
    let series = this.series.get(key)
    if (!series) {
      series = { metric, unit, buckets: new Map(), newest: second }
      this.series.set(key, series)
    }
    let bucket = series.buckets.get(second)
    if (!bucket) {
      bucket = emptyBucket()
      series.buckets.set(second, bucket)
      series.newest = Math.max(series.newest, second)
      forget(series)
    }
    return bucket
  }
}

/** Buckets come in the order of time, so the oldest are first in the map. */
function forget(series: Series): void {
  for (const at of series.buckets.keys()) {
    if (at >= series.newest - KEPT) return
    series.buckets.delete(at)
  }
}

function merge(into: Bucket, bucket: Bucket): Bucket {
  into.count += bucket.count
  into.sum += bucket.sum
  into.minimum = Math.min(into.minimum, bucket.minimum)
  into.maximum = Math.max(into.maximum, bucket.maximum)
  for (const [value, count] of bucket.values) {
    into.values.set(value, (into.values.get(value) ?? 0) + count)
  }
  return into
}

/** A metric is its namespace, name and exact set of dimensions; another set is another metric. */
function keyOf({ namespace, name, dimensions }: Metric): string {
  const parts = Object.keys(dimensions)
    .sort()
    .map((key) => `${key}=${dimensions[key] ?? ''}`)
  return [namespace, name, ...parts].join('\u0000')
}
