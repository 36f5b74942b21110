/** Metric math over aligned series ('Using metric math', CloudWatch user guide): tree to values. */
import { ExpressionError, type Expression } from './parse.ts'

/** By period start in seconds; a period without data has no entry. */
export type Points = ReadonlyMap<number, number>

export interface Scope {
  /** Throws {@link ExpressionError} for an id that is not there. */
  series(id: string): Points
  /** All metrics of the request, for METRICS(). */
  metrics(): readonly Points[]
  /** Every period start of the request, in seconds, ascending. */
  readonly starts: readonly number[]
  /** Seconds. */
  readonly period: number
}

type Value = number | Points | readonly Points[]

const isPoints = (value: Value): value is Points => value instanceof Map
const isList = (value: Value): value is readonly Points[] => Array.isArray(value)

/** A scalar result is the same in every period. */
export function evaluate(expression: Expression, scope: Scope): Points {
  const value = valueOf(expression, scope)
  if (isList(value)) throw new ExpressionError('an array of time series has to be made into one')
  return isPoints(value) ? value : new Map(scope.starts.map((start) => [start, value]))
}

function valueOf(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'number':
      return expression.value
    case 'series':
      return scope.series(expression.id)
    case 'word':
      throw new ExpressionError(`unknown word ${expression.word}`)
    case 'list':
      return expression.items.map((item) => evaluate(item, scope))
    case 'negate':
      return each(valueOf(expression.of, scope), (value) => -value)
    case 'binary':
      return combine(
        expression.operator,
        valueOf(expression.left, scope),
        valueOf(expression.right, scope),
      )
    case 'call':
      return call(expression.name, expression.args, scope)
  }
}

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  '||': (a, b) => Number(a !== 0 || b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
}

/** A period that either side lacks is missing in the result, and so is one with no number (division by zero). */
function combine(operator: string, left: Value, right: Value): Value {
  const apply = OPERATORS[operator]
  if (!apply) throw new ExpressionError(`unknown operator ${operator}`)
  if (isList(left)) return left.map((points) => asPoints(combine(operator, points, right)))
  if (isList(right)) return right.map((points) => asPoints(combine(operator, left, points)))
  if (!isPoints(left) && !isPoints(right)) return apply(left, right)
  const starts = isPoints(left) ? left.keys() : (right as Points).keys()
  const out = new Map<number, number>()
  for (const start of starts) {
    const a = isPoints(left) ? left.get(start) : left
    const b = isPoints(right) ? right.get(start) : right
    if (a === undefined || b === undefined) continue
    const value = apply(a, b)
    if (Number.isFinite(value)) out.set(start, value)
  }
  return out
}

function asPoints(value: Value): Points {
  if (isPoints(value)) return value
  throw new ExpressionError('a time series is expected')
}

function each(value: Value, change: (value: number) => number): Value {
  if (isList(value)) return value.map((points) => asPoints(each(points, change)))
  if (!isPoints(value)) return change(value)
  return new Map([...value].map(([start, number]) => [start, change(number)]))
}

const AGGREGATES: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: (values) => values.reduce((a, b) => a + b, 0),
  AVG: (values) => values.reduce((a, b) => a + b, 0) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
}

const PER_VALUE: Readonly<Record<string, (value: number) => number>> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
  LOG: Math.log,
  LOG10: Math.log10,
}

function call(name: string, args: readonly Expression[], scope: Scope): Value {
  const arg = (index: number): Value => {
    const expression = args[index]
    if (!expression) throw new ExpressionError(`${name} needs an argument more`)
    return valueOf(expression, scope)
  }
  const aggregate = AGGREGATES[name]
  if (aggregate) return aggregateOf(aggregate, arg(0))
  const perValue = PER_VALUE[name]
  if (perValue) return each(arg(0), perValue)
  switch (name) {
    case 'METRICS':
      return scope.metrics()
    case 'FILL':
      return fill(asPoints(arg(0)), args[1], scope)
    case 'IF':
      return choose(arg(0), arg(1), args[2] ? arg(2) : undefined, scope)
    case 'PERIOD':
      return scope.period
    case 'TIME_SERIES':
      return new Map(scope.starts.map((start) => [start, Number(arg(0))]))
    case 'RATE':
      return each(differences(asPoints(arg(0))), (value) => value / scope.period)
    case 'DIFF':
      return differences(asPoints(arg(0)))
    case 'RUNNING_SUM':
      return runningSum(asPoints(arg(0)))
    default:
      throw new ExpressionError(`the function ${name} is not known here`)
  }
}

/** Of an array: period by period. Of one series: over all its periods. */
function aggregateOf(aggregate: (values: readonly number[]) => number, value: Value): Value {
  if (isPoints(value)) return aggregate([...value.values()])
  if (!isList(value)) return value
  const starts = new Set(value.flatMap((points) => [...points.keys()]))
  return new Map(
    [...starts]
      .sort((a, b) => a - b)
      .map((start) => {
        const values = value.map((points) => points.get(start)).filter((each) => each !== undefined)
        return [start, aggregate(values)]
      }),
  )
}

function fill(points: Points, how: Expression | undefined, scope: Scope): Points {
  const out = new Map<number, number>()
  const word = how?.kind === 'word' ? how.word.toUpperCase() : undefined
  const constant = how && word === undefined ? evaluate(how, scope) : undefined
  scope.starts.forEach((start, index) => {
    const value =
      points.get(start) ??
      (word === 'REPEAT' ? lastBefore(points, scope.starts, index) : undefined) ??
      (word === 'LINEAR' ? between(points, scope.starts, index) : undefined) ??
      constant?.get(start)
    if (value !== undefined) out.set(start, value)
  })
  return out
}

const lastBefore = (points: Points, starts: readonly number[], index: number): number | undefined =>
  starts
    .slice(0, index)
    .map((start) => points.get(start))
    .findLast((value) => value !== undefined)

function between(points: Points, starts: readonly number[], index: number): number | undefined {
  const before = starts.slice(0, index).findLast((start) => points.has(start))
  const after = starts.slice(index + 1).find((start) => points.has(start))
  if (before === undefined || after === undefined) return undefined
  const [a, b] = [points.get(before) ?? 0, points.get(after) ?? 0]
  return a + ((b - a) * ((starts[index] ?? 0) - before)) / (after - before)
}

function choose(condition: Value, yes: Value, no: Value | undefined, scope: Scope): Points {
  const out = new Map<number, number>()
  for (const start of scope.starts) {
    const holds = isPoints(condition) ? condition.get(start) : (condition as number)
    if (holds === undefined) continue
    const chosen = holds !== 0 ? yes : no
    const value =
      chosen === undefined ? undefined : isPoints(chosen) ? chosen.get(start) : (chosen as number)
    if (value !== undefined) out.set(start, value)
  }
  return out
}

function differences(points: Points): Points {
  const entries = [...points].sort(([a], [b]) => a - b)
  return new Map(
    entries.slice(1).map(([start, value], index) => [start, value - (entries[index]?.[1] ?? 0)]),
  )
}

function runningSum(points: Points): Points {
  let sum = 0
  return new Map(
    [...points].sort(([a], [b]) => a - b).map(([start, value]) => [start, (sum += value)]),
  )
}
