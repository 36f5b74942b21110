/** The functions of metric math that triggers and alarms use ('Functions supported for metric math', user guide). */
import { ExpressionError, type Expression } from './parse.ts'
import {
  isList,
  isSeries,
  mapValue,
  pointsOf,
  startsOfAny,
  type Points,
  type Value,
} from './points.ts'

/** What a function may ask of the request it is part of. */
export interface Scope {
  /** Throws {@link ExpressionError} for an id that is not there. */
  series(id: string): Points
  /** The metrics of the request, without expressions, whose ids contain `text`. */
  metrics(text: string): readonly Points[]
  /** The period of a metric, in seconds. */
  periodOf(id: string): number
  /** Every period start, in seconds, ascending. */
  readonly starts: readonly number[]
}

export interface Call {
  readonly name: string
  /** As they were written, for functions that take words or ids. */
  readonly args: readonly Expression[]
  readonly scope: Scope
  /** Throws {@link ExpressionError} when the argument is not there. */
  value(index: number): Value
}

/** Throws {@link ExpressionError} for a function that is not known, or arguments that it does not take. */
export function callFunction(call: Call): Value {
  const run = FUNCTIONS.get(call.name)
  if (run) return run(call)
  const isKnown = ELSEWHERE.includes(call.name)
  throw new ExpressionError(
    isKnown
      ? `The function ${call.name} is not supported by the local endpoint`
      : `Unknown function ${call.name}`,
  )
}

/** CloudWatch has them, the endpoint does not. */
const ELSEWHERE: readonly string[] = (
  'ANOMALY_DETECTION_BAND DATAPOINT_COUNT DATE DAY DB_PERF_INSIGHTS DIFF_TIME EPOCH FIRST HOUR INSIGHT_RULE_METRIC ' +
  'LAMBDA LAST METRIC_COUNT MINUTE MONTH REMOVE_EMPTY SEARCH SERVICE_QUOTA SLICE SORT STDDEV YEAR'
).split(' ')

const FUNCTIONS: ReadonlyMap<string, (call: Call) => Value> = new Map<
  string,
  (call: Call) => Value
>([
  ['SUM', (call) => aggregate(call, sum)],
  ['MIN', (call) => aggregate(call, (values) => values.reduce((a, b) => Math.min(a, b)))],
  ['MAX', (call) => aggregate(call, (values) => values.reduce((a, b) => Math.max(a, b)))],
  // Of an array, 'missing values are treated as 0'.
  ['AVG', (call) => aggregate(call, (values, of) => sum(values) / of)],
  ['ABS', (call) => perValue(call, Math.abs)],
  ['CEIL', (call) => perValue(call, Math.ceil)],
  ['FLOOR', (call) => perValue(call, Math.floor)],
  ['LOG', (call) => perValue(call, Math.log)],
  ['LOG10', (call) => perValue(call, Math.log10)],
  ['METRICS', metrics],
  ['FILL', fill],
  ['IF', choose],
  ['PERIOD', period],
  ['TIME_SERIES', timeSeries],
  ['DIFF', (call) => perSeries(call, (points) => changes(points, (change) => change))],
  ['RATE', (call) => perSeries(call, (points) => changes(points, (change, time) => change / time))],
  ['RUNNING_SUM', (call) => perSeries(call, runningSum)],
])

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/** Of an array: period by period. Of one series: a number, over all its periods. `of`: how many could have been. */
function aggregate(call: Call, combine: (values: readonly number[], of: number) => number): Value {
  const value = call.value(0)
  if (isList(value)) {
    return pointsOf(startsOfAny(value), (start) => {
      const values = value.map((points) => points.get(start)).filter((each) => each !== undefined)
      return combine(values, value.length)
    })
  }
  if (!isSeries(value)) throw takesSeries(call)
  const values = [...value.values()]
  return values.length === 0 ? 0 : combine(values, values.length)
}

