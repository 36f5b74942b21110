import type { StandardUnit } from '@aws-sdk/client-cloudwatch'
import { Distribution, type StatisticValues } from './distribution.ts'

/** Dimension name to value. */
export type Dimensions = Readonly<Record<string, string>>

export interface Metric {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Dimensions
}

/** One value, or a summary of several. */
export type Measurement = { readonly value: number; readonly count: number } | StatisticValues

export interface Arrival {
  /** AWS time, milliseconds since the epoch. */
  readonly at: number
  readonly unit: StandardUnit
  /** Seconds. */
  readonly resolution: 1 | 60
}

/** Points with different units are different series of the same metric (API_PutMetricAlarm, Unit). */
interface Series {
  /** By start, in seconds since the epoch. */
  readonly minutes: Map<number, Distribution>
  /** Of high-resolution metrics alone. */
  readonly seconds: Map<number, Distribution>
  isHighResolution: boolean
}

interface MetricEntry {
  readonly metric: Metric
  readonly series: Map<StandardUnit, Series>
  /** When a value last arrived and the newest time one was for, both in seconds. */
  newest: number
}

/** How long points are kept, in seconds: by the minute for 15 days, by the second for 3 hours (API_GetMetricData). */
const KEPT = { minutes: 15 * 24 * 3600, seconds: 3 * 3600 }
/** So far ahead may a value be dated, in seconds (API_PutMetricData). */
const AHEAD = 2 * 3600

/** All metrics of the endpoint. Recording is cheap: the load balancer does it several times per request. */
export class MetricStore {
  private readonly entries = new Map<string, MetricEntry>()

  record(metric: Metric, measurement: Measurement, { at, unit, resolution }: Arrival): void {
    const second = Math.floor(at / 1000)
    const minute = second - (second % 60)
    const entry = this.entryOf(metric, second)
    entry.newest = Math.max(entry.newest, second)
    const series = seriesOf(entry, unit)
    series.isHighResolution ||= resolution === 1
    add(bucketOf(series.minutes, minute, 60, entry.newest - KEPT.minutes), measurement)
    if (!series.isHighResolution) return
    const start = resolution === 1 ? second : minute
    add(bucketOf(series.seconds, start, 1, entry.newest - KEPT.seconds), measurement)
  }

  /**
   * What was measured in [`from`, `to`), in seconds; `undefined` when nothing was. Without `unit`, whatever the unit.
   * The values of a metric of standard resolution all lie at the start of their minute.
   */
  read(metric: Metric, from: number, to: number, unit?: StandardUnit): Distribution | undefined {
    const found: Distribution[] = []
    const areWholeMinutes = from % 60 === 0 && to % 60 === 0
    for (const [seriesUnit, series] of this.entries.get(keyOf(metric))?.series ?? []) {
      if (unit !== undefined && seriesUnit !== unit) continue
      const bySecond = series.isHighResolution && !areWholeMinutes
      const buckets = bySecond ? series.seconds : series.minutes
      const step = bySecond ? 1 : 60
      for (let at = Math.ceil(from / step) * step; at < to; at += step) {
        const bucket = buckets.get(at)
        if (bucket) found.push(bucket)
      }
    }
    return merged(found)
  }

  /** The units in which a metric was measured. */
  units(metric: Metric): readonly StandardUnit[] {
    return [...(this.entries.get(keyOf(metric))?.series.keys() ?? [])]
  }

  /** Every metric; `newest` is the time, in seconds, of its newest value. */
  metrics(): readonly { readonly metric: Metric; readonly newest: number }[] {
    return [...this.entries.values()].map(({ metric, newest }) => ({ metric, newest }))
  }

  private entryOf(metric: Metric, second: number): MetricEntry {
    const key = keyOf(metric)
    const known = this.entries.get(key)
    if (known) return known
    for (const [oldKey, entry] of this.entries) {
      if (entry.newest < second - KEPT.minutes) this.entries.delete(oldKey)
    }
    const entry: MetricEntry = { metric, series: new Map(), newest: second }
    this.entries.set(key, entry)
    return entry
  }
}

function seriesOf(entry: MetricEntry, unit: StandardUnit): Series {
  const known = entry.series.get(unit)
  if (known) return known
  const series: Series = { minutes: new Map(), seconds: new Map(), isHighResolution: false }
  entry.series.set(unit, series)
  return series
}

/** Forgets what is older than `oldest` once the map holds more than that leaves. */
function bucketOf(
  buckets: Map<number, Distribution>,
  start: number,
  step: 1 | 60,
  oldest: number,
): Distribution {
  const known = buckets.get(start)
  if (known) return known
  const most = ((step === 60 ? KEPT.minutes : KEPT.seconds) + AHEAD) / step
  if (buckets.size > most) {
    for (const at of buckets.keys()) if (at < oldest) buckets.delete(at)
  }
  const bucket = new Distribution()
  buckets.set(start, bucket)
  return bucket
}

function add(bucket: Distribution, measurement: Measurement): void {
  if ('value' in measurement) bucket.add(measurement.value, measurement.count)
  else bucket.addSet(measurement)
}

function merged(found: readonly Distribution[]): Distribution | undefined {
  if (found.length < 2) return found[0]
  const all = new Distribution()
  for (const each of found) all.merge(each)
  return all
}

/** A metric is its namespace, name and exact set of dimensions; another set is another metric. */
function keyOf({ namespace, name, dimensions }: Metric): string {
  let key = `${namespace}\u0000${name}`
  for (const each of Object.keys(dimensions).sort()) {
    key += `\u0000${each}\u0001${dimensions[each] ?? ''}`
  }
  return key
}
