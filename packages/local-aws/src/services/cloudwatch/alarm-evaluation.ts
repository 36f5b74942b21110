/** Judges one alarm at one moment: pure. 'Evaluating an alarm' and 'Configuring how missing data is treated', CloudWatch user guide. */
import type { ComparisonOperator, StateValue } from '@aws-sdk/client-cloudwatch'

export type MissingData = 'missing' | 'notBreaching' | 'breaching' | 'ignore'

export interface AlarmRule {
  readonly comparison: ComparisonOperator
  readonly threshold: number
  /** N: how many periods are looked at. */
  readonly evaluationPeriods: number
  /** M: how many of them have to breach. */
  readonly datapointsToAlarm: number
  readonly missingData: MissingData
}

/** One period; `value` is undefined when nothing was measured. */
export interface Datapoint {
  /** Seconds. */
  readonly start: number
  readonly value: number | undefined
}

export interface AlarmVerdict {
  readonly state: StateValue
  /** The breaching points, or the points that say OK, for the reason. */
  readonly points: readonly Datapoint[]
  readonly isNoData: boolean
}

const COMPARE: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (a, b) => a > b,
  GreaterThanOrEqualToThreshold: (a, b) => a >= b,
  LessThanThreshold: (a, b) => a < b,
  LessThanOrEqualToThreshold: (a, b) => a <= b,
}

/**
 * `points` are the newest N periods, oldest first; `before` is the state until now. Points that are there decide
 * first; only where they cannot, missing ones count as the rule says.
 */
export function evaluateAlarm(
  rule: AlarmRule,
  points: readonly Datapoint[],
  before: StateValue,
): AlarmVerdict {
  const breaches = (value: number): boolean =>
    COMPARE[rule.comparison]?.(value, rule.threshold) ?? false
  const known = points.filter((point) => point.value !== undefined)
  const bad = known.filter((point) => breaches(point.value ?? NaN))
  const missing = points.length - known.length
  const verdict = (state: StateValue, shown: readonly Datapoint[]): AlarmVerdict => ({
    state,
    points: shown,
    isNoData: known.length === 0,
  })
  if (bad.length >= rule.datapointsToAlarm) return verdict('ALARM', bad)
  if (known.length === 0) return verdict(withoutData(rule, before), [])
  if (rule.missingData === 'breaching' && bad.length + missing >= rule.datapointsToAlarm) {
    return verdict('ALARM', bad)
  }
  return verdict(
    'OK',
    known.filter((point) => !bad.includes(point)),
  )
}

function withoutData(rule: AlarmRule, before: StateValue): StateValue {
  switch (rule.missingData) {
    case 'breaching':
      return 'ALARM'
    case 'notBreaching':
      return 'OK'
    case 'ignore':
      return before
    case 'missing':
      return 'INSUFFICIENT_DATA'
  }
}

const PHRASE: Readonly<Record<string, string>> = {
  GreaterThanThreshold: 'greater than the threshold',
  GreaterThanOrEqualToThreshold: 'greater than or equal to the threshold',
  LessThanThreshold: 'less than the threshold',
  LessThanOrEqualToThreshold: 'less than or equal to the threshold',
}

/** The sentence that DescribeAlarms shows as `StateReason`. */
export function stateReason(rule: AlarmRule, verdict: AlarmVerdict, before: StateValue): string {
  if (verdict.isNoData) {
    const treated =
      verdict.state === 'INSUFFICIENT_DATA'
        ? ''
        : ' and missing data was treated as ' +
          (verdict.state === 'ALARM' ? '[Breaching]' : '[NonBreaching]')
    return verdict.state === 'INSUFFICIENT_DATA'
      ? `Insufficient Data: ${rule.evaluationPeriods} datapoints were unknown.`
      : `Threshold Crossed: no datapoints were received for ${rule.evaluationPeriods} periods${treated}.`
  }
  const shown = verdict.points.map((point) => `${decimal(point.value ?? 0)} (${day(point.start)})`)
  const count = verdict.points.length
  const were = count === 1 ? 'was' : 'were'
  const not = verdict.state === 'ALARM' ? '' : 'not '
  const least =
    verdict.state === 'ALARM'
      ? rule.datapointsToAlarm
      : rule.evaluationPeriods - rule.datapointsToAlarm + 1
  const plural = least === 1 ? 'datapoint' : 'datapoints'
  return `Threshold Crossed: ${count} out of the last ${rule.evaluationPeriods} datapoints [${shown.join(', ')}] ${were} ${not}${PHRASE[rule.comparison] ?? rule.comparison} (${decimal(rule.threshold)}) (minimum ${least} ${plural} for ${before} -> ${verdict.state} transition).`
}

const decimal = (value: number): string =>
  Number.isInteger(value) ? value.toFixed(1) : String(value)

/** `20/11/26 10:00:00`. */
function day(start: number): string {
  const [date = '', time = ''] = new Date(start * 1000).toISOString().split('T')
  const [year = '', month = '', dayOfMonth = ''] = date.split('-')
  return `${dayOfMonth}/${month}/${year.slice(2)} ${time.slice(0, 8)}`
}
