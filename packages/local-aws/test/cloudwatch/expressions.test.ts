import { describe, expect, test } from '@jest/globals'
import {
  evaluate,
  type Points,
  type Scope,
} from '../../src/services/cloudwatch/expressions/evaluate.ts'
import {
  ExpressionError,
  parseExpression,
} from '../../src/services/cloudwatch/expressions/parse.ts'

const SERIES: Readonly<Record<string, Points>> = {
  a: new Map([
    [0, 1],
    [60, 2],
    [120, 3],
  ]),
  gaps: new Map([[60, 10]]),
  zero: new Map([
    [0, 0],
    [60, 5],
    [120, 0],
  ]),
}
const scope: Scope = {
  series: (id) => {
    const found = SERIES[id]
    if (!found) throw new ExpressionError(`${id} is not there`)
    return found
  },
  metrics: () => Object.values(SERIES),
  starts: [0, 60, 120],
  period: 60,
}
const values = (source: string): (number | undefined)[] => {
  const points = evaluate(parseExpression(source), scope)
  return scope.starts.map((start) => points.get(start))
}

test.each<[string, (number | undefined)[]]>([
  ['a', [1, 2, 3]],
  ['a+1', [2, 3, 4]],
  ['2+3*4', [14, 14, 14]],
  ['(2+3)*4', [20, 20, 20]],
  ['2^3^2', [512, 512, 512]],
  ['-a', [-1, -2, -3]],
  ['10-4-3', [3, 3, 3]],
  ['a/zero', [undefined, 0.4, undefined]],
  ['a+gaps', [undefined, 12, undefined]],
  ['100*FILL(gaps,0)/a', [0, 500, 0]],
  ['FILL(gaps,REPEAT)', [undefined, 10, 10]],
  ['FILL(gaps,LINEAR)', [undefined, 10, undefined]],
  ['SUM([a,gaps])', [1, 12, 3]],
  ['MAX([a,zero])', [1, 5, 3]],
  ['SUM(METRICS())', [1, 17, 3]],
  ['SUM(a)', [6, 6, 6]],
  ['IF(a>1,a,0)', [0, 2, 3]],
  ['IF(a>1 AND a<3,1,0)', [0, 1, 0]],
  ['a>=2', [0, 1, 1]],
  ['CEIL(a/2)', [1, 1, 2]],
  ['DIFF(a)', [undefined, 1, 1]],
  ['RATE(a)*60', [undefined, 1, 1]],
  ['RUNNING_SUM(a)', [1, 3, 6]],
  ['PERIOD(a)', [60, 60, 60]],
])('%s', (source, expected) => {
  expect(values(source)).toEqual(expected)
})

describe('what is wrong is said, and where', () => {
  test.each([
    ['a+', 'found the end'],
    ['a $ b', 'position 2'],
    ['(a', "expected ')'"],
    ['a b', "'b' at position 3"],
    ['NOTHING(a)', 'the function NOTHING'],
    ['missing+1', 'missing is not there'],
    ['METRICS()', 'array of time series'],
  ])('%s', (source, expected) => {
    expect(() => values(source)).toThrow(expected)
  })
})
