import type { Bucket } from './metric-store.ts'

/** `Average`, `Sum`, `p95`, `p99.9`, `tm90`, … ; `undefined` when it is not a statistic of CloudWatch. */
export function statisticOf(name: string): ((bucket: Bucket) => number | undefined) | undefined {
  switch (name) {
    case 'SampleCount':
      return (bucket) => bucket.count
    case 'Sum':
      return (bucket) => bucket.sum
    case 'Average':
      return (bucket) => bucket.sum / bucket.count
    case 'Minimum':
      return (bucket) => bucket.minimum
    case 'Maximum':
      return (bucket) => bucket.maximum
    case 'IQM':
      return (bucket) => trimmedMean(bucket, 25, 75)
  }
  const [, kind, text] = /^(p|tm|wm|tc|ts)(\d{1,2}(?:\.\d{1,10})?|100)$/i.exec(name) ?? []
  if (kind === undefined || text === undefined) return undefined
  const percent = Number(text)
  switch (kind.toLowerCase()) {
    case 'p':
      return (bucket) => percentile(bucket, percent)
    case 'tm':
      return (bucket) => trimmedMean(bucket, 0, percent)
    case 'wm':
      return (bucket) => winsorizedMean(bucket, percent)
    case 'tc':
      return (bucket) => kept(bucket, 0, percent).reduce((sum, [, count]) => sum + count, 0)
    default:
      return (bucket) =>
        kept(bucket, 0, percent).reduce((sum, [value, count]) => sum + value * count, 0)
  }
}

const sorted = (bucket: Bucket): [number, number][] => [...bucket.values].sort(([a], [b]) => a - b)

/** Nearest rank: the smallest value that at least `percent` % of the values do not exceed. */
export function percentile(bucket: Bucket, percent: number): number | undefined {
  const values = sorted(bucket)
  const total = values.reduce((sum, [, count]) => sum + count, 0)
  if (total === 0) return undefined
  const rank = Math.max(1, Math.ceil((percent / 100) * total))
  let passed = 0
  for (const [value, count] of values) {
    passed += count
    if (passed >= rank) return value
  }
  return values.at(-1)?.[0]
}

/** The values whose rank lies within `from` to `to` percent, with how many of each. */
function kept(bucket: Bucket, from: number, to: number): [number, number][] {
  const values = sorted(bucket)
  const total = values.reduce((sum, [, count]) => sum + count, 0)
  const first = (from / 100) * total
  const last = (to / 100) * total
  let passed = 0
  return values.flatMap(([value, count]): [number, number][] => {
    const inside = Math.min(passed + count, last) - Math.max(passed, first)
    passed += count
    return inside > 0 ? [[value, inside]] : []
  })
}

function trimmedMean(bucket: Bucket, from: number, to: number): number | undefined {
  const values = kept(bucket, from, to)
  const count = values.reduce((sum, [, each]) => sum + each, 0)
  return count === 0
    ? undefined
    : values.reduce((sum, [value, each]) => sum + value * each, 0) / count
}

/** Values above the percentile count as the percentile. */
function winsorizedMean(bucket: Bucket, percent: number): number | undefined {
  const limit = percentile(bucket, percent)
  if (limit === undefined) return undefined
  const values = sorted(bucket)
  const count = values.reduce((sum, [, each]) => sum + each, 0)
  return values.reduce((sum, [value, each]) => sum + Math.min(value, limit) * each, 0) / count
}
