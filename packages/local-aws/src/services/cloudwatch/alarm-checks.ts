/** What PutMetricAlarm refuses (API_PutMetricAlarm). Sentences without a recording are plausible, not proven. */
import type { MetricDataQuery, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import { checkedExpression, tooMany, validationError } from './errors.ts'
import { checkQueries } from './get-metric-data.ts'
import { MetricStore } from './metric-store.ts'
import { lastPeriods } from './periods.ts'
import { Queries } from './queries.ts'
import { statisticOf } from './statistics.ts'

const MOST = { metrics: 10, actions: 5 }
const DAY = 24 * 3600
const MISSING_DATA = ['breaching', 'notBreaching', 'ignore', 'missing']
const COMPARISONS = [
  'GreaterThanThreshold',
  'GreaterThanOrEqualToThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
]
/** Newer or larger parts of CloudWatch; silently leaving them out would make another alarm. */
const ELSEWHERE = [
  'ThresholdMetricId',
  'EvaluationCriteria',
  'EvaluationWindow',
  'EvaluationInterval',
  'WarmUpConfiguration',
] as const

export function checkMetricAlarm(input: PutMetricAlarmCommandInput): void {
  const { EvaluationPeriods = 0, DatapointsToAlarm, TreatMissingData, Threshold } = input
  for (const member of ELSEWHERE) {
    if (input[member] !== undefined) {
      throw validationError(`${member} is not supported by the local endpoint`)
    }
  }
  if (!COMPARISONS.includes(input.ComparisonOperator ?? '')) {
    throw validationError('ComparisonOperator is not supported by the local endpoint')
  }
  if (Threshold === undefined) throw validationError('The parameter Threshold is required')
  if (EvaluationPeriods < 1) throw validationError('EvaluationPeriods must be at least 1')
  if (
    DatapointsToAlarm !== undefined &&
    !(DatapointsToAlarm >= 1 && DatapointsToAlarm <= EvaluationPeriods)
  ) {
    throw validationError(
      'DatapointsToAlarm must be at least 1 and less than or equal to EvaluationPeriods',
    )
  }
  if (TreatMissingData !== undefined && !MISSING_DATA.includes(TreatMissingData)) {
    throw validationError(`Option ${TreatMissingData} is not supported for TreatMissingData`)
  }
  for (const name of ['OKActions', 'AlarmActions', 'InsufficientDataActions'] as const) {
    if ((input[name]?.length ?? 0) > MOST.actions) throw tooMany(name, MOST.actions)
  }
  checkRange(checkedPeriod(input), EvaluationPeriods)
}

/** Checks what the alarm watches, and gives its period in seconds. */
function checkedPeriod(input: PutMetricAlarmCommandInput): number {
  const { MetricName, Metrics, Period, Statistic, ExtendedStatistic } = input
  if ((Metrics === undefined) === (MetricName === undefined)) {
    throw validationError('Exactly one of MetricName and Metrics must be specified')
  }
  if (Metrics) return checkedMetrics(input, Metrics)
  if (input.Namespace === undefined) throw validationError('The parameter Namespace is required')
  if ((Statistic === undefined) === (ExtendedStatistic === undefined)) {
    throw validationError('Exactly one of Statistic and ExtendedStatistic must be specified')
  }
  if (ExtendedStatistic !== undefined && !statisticOf(ExtendedStatistic)) {
    throw validationError(
      `The value ${ExtendedStatistic} for parameter ExtendedStatistic is not supported.`,
    )
  }
  if (Period === undefined) throw validationError('The parameter Period is required')
  if (![10, 20, 30].includes(Period) && !(Period > 0 && Period % 60 === 0)) {
    throw validationError('Period must be 10, 20, 30 or a multiple of 60')
  }
  return Period
}

function checkedMetrics(
  input: PutMetricAlarmCommandInput,
  metrics: readonly MetricDataQuery[],
): number {
  for (const name of [
    'Namespace',
    'Dimensions',
    'Period',
    'Unit',
    'Statistic',
    'ExtendedStatistic',
  ] as const) {
    const given = input[name]
    if (given !== undefined && !(Array.isArray(given) && given.length === 0)) {
      throw validationError(`${name} must not be set if Metrics is set`)
    }
  }
  checkQueries(metrics)
  const stats = metrics.flatMap((query) => query.MetricStat ?? [])
  if (stats.length > MOST.metrics) throw tooMany('Metrics', MOST.metrics)
  const watched = metrics.filter((query) => query.ReturnData !== false)
  if (watched.length !== 1) {
    throw validationError('Exactly one element of the metrics list should return data')
  }
  const periods = new Set(stats.map((stat) => stat.Period))
  if (periods.size > 1)
    throw validationError('Metrics list must contain metrics with the same period')
  return tried(metrics)
}

/** Expressions are worked out without data, which shows what is wrong with them. */
function tried(metrics: readonly MetricDataQuery[]): number {
  const queries = new Queries(new MetricStore(), metrics, lastPeriods(1, 0))
  for (const { Id = '' } of metrics) checkedExpression(Id, () => queries.read(Id))
  return queries.periodOf(metrics[0]?.Id ?? '')
}

function checkRange(period: number, evaluationPeriods: number): void {
  const longest = period >= 3600 ? 7 * DAY : DAY
  if (period * evaluationPeriods > longest) {
    throw validationError(
      `Metrics cannot be checked across more than ${longest / DAY === 1 ? 'a day' : 'a week'} (EvaluationPeriods * Period must be <= ${longest}).`,
    )
  }
}
