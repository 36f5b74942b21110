import type { Fields } from '@ecs-pipeline/action-kit'
import type { Comparison } from '@ecs-pipeline/rollout'
import type { WellKnownMetric } from './well-known-metrics.ts'

export interface Limit {
  readonly comparison: Comparison
  readonly threshold: number
}

/** `ComparisonOperator` of PutMetricAlarm, without the three for anomaly bands. */
const CLOUDWATCH_NAMES = {
  GreaterThanThreshold: '>',
  GreaterThanOrEqualToThreshold: '>=',
  LessThanThreshold: '<',
  LessThanOrEqualToThreshold: '<=',
} as const

export const COMPARISON_WORDS = ['>', '>=', '<', '<=', ...cloudWatchNames()] as const

/** The comparison and the threshold. A trigger that can never breach, or always does, is no trigger. */
export function readLimit(fields: Fields, known: WellKnownMetric | undefined): Limit | undefined {
  const comparison = readComparison(fields, known)
  fields.need('threshold', 'Write the number that the metric is compared with.')
  const threshold = fields.number('threshold')
  if (comparison === undefined || threshold === undefined) return undefined
  if (known && !sensible(fields, known, { comparison, threshold })) return undefined
  return { comparison, threshold }
}

function readComparison(
  fields: Fields,
  known: WellKnownMetric | undefined,
): Comparison | undefined {
  if (!fields.has('comparison')) {
    if (known?.badWhen !== undefined) return known.badWhen === 'high' ? '>' : '<'
    const why = known ? `A ${known.name} may be too high or too low.` : 'It has no default here.'
    fields.need('comparison', `${why} Write one of ">", ">=", "<", "<=".`)
    return undefined
  }
  const word = fields.choice('comparison', COMPARISON_WORDS, adviceForComparison)
  if (word === undefined) return undefined
  const comparison = isCloudWatchName(word) ? CLOUDWATCH_NAMES[word] : word
  const side = comparison.startsWith('>') ? 'high' : 'low'
  if (!known?.onlyThatSide || side === known.badWhen) return comparison
  fields.report(
    'comparison',
    `a ${side} ${known.name} is a good sign, so "${comparison}" would roll good releases back. Did you mean "${known.badWhen === 'high' ? '>' : '<'}"?`,
  )
  return undefined
}

/** No well-known metric is ever negative. */
function sensible(
  fields: Fields,
  known: WellKnownMetric,
  { comparison, threshold }: Limit,
): boolean {
  const always = (comparison === '>' && threshold < 0) || (comparison === '>=' && threshold <= 0)
  const never = (comparison === '<' && threshold <= 0) || (comparison === '<=' && threshold < 0)
  if (always || never) {
    fields.report(
      'threshold',
      `${known.name} is never below 0, so "${comparison} ${threshold}" ${always ? 'always' : 'never'} breaches.`,
    )
    return false
  }
  if (known.thresholdBelow !== undefined && threshold >= known.thresholdBelow) {
    fields.report(
      'threshold',
      `${known.name} is in seconds, and ${threshold} s is ${Math.round(threshold / 60)} minutes. If milliseconds were meant, write ${threshold / 1000}.`,
    )
    return false
  }
  return true
}

const OTHER_WORDS = new Map([
  ['=>', '>='],
  ['=<', '<='],
  ['≥', '>='],
  ['≤', '<='],
  ['gt', '>'],
  ['ge', '>='],
  ['gte', '>='],
  ['lt', '<'],
  ['le', '<='],
  ['lte', '<='],
  ['above', '>'],
  ['below', '<'],
  ['greaterthan', '>'],
  ['lessthan', '<'],
])

function adviceForComparison(given: string): string | undefined {
  // A bare `>` at the end of a line begins a folded block of text, which is then empty.
  if (given.trim() === '') return 'Put it in quotes: comparison: ">".'
  const meant = OTHER_WORDS.get(given.toLowerCase().replace(/[-_ ]/g, ''))
  return meant === undefined ? undefined : `Did you mean "${meant}"?`
}

type CloudWatchName = keyof typeof CLOUDWATCH_NAMES

function cloudWatchNames(): readonly CloudWatchName[] {
  return Object.keys(CLOUDWATCH_NAMES) as CloudWatchName[]
}

const isCloudWatchName = (word: string): word is CloudWatchName =>
  Object.hasOwn(CLOUDWATCH_NAMES, word)