const perValue = (call: Call, change: (value: number) => number): Value =>
  mapValue(
    call.value(0),
    (points) => pointsOf(points.keys(), (start) => change(points.get(start) ?? 0)),
    change,
  )

const perSeries = (call: Call, change: (points: Points) => Points): Value =>
  mapValue(call.value(0), change, () => {
    throw takesSeries(call)
  })

const takesSeries = ({ name }: Call): ExpressionError =>
  new ExpressionError(`${name} takes a time series, not a number`)

function metrics({ args, scope }: Call): Value {
  const [filter] = args
  if (filter && filter.kind !== 'text') throw new ExpressionError('METRICS takes a text or nothing')
  return scope.metrics(filter?.text ?? '')
}

/** Valid input is metrics, not the results of other expressions. */
function period({ args, scope }: Call): Value {
  const [metric] = args
  if (metric?.kind !== 'id') throw new ExpressionError('PERIOD takes the id of a metric')
  return scope.periodOf(metric.id)
}

function timeSeries(call: Call): Value {
  const value = call.value(0)
  if (typeof value !== 'number') throw new ExpressionError('TIME_SERIES takes a number')
  return pointsOf(call.scope.starts, () => value)
}

function fill(call: Call): Value {
  const [, how] = call.args
  const { starts } = call.scope
  if (how?.kind === 'word' && how.word === 'REPEAT') {
    return perSeries(call, (points) => repeated(points, starts))
  }
  if (how?.kind === 'word' && how.word === 'LINEAR') {
    return perSeries(call, (points) => interpolated(points, starts))
  }
  const filler = single(call, 1)
  return perSeries(call, (points) =>
    pointsOf(
      starts,
      (start) => points.get(start) ?? (isSeries(filler) ? filler.get(start) : filler),
    ),
  )
}

function repeated(points: Points, starts: readonly number[]): Points {
  let last: number | undefined
  return pointsOf(starts, (start) => (last = points.get(start) ?? last))
}

/** On a straight line between the ends of a gap; what lies before the first or after the last value stays empty. */
function interpolated(points: Points, starts: readonly number[]): Points {
  const known = [...points]
  let next = 0
  return pointsOf(starts, (start) => {
    while ((known[next]?.[0] ?? Infinity) < start) next++
    const before = known[next - 1]
    const after = known[next]
    if (after?.[0] === start) return after[1]
    if (!before || !after) return undefined
    return before[1] + ((after[1] - before[1]) * (start - before[0])) / (after[0] - before[0])
  })
}

/** 'Using IF expressions': what is true but missing is 0, what is false but missing is dropped. */
function choose(call: Call): Value {
  const condition = single(call, 0)
  const yes = single(call, 1)
  const no = call.args.length > 2 ? single(call, 2) : undefined
  if (!isSeries(condition)) {
    const chosen = condition !== 0 ? yes : no
    return chosen ?? new Map<number, number>()
  }
  const at = (side: number | Points | undefined, start: number): number | undefined =>
    side === undefined || !isSeries(side) ? side : side.get(start)
  return pointsOf(condition.keys(), (start) =>
    condition.get(start) !== 0 ? (at(yes, start) ?? 0) : at(no, start),
  )
}

function single(call: Call, index: number): number | Points {
  const value = call.value(index)
  if (isList(value)) throw new ExpressionError(`${call.name} does not take an array of time series`)
  return value
}

/** From each value to the one before it, with the seconds between them. */
function changes(points: Points, give: (change: number, seconds: number) => number): Points {
  const entries = [...points]
  return new Map(
    entries.slice(1).map(([start, value], index) => {
      const [startBefore, valueBefore] = entries[index] ?? [start, value]
      return [start, give(value - valueBefore, start - startBefore)]
    }),
  )
}

function runningSum(points: Points): Points {
  let total = 0
  return new Map([...points].map(([start, value]) => [start, (total += value)]))
}
