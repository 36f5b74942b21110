import type { Fields } from '@ecs-pipeline/action-kit'

export interface Timing {
  readonly period: number
  readonly evaluationPeriods: number
  readonly datapointsToAlarm: number
}

const DEFAULT_PERIOD = 60
/** CloudWatch: 10, 20 and 30 are for metrics stored with a resolution of one second. */
const HIGH_RESOLUTION = [10, 20, 30]
/** An hour of looking at one thing is long for a deployment; the limit of the bake (see bake.ts) is what counts. */
const LONGEST_PERIOD = 3600
const MOST_PERIODS = 1000

/**
 * The period, N and M. `ofAws`: a namespace of AWS whose metrics are read, `undefined` when there is none.
 * `MetricStat`, CloudWatch API Reference: "For metrics with regular resolution, a period … must be a multiple of 60";
 * `PutMetricAlarm`: "Valid values are 10, 20, 30, and any multiple of 60." Metrics of load balancers and of ECS come
 * once a minute (their pages in the user guides).
 */
export function readTiming(fields: Fields, ofAws: string | undefined): Timing | undefined {
  const period = readPeriod(fields, ofAws)
  const evaluationPeriods = readEvaluationPeriods(fields, period)
  const datapointsToAlarm = readDatapoints(fields, evaluationPeriods)
  if (period === undefined || evaluationPeriods === undefined || datapointsToAlarm === undefined) {
    return undefined
  }
  return { period, evaluationPeriods, datapointsToAlarm }
}

function readPeriod(fields: Fields, ofAws: string | undefined): number | undefined {
  if (!fields.has('period')) return DEFAULT_PERIOD
  const period = fields.integer('period', { minimum: 1, maximum: LONGEST_PERIOD, unit: 'seconds' })
  if (period === undefined || period % 60 === 0) return period
  if (ofAws !== undefined) {
    fields.report(
      'period',
      `\`period\` has to be a multiple of 60 for metrics of ${ofAws}, which come once a minute, not ${period}.`,
    )
    return undefined
  }
  if (HIGH_RESOLUTION.includes(period)) return period
  fields.report('period', `\`period\` has to be 10, 20, 30 or a multiple of 60, not ${period}.`)
  return undefined
}

function readEvaluationPeriods(fields: Fields, period: number | undefined): number | undefined {
  if (fields.has('duration') && fields.has('evaluation_periods')) {
    fields.report(
      'evaluation_periods',
      'write `duration` or `evaluation_periods`, not both: `duration` is `period` × `evaluation_periods`.',
    )
    return undefined
  }
  if (fields.has('evaluation_periods')) {
    return fields.integer('evaluation_periods', { minimum: 1, maximum: MOST_PERIODS })
  }
  fields.need('duration', 'Write how many seconds the threshold has to be passed for.')
  const longest = LONGEST_PERIOD * MOST_PERIODS
  const duration = fields.integer('duration', { minimum: 1, maximum: longest, unit: 'seconds' })
  if (duration === undefined || period === undefined) return undefined
  const periods = duration / period
  if (Number.isInteger(periods) && periods <= MOST_PERIODS) return periods
  fields.report(
    'duration',
    periods > MOST_PERIODS
      ? `\`duration\` has to be at most ${MOST_PERIODS} periods of ${period} s, not ${duration} s.`
      : `\`duration\` has to be a multiple of the period, ${period} s, not ${duration} s. Write ${Math.max(1, Math.round(periods)) * period}.`,
  )
  return undefined
}

/** `PutMetricAlarm`: M of N data points; M without a value is N. */
function readDatapoints(fields: Fields, periods: number | undefined): number | undefined {
  if (!fields.has('datapoints_to_alarm')) return periods
  const datapoints = fields.integer('datapoints_to_alarm', { minimum: 1, maximum: MOST_PERIODS })
  if (datapoints === undefined || periods === undefined || datapoints <= periods) return datapoints
  fields.report(
    'datapoints_to_alarm',
    `\`datapoints_to_alarm\` (M) cannot be more than the ${periods} periods that are looked at (N), so ${datapoints} would never be reached.`,
  )
  return undefined
}
