import { ExpressionError } from './parse.ts'
import { isList, isSeries, pointsOf, startsOfAny, type Points, type Value } from './points.ts'

const both = (a: number, b: number): number => Number(a !== 0 && b !== 0)
const either = (a: number, b: number): number => Number(a !== 0 || b !== 0)

const OPERATORS: ReadonlyMap<string, (a: number, b: number) => number> = new Map([
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
  ['^', (a, b) => a ** b],
  ['<', (a, b) => Number(a < b)],
  ['<=', (a, b) => Number(a <= b)],
  ['>', (a, b) => Number(a > b)],
  ['>=', (a, b) => Number(a >= b)],
  ['==', (a, b) => Number(a === b)],
  ['!=', (a, b) => Number(a !== b)],
  ['&&', both],
  ['AND', both],
  ['||', either],
  ['OR', either],
])

/**
 * Between two series, a value that one of them lacks counts as 0, and a period that both lack stays without data. A
 * division by zero leaves the period without data ('Basic arithmetic functions', 'Comparison and logical operators').
 */
export function operate(operator: string, left: Value, right: Value): Value {
  const apply = OPERATORS.get(operator)
  if (!apply) throw new ExpressionError(`Unsupported operator ${operator}`)
  if (isList(left) && isList(right)) {
    throw new ExpressionError(
      `Unsupported operand types for ${operator}: two arrays of time series`,
    )
  }
  if (isList(left)) return left.map((each) => between(apply, each, right as number | Points))
  if (isList(right)) return right.map((each) => between(apply, left, each))
  if (!isSeries(left) && !isSeries(right)) return apply(left, right)
  return between(apply, left, right)
}

function between(
  apply: (a: number, b: number) => number,
  left: number | Points,
  right: number | Points,
): Points {
  const at = (side: number | Points, start: number): number =>
    isSeries(side) ? (side.get(start) ?? 0) : side
  return pointsOf(startsOfAny([left, right].filter(isSeries)), (start) =>
    apply(at(left, start), at(right, start)),
  )
}
