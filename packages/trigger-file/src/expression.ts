import {
  type MapEntry,
  likelyWord,
  type Place,
  type Problems,
  quoted,
} from '@ecs-pipeline/action-kit'

/** `Expression` of `AWS::CloudWatch::Alarm MetricDataQuery`: from 1 to 2048 characters. */
const LONGEST_EXPRESSION = 2048

/** Words in capitals that are no functions, and functions that SORT takes by their name ('Using metric math'). */
const BARE_WORDS = ['AND', 'OR', 'REPEAT', 'LINEAR', 'ASC', 'DESC', 'AVG', 'MIN', 'MAX', 'SUM']

/** What each would do here, and must not. */
const REFUSED_FUNCTIONS = new Map([
  // "The METRICS() function returns all the metrics in the request", and there all triggers are in one request.
  ['METRICS', 'it would take the metrics of the other triggers too. Write the metrics of this one'],
  ['SEARCH', 'it may find any number of metrics, of other services too'],
])

/**
 * Checks metric math as far as it can be without CloudWatch: its names, and its brackets. 'Using metric math'
 * (CloudWatch User Guide): "All functions must be written in uppercase letters …, and the Id field for all metrics
 * … must start with a lowercase letter."
 */
export function checkExpression(
  expression: string,
  place: Place,
  metrics: readonly MapEntry[],
  problems: Problems,
): void {
  const ids = metrics.map(({ key }) => key)
  if (expression.length > LONGEST_EXPRESSION) {
    problems.add(
      place,
      `an expression has at most ${LONGEST_EXPRESSION} characters, not ${expression.length}.`,
    )
    return
  }
  const code = expression.replace(/"[^"]*"|'[^']*'/g, '""')
  if (/^\s*SELECT\b/i.test(code)) {
    problems.add(place, 'Metrics Insights queries (SELECT) are not read. Write metric math.')
    return
  }
  const words = [...code.matchAll(/(?<!\w)([A-Za-z_]\w*)(\s*\()?/g)]
  for (const [, word = '', call] of words) {
    const problem = wordProblem(word, call !== undefined, ids)
    if (problem !== undefined) problems.add(place, problem)
  }
  checkBrackets(code, place, problems)
  const used = new Set(words.map(([, word]) => word))
  for (const { key, keyPlace } of metrics) {
    if (!used.has(key)) problems.add(keyPlace, `the expression does not use ${quoted(key)}.`)
  }
}

function wordProblem(word: string, called: boolean, ids: readonly string[]): string | undefined {
  if (called) {
    const why = REFUSED_FUNCTIONS.get(word.toUpperCase())
    if (why !== undefined) return `${word.toUpperCase()} cannot be used here: ${why}.`
    return word === word.toUpperCase()
      ? undefined
      : `functions are in capital letters: ${word.toUpperCase()}, not ${word}.`
  }
  if (ids.includes(word) || BARE_WORDS.includes(word)) return undefined
  const near = likelyWord(word, ids.length > 0 && word.length === 1 ? sameLetter(word, ids) : ids)
  const hint =
    near === undefined ? `There are ${ids.join(', ') || 'none'}.` : `Did you mean ${near}?`
  return `the expression uses ${quoted(word)}, which is none of its \`metrics\`. ${hint}`
}

/** Of words of one letter all are near each other. */
const sameLetter = (word: string, ids: readonly string[]): readonly string[] =>
  ids.filter((id) => id.toLowerCase() === word.toLowerCase())

function checkBrackets(code: string, place: Place, problems: Problems): void {
  const open: string[] = []
  for (const sign of code.replace(/[^()[\]]/g, '')) {
    if (sign === '(' || sign === '[') open.push(sign)
    else if (open.pop() !== (sign === ')' ? '(' : '[')) {
      problems.add(place, `the expression has a ${sign} too many.`)
      return
    }
  }
  const last = open.pop()
  if (last !== undefined) problems.add(place, `the expression has a ${last} that is never closed.`)
}
