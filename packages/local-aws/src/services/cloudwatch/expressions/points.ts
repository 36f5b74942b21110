/** One time series: by period start, in seconds since the epoch, ascending. A period without data has no entry. */
export type Points = ReadonlyMap<number, number>

export type Value = number | Points | readonly Points[]

export const isSeries = (value: Value): value is Points => value instanceof Map
export const isList = (value: Value): value is readonly Points[] => Array.isArray(value)

/** Every period that any of the series has, ascending. */
export const startsOfAny = (list: readonly Points[]): readonly number[] =>
  [...new Set(list.flatMap((points) => [...points.keys()]))].sort((a, b) => a - b)

/** Leaves out the periods for which `valueAt` gives nothing, or no number. */
export function pointsOf(
  starts: Iterable<number>,
  valueAt: (start: number) => number | undefined,
): Points {
  const points = new Map<number, number>()
  for (const start of starts) {
    const value = valueAt(start)
    if (value !== undefined && Number.isFinite(value)) points.set(start, value)
  }
  return points
}

/** Changes every series of a list, or the one, or the number. */
export function mapValue(
  value: Value,
  ofSeries: (points: Points) => Points,
  ofNumber: (number: number) => number,
): Value {
  if (isList(value)) return value.map(ofSeries)
  return isSeries(value) ? ofSeries(value) : ofNumber(value)
}
