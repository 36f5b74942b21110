import { describe, expect, test } from '@jest/globals'
import { evaluate } from '../../src/services/cloudwatch/expressions/evaluate.ts'
import {
  ExpressionError,
  parseExpression,
} from '../../src/services/cloudwatch/expressions/parse.ts'
import { pointsOf, type Points } from '../../src/services/cloudwatch/expressions/points.ts'
import { series } from './test-cloudwatch.ts'

const PERIOD = 60

/** Evaluates over series such as `{ m1: '1 - 3' }`, of one-minute periods, and gives the result the same way. */
function result(source: string, metrics: Readonly<Record<string, string>>): string {
  const lengths = Object.values(metrics).map((words) => series(words).length)
  const starts = Array.from({ length: Math.max(0, ...lengths) }, (_each, index) => index * PERIOD)
  const read = (id: string): Points => {
    const words = metrics[id]
    if (words === undefined) throw new ExpressionError(`Undefined variable '${id}'`)
    return pointsOf(starts, (start) => series(words)[start / PERIOD])
  }
  const points = evaluate(parseExpression(source), {
    series: read,
    metrics: (text) =>
      Object.keys(metrics)
        .filter((id) => id.includes(text))
        .map(read),
    periodOf: () => PERIOD,
    starts,
  })
  return starts
    .map((start) => Number(points.get(start)?.toFixed(6) ?? NaN))
    .join(' ')
    .replaceAll('NaN', '-')
}

describe('arithmetic', () => {
  test.each<[string, Record<string, string>, string]>([
    ['m1 + 2 * 3', { m1: '1 2' }, '7 8'],
    ['(m1 + 2) * 3', { m1: '1 2' }, '9 12'],
    ['m1 - 1 - 1', { m1: '5' }, '3'],
    ['8 / 2 / m1', { m1: '2' }, '2'],
    ['2 ^ m1 ^ 2', { m1: '3' }, '512'],
    ['-m1 ^ 2', { m1: '3' }, '-9'],
    ['2 - -m1', { m1: '3' }, '5'],
    ['1.5e1 * m1', { m1: '2' }, '30'],
    // A value that one series lacks counts as 0; a period that both lack stays empty.
    ['m1 + m2', { m1: '1 - 3 -', m2: '10 20 - -' }, '11 20 3 -'],
    ['m1 * 2', { m1: '1 - 3' }, '2 - 6'],
    // A division by zero drops the point.
    ['m1 / m2', { m1: '4 4 - 4', m2: '2 0 2 -' }, '2 - 0 -'],
    ['SUM(100/[m1, m2])', { m1: '10 20', m2: '50 -' }, '12 5'],
    ['SUM(-[m1, m2])', { m1: '1', m2: '2' }, '-3'],
  ])('%s of %j is %s', (source, metrics, expected) => {
    expect(result(source, metrics)).toBe(expected)
  })
})

describe('comparison and logic, with the examples of the user guide', () => {
  const metrics = { m1: '30 20 0 0', m2: '20 - 20 -' }
  test.each([
    ['m1 < m2', '0 0 1 0'],
    ['m1 >= 30', '1 0 0 0'],
    ['m1 > 15 AND m2 > 15', '1 0 0 0'],
    ['m1 > 15 && m2 > 15', '1 0 0 0'],
    ['m1 > 25 OR m2 > 15', '1 0 1 0'],
    ['m1 > 25 || m2 > 15', '1 0 1 0'],
    ['m1 == 0', '0 0 1 1'],
    ['m1 != 0', '1 1 0 0'],
    ['m1 <= 20', '0 1 1 1'],
  ])('%s', (source, expected) => {
    expect(result(source, metrics)).toBe(expected)
  })
})

describe('IF, with the examples of the user guide', () => {
  const metrics = { m1: '1 1 0 0 -', m2: '30 - 0 0 30', m3: '0 0 20 - 20' }
  test.each([
    ['IF(m1, m2, m3)', '30 0 20 - -'],
    ['IF(m1, 5, m3)', '5 5 20 - -'],
    ['IF(m1, m2, 5)', '30 0 5 5 -'],
    ['IF(m1, m2)', '30 0 - - -'],
    ['IF(m3 > 10, 1, 0)', '0 0 1 - 1'],
    ['IF(1, m2, m3)', '30 - 0 0 30'],
    ['IF(0, m2, m3)', '0 0 20 - 20'],
    ['IF(0, m2)', '- - - - -'],
  ])('%s', (source, expected) => {
    expect(result(source, metrics)).toBe(expected)
  })
})

