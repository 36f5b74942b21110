/** The sentences and the JSON that tell why an alarm is in its state, as recordings of CloudWatch show them. */
import type { StateValue } from '@aws-sdk/client-cloudwatch'
import {
  breaches,
  type AlarmRule,
  type AlarmVerdict,
  type RealDatapoint,
} from './alarm-evaluation.ts'

const PHRASE: Readonly<Record<string, string>> = {
  GreaterThanThreshold: 'greater than the threshold',
  GreaterThanOrEqualToThreshold: 'greater than or equal to the threshold',
  LessThanThreshold: 'less than the threshold',
  LessThanOrEqualToThreshold: 'less than or equal to the threshold',
}

/** From so many points on, the sentence names them after the threshold, and only so many. */
const MANY_POINTS = 5

/**
 * What DescribeAlarms shows as `StateReason`. `isOutOf` is set for alarms with `DatapointsToAlarm`, whose sentence says
 * 'M out of the last N datapoints'.
 */
export function stateReason(
  rule: AlarmRule,
  verdict: AlarmVerdict & { readonly state: StateValue },
  isOutOf: boolean,
): string {
  const { state, judged, filled } = verdict
  if (state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${counted(filled, 'datapoint')} ${was(filled)} unknown.`
  }
  const isAlarm = state === 'ALARM'
  const deciding = judged.filter((point) => breaches(rule, point.value) === isAlarm)
  const treatment = treatmentOf(rule, filled)
  if (deciding.length === 0) {
    const count = judged.length === 0 ? 'no datapoints' : counted(judged.length, 'datapoint')
    const periods = counted(rule.evaluationPeriods, 'period')
    const received = `${count} ${judged.length === 1 ? 'was' : 'were'} received for ${periods}`
    return `Threshold Crossed: ${received}${treatment}.`
  }
  const fewest = isAlarm
    ? rule.datapointsToAlarm
    : rule.evaluationPeriods - rule.datapointsToAlarm + 1
  const transition = isAlarm ? 'OK -> ALARM' : 'ALARM -> OK'
  const minimum = isOutOf
    ? ` (minimum ${counted(fewest, 'datapoint')} for ${transition} transition)`
    : ''
  return `Threshold Crossed: ${crossed(rule, deciding, isAlarm, isOutOf)}${treatment}${minimum}.`
}

function crossed(
  rule: AlarmRule,
  deciding: readonly RealDatapoint[],
  isAlarm: boolean,
  isOutOf: boolean,
): string {
  const count = deciding.length
  const points = isOutOf
    ? `${count} out of the last ${rule.evaluationPeriods} datapoints`
    : counted(count, 'datapoint')
  const is = `${was(count)}${isAlarm ? '' : ' not'} ${PHRASE[rule.comparison] ?? rule.comparison}`
  const threshold = `(${decimal(rule.threshold)})`
  const shown = deciding
    .slice(0, MANY_POINTS)
    .map((point) => `${decimal(point.value)} (${shortTime(point.start)})`)
    .join(', ')
  if (count < MANY_POINTS) return `${points} [${shown}] ${is} ${threshold}`
  return `${points} ${is} ${threshold}. The most recent datapoints which crossed the threshold: [${shown}]`
}

function treatmentOf({ missingData }: AlarmRule, filled: number): string {
  if (filled === 0 || missingData === 'missing' || missingData === 'ignore') return ''
  const as = missingData === 'breaching' ? '[Breaching]' : '[NonBreaching]'
  return ` and ${counted(filled, 'missing datapoint')} ${was(filled)} treated as ${as}`
}

export interface EvaluatedMetric {
  /** Milliseconds. */
  readonly now: number
  /** Seconds. */
  readonly period: number
  /** Not known of metric math. */
  readonly statistic: string | undefined
  readonly unit: string | undefined
}

/** `StateReasonData`. */
export function stateReasonData(
  rule: AlarmRule,
  { judged }: AlarmVerdict,
  { now, period, statistic, unit }: EvaluatedMetric,
): string {
  const oldest = judged.at(-1)
  return JSON.stringify({
    version: '1.0',
    queryDate: awsTime(now),
    ...(oldest ? { startDate: awsTime(oldest.start * 1000) } : {}),
    unit,
    statistic,
    period,
    recentDatapoints: judged.map((point) => point.value).reverse(),
    threshold: rule.threshold,
    evaluatedDatapoints: judged.map(({ start, sampleCount, value }) => ({
      timestamp: awsTime(start * 1000),
      sampleCount,
      value,
    })),
  })
}

/** `2026-11-20T10:00:00.000+0000`, as alarms write times. */
export const awsTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000')

const was = (count: number): string => (count === 1 ? 'was' : 'were')

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** As Java writes a double that is not very large or small. */
const decimal = (value: number): string =>
  Number.isInteger(value) ? value.toFixed(1) : String(value)

/** `20/11/26 10:00:00`. */
function shortTime(start: number): string {
  const [, year, month, day, time] =
    /^\d\d(\d\d)-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)/.exec(new Date(start * 1000).toISOString()) ?? []
  return `${day ?? ''}/${month ?? ''}/${year ?? ''} ${time ?? ''}`
}
