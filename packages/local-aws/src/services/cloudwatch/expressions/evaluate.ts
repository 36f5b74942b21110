/** Metric math over aligned series ('Using metric math', CloudWatch user guide): tree to values. */
import { callFunction, type Scope } from './functions.ts'
import { operate } from './operators.ts'
import { ExpressionError, type Expression } from './parse.ts'
import { isList, isSeries, mapValue, pointsOf, type Points, type Value } from './points.ts'

export type { Scope }

/**
 * Throws {@link ExpressionError}, also when the result is not one time series. CloudWatch gives an array of series
 * as several results of the same id; the local endpoint does not.
 */
export function evaluate(expression: Expression, scope: Scope): Points {
  const value = valueOf(expression, scope)
  if (isSeries(value)) return value
  throw new ExpressionError(
    isList(value)
      ? 'The expression gives an array of time series, which the local endpoint does not support as a result'
      : 'The expression gives a number, but the result must be a time series',
  )
}

function valueOf(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'number':
      return expression.value
    case 'id':
      return scope.series(expression.id)
    case 'word':
      throw new ExpressionError(`Unexpected word ${expression.word}`)
    case 'text':
      throw new ExpressionError(`Unexpected text "${expression.text}"`)
    case 'list':
      return expression.items.flatMap((item) => seriesIn(valueOf(item, scope)))
    case 'negate':
      return mapValue(
        valueOf(expression.of, scope),
        (points) => pointsOf(points.keys(), (start) => -(points.get(start) ?? 0)),
        (number) => -number,
      )
    case 'binary': {
      const left = valueOf(expression.left, scope)
      return operate(expression.operator, left, valueOf(expression.right, scope))
    }
    case 'call': {
      const { name, args } = expression
      const value = (index: number): Value => {
        const arg = args[index]
        if (!arg) throw new ExpressionError(`${name} needs ${index + 1} arguments`)
        return valueOf(arg, scope)
      }
      return callFunction({ name, args, scope, value })
    }
  }
}

/** `[METRICS("4xx"), m1]` is one array. */
function seriesIn(value: Value): readonly Points[] {
  if (isList(value)) return value
  if (isSeries(value)) return [value]
  throw new ExpressionError('An array holds time series, not numbers')
}