describe('functions', () => {
  test.each<[string, Record<string, string>, string]>([
    ['FILL(m1, 0)', { m1: '- 5 - 9 -' }, '0 5 0 9 0'],
    ['FILL(m1, -2 + 1)', { m1: '- 5' }, '-1 5'],
    ['FILL(m1, REPEAT)', { m1: '- 5 - - 9 -' }, '- 5 5 5 9 9'],
    ['FILL(m1, LINEAR)', { m1: '- 5 - - 11 -' }, '- 5 7 9 11 -'],
    ['FILL(m1, m2)', { m1: '- 5 -', m2: '1 2 -' }, '1 5 -'],
    ['SUM(FILL([m1, m2], 1))', { m1: '- 5', m2: '2 -' }, '3 6'],
    ['FILL(m1, 0)', { m1: '- - -' }, '0 0 0'],
    ['SUM([m1, m2])', { m1: '1 - -', m2: '2 3 -' }, '3 3 -'],
    ['AVG([m1, m2])', { m1: '1 - -', m2: '3 4 -' }, '2 2 -'],
    ['MIN([m1, m2])', { m1: '1 -', m2: '3 4' }, '1 4'],
    ['MAX([m1, m2])', { m1: '1 -', m2: '3 4' }, '3 4'],
    ['m1 - AVG(m1)', { m1: '1 - 3' }, '-1 - 1'],
    ['m1 / SUM(m1)', { m1: '1 - 3' }, '0.25 - 0.75'],
    ['MAX(m1) + MIN(m1) + 0 * m1', { m1: '1 - 3' }, '4 - 4'],
    ['SUM(METRICS())', { m1: '1', e4xx: '2', e5xx: '4' }, '7'],
    ['SUM(METRICS("xx"))', { m1: '1', e4xx: '2', e5xx: '4' }, '6'],
    ['SUM([METRICS("4xx"), m1])', { m1: '1', e4xx: '2', e5xx: '4' }, '3'],
    ['ABS(m1)', { m1: '-1.5 - 2' }, '1.5 - 2'],
    ['CEIL(m1)', { m1: '1.2 -' }, '2 -'],
    ['FLOOR(m1)', { m1: '1.8 -' }, '1 -'],
    ['LOG10(m1)', { m1: '100 0' }, '2 -'],
    ['m1 / PERIOD(m1)', { m1: '120 -' }, '2 -'],
    ['DIFF(m1)', { m1: '1 4 - 10' }, '- 3 - 6'],
    ['RATE(m1)', { m1: '0 60 - 180' }, '- 1 - 1'],
    ['RUNNING_SUM(m1)', { m1: '1 - 3 4' }, '1 - 4 8'],
    ['TIME_SERIES(MAX(m1))', { m1: '1 - 3' }, '3 3 3'],
  ])('%s of %j is %s', (source, metrics, expected) => {
    expect(result(source, metrics)).toBe(expected)
  })

  test.each<[string, Record<string, string>, string]>([
    ['a count of errors as a share of requests', { e: '- 5 -', r: '100 50 -' }, '0 10 -'],
    ['no error at all is 0, not nothing', { e: '- -', r: '100 50' }, '0 0'],
  ])('the error rate trigger: %s', (_name, metrics, expected) => {
    expect(result('100*FILL(e,0)/r', metrics)).toBe(expected)
  })
})

describe('an expression is refused', () => {
  test.each([
    ['m1 +', 'Syntax error: expected a value, found the end'],
    ['m1 m2', "Syntax error: expected the end, found 'm2' at position 4"],
    ['(m1', "Syntax error: expected ')', found the end"],
    ['SUM(m1', "Syntax error: expected ')', found the end"],
    ['[m1, ]', "Syntax error: expected a value, found ']' at position 6"],
    ['m1 ? 2', 'Syntax error at position 3'],
    ['', 'Syntax error: expected a value, found the end'],
    ['m9 + 1', "Undefined variable 'm9'"],
    ['sum([m1])', 'Unknown function sum'],
    ['NOPE(m1)', 'Unknown function NOPE'],
    ['SEARCH(m1)', 'The function SEARCH is not supported by the local endpoint'],
    ['AVG(m1)', 'The expression gives a number, but the result must be a time series'],
    ['METRICS()', 'an array of time series, which the local endpoint does not support'],
    ['[m1] + [m1]', 'Unsupported operand types for +'],
    ['[m1, 2]', 'An array holds time series, not numbers'],
    ['FILL(m1)', 'FILL needs 2 arguments'],
    ['FILL(m1, NOW)', 'Unexpected word NOW'],
    ['m1 + "x"', 'Unexpected text "x"'],
    ['PERIOD(m1 + 1)', 'PERIOD takes the id of a metric'],
    ['SUM(2)', 'SUM takes a time series, not a number'],
    ['IF([m1], 1, 2)', 'IF does not take an array of time series'],
    [`${'('.repeat(200)}m1${')'.repeat(200)}`, 'nested too deeply'],
    [`${'-'.repeat(200)}m1`, 'nested too deeply'],
    ['m1+'.repeat(700), 'longer than 2048 characters'],
  ])('%s', (source, message) => {
    expect(() => result(source, { m1: '1' })).toThrow(message)
    expect(() => result(source, { m1: '1' })).toThrow(ExpressionError)
  })
})
