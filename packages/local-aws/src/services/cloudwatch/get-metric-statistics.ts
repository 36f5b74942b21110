import {
  Statistic,
  type Datapoint,
  type GetMetricStatisticsCommandInput,
  type GetMetricStatisticsOutput,
  type StandardUnit,
} from '@aws-sdk/client-cloudwatch'
import { invalidCombination, invalidValue, missingParameter, validationError } from './errors.ts'
import type { Distribution } from './distribution.ts'
import type { MetricStore } from './metric-store.ts'
import { isPeriod, requestedRange, startsOf, type Range } from './periods.ts'
import { metricOf } from './queries.ts'
import { statisticOf } from './statistics.ts'

/** API_GetMetricStatistics. */
const MOST_DATAPOINTS = 1440

export function getMetricStatistics(
  store: MetricStore,
  now: number,
  input: GetMetricStatisticsCommandInput,
): GetMetricStatisticsOutput {
  const { Period = 60 } = input
  const range = checkedRange(input, now)
  checkStatistics(input)
  const metric = metricOf(input)
  const units = store.units(metric).filter((unit) => (input.Unit ?? unit) === unit)
  return {
    Label: input.MetricName,
    Datapoints: units.flatMap((unit) =>
      startsOf(range, Period).flatMap((start) => {
        const values = store.read(metric, start, Math.min(start + Period, range.end), unit)
        return values ? [datapoint(input, start, unit, values)] : []
      }),
    ),
  }
}

function checkedRange(input: GetMetricStatisticsCommandInput, now: number): Range {
  const { Period = 60, StartTime, EndTime } = input
  const [start, end] = [StartTime?.getTime() ?? 0, EndTime?.getTime() ?? 0]
  if (start >= end) {
    throw invalidCombination(
      'The parameter StartTime must be less than the parameter EndTime and must not be equal to it.',
    )
  }
  if (!isPeriod(Period)) {
    throw invalidValue(
      `The value ${Period} for parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.`,
    )
  }
  const range = requestedRange(start / 1000, end / 1000, now / 1000)
  const count = Math.ceil((range.end - range.startOf(Period)) / Period)
  if (count > MOST_DATAPOINTS) {
    throw invalidCombination(
      `You have requested up to ${count.toLocaleString('en-US')} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    )
  }
  return range
}

function checkStatistics({
  Statistics = [],
  ExtendedStatistics = [],
}: GetMetricStatisticsCommandInput): void {
  if (Statistics.length > 0 && ExtendedStatistics.length > 0) {
    throw invalidCombination(
      'The parameters Statistics and ExtendedStatistics are mutually exclusive.',
    )
  }
  if (Statistics.length + ExtendedStatistics.length === 0) {
    throw missingParameter('Statistics or ExtendedStatistics')
  }
  const names: readonly string[] = Object.values(Statistic)
  const notBasic = Statistics.find((name) => !names.includes(name))
  if (notBasic !== undefined) {
    throw validationError(
      `1 validation error detected: Value '${notBasic}' at 'statistics' failed to satisfy constraint: Member must satisfy enum value set: [${names.join(', ')}]`,
    )
  }
  const unknown = ExtendedStatistics.find((name) => !statisticOf(name))
  if (unknown !== undefined) {
    throw invalidValue(`The value ${unknown} for parameter ExtendedStatistics is not supported.`)
  }
}

function datapoint(
  { Statistics = [], ExtendedStatistics = [] }: GetMetricStatisticsCommandInput,
  start: number,
  Unit: StandardUnit,
  values: Distribution,
): Datapoint {
  const valuesOf = (names: readonly string[]): Record<string, number> =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = statisticOf(name)?.(values)
        return value === undefined ? [] : [[name, value]]
      }),
    )
  const extended = ExtendedStatistics.length > 0
  return {
    Timestamp: new Date(start * 1000),
    Unit,
    ...valuesOf(Statistics),
    ...(extended ? { ExtendedStatistics: valuesOf(ExtendedStatistics) } : {}),
  }
}
