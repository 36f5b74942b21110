/** The statistics of CloudWatch by their names ('CloudWatch statistics definitions', user guide). */
import type { Distribution, ValueCount } from './distribution.ts'

/** `undefined` when the values do not allow the statistic. */
export type Statistic = (values: Distribution) => number | undefined

const BASIC: ReadonlyMap<string, Statistic> = new Map<string, Statistic>([
  ['SampleCount', (values) => values.count],
  ['Sum', (values) => values.sum],
  ['Average', (values) => values.sum / values.count],
  ['Minimum', (values) => values.minimum],
  ['Maximum', (values) => values.maximum],
])

/** `Average`, `Sum`, `p95`, `p99.9`, `tm90`, `TM(10%:90%)`, `PR(:300)`, … ; `undefined` when CloudWatch has none such. */
export function statisticOf(name: string): Statistic | undefined {
  const basic = BASIC.get(name)
  if (basic) return basic
  const bounds = boundsOf(name === 'IQM' ? 'TM(25%:75%)' : name)
  if (!bounds) return undefined
  const combine = COMBINE[bounds.kind]
  return (values) => {
    const all = values.ranked()
    return all && all.length > 0 ? combine(all, bounds) : undefined
  }
}

type Kind = 'P' | 'TM' | 'WM' | 'TC' | 'TS' | 'PR'

interface Bounds {
  readonly kind: Kind
  readonly from: number | undefined
  readonly to: number | undefined
  readonly isPercent: boolean
}

const SINGLE = /^(p|tm|wm|tc|ts)(\d{1,3}(?:\.\d{1,10})?)$/
const RANGE = /^(TM|WM|TC|TS|PR)\((?:(\d+(?:\.\d+)?)(%?))?:(?:(\d+(?:\.\d+)?)(%?))?\)$/

function boundsOf(name: string): Bounds | undefined {
  const [, single, percent] = SINGLE.exec(name) ?? []
  if (single !== undefined && percent !== undefined) {
    const to = Number(percent)
    const kind = single.toUpperCase() as Kind
    return to > 100 ? undefined : { kind, from: undefined, to, isPercent: true }
  }
  const [, kind, from, fromSign = '', to, toSign = ''] = RANGE.exec(name) ?? []
  if (kind === undefined || (from === undefined && to === undefined)) return undefined
  if (from !== undefined && to !== undefined && fromSign !== toSign) return undefined
  const isPercent = fromSign === '%' || toSign === '%'
  if (isPercent && kind === 'PR') return undefined
  return {
    kind: kind as Kind,
    from: from === undefined ? undefined : Number(from),
    to: to === undefined ? undefined : Number(to),
    isPercent,
  }
}

const COMBINE: Readonly<
  Record<Kind, (all: readonly ValueCount[], bounds: Bounds) => number | undefined>
> = {
  P: (all, { to = 100 }) => valueAt(all, to),
  TC: (all, bounds) => countOf(inside(all, bounds)),
  TS: (all, bounds) => sumOf(inside(all, bounds)),
  PR: (all, bounds) => (100 * countOf(inside(all, bounds))) / countOf(all),
  TM: (all, bounds) => {
    const kept = inside(all, bounds)
    return kept.length === 0 ? undefined : sumOf(kept) / countOf(kept)
  },
  WM: (all, bounds) => {
    const [low, high] = edges(all, bounds)
    const levelled = all.map(([value, count]): ValueCount => [
      Math.min(Math.max(value, low), high),
      count,
    ])
    return sumOf(levelled) / countOf(levelled)
  },
}

const countOf = (values: readonly ValueCount[]): number =>
  values.reduce((sum, [, count]) => sum + count, 0)

const sumOf = (values: readonly ValueCount[]): number =>
  values.reduce((sum, [value, count]) => sum + value * count, 0)

/**
 * Nearest rank: the smallest value that at least `percent` % of the values do not exceed. Whether CloudWatch takes a
 * value between two ranks is not documented (unproven).
 */
function valueAt(all: readonly ValueCount[], percent: number): number | undefined {
  const rank = rankOf(percent, countOf(all))
  let passed = 0
  return all.find(([, count]) => (passed += count) >= rank)?.[0]
}

/** Counted from 1. The rounding undoes what binary fractions add: 7 % of 100 is 7.000000000000001. */
const rankOf = (percent: number, count: number): number =>
  Math.max(1, Math.ceil(Number(((percent / 100) * count).toFixed(9))))

/** Values above `from` and not above `to`; or those whose ranks lie there, when the bounds are percentages. */
function inside(all: readonly ValueCount[], bounds: Bounds): readonly ValueCount[] {
  const { from, to, isPercent } = bounds
  if (!isPercent)
    return all.filter(([value]) => value > (from ?? -Infinity) && value <= (to ?? Infinity))
  const total = countOf(all)
  const first = from === undefined ? 0 : Math.floor(Number(((from / 100) * total).toFixed(9)))
  const last = to === undefined ? total : rankOf(to, total)
  let passed = 0
  return all.flatMap(([value, count]): readonly ValueCount[] => {
    const kept = Math.min(passed + count, last) - Math.max(passed, first)
    passed += count
    return kept > 0 ? [[value, kept]] : []
  })
}

/** The values that stand for everything below and above. */
function edges(all: readonly ValueCount[], bounds: Bounds): readonly [number, number] {
  if (!bounds.isPercent) return [bounds.from ?? -Infinity, bounds.to ?? Infinity]
  const kept = inside(all, bounds)
  return [kept[0]?.[0] ?? -Infinity, kept.at(-1)?.[0] ?? Infinity]
}
