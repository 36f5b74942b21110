import type { MetricDatum, PutMetricDataCommandInput } from '@aws-sdk/client-cloudwatch'
import { invalidCombination, invalidValue, missingParameter, tooMany } from './errors.ts'
import type { MetricStore } from './metric-store.ts'
import { metricOf } from './queries.ts'

/** API_PutMetricData and API_MetricDatum. */
const MOST = {
  metrics: 1000,
  dimensions: 30,
  values: 150,
  /** Milliseconds. */
  past: 14 * 24 * 3600_000,
  future: 2 * 3600_000,
  magnitude: 2 ** 360,
}

/** All of it is stored, or none. */
export function putMetricData(
  store: MetricStore,
  now: number,
  input: PutMetricDataCommandInput,
): void {
  const { Namespace = '' } = input
  const data = [
    ...(input.MetricData ?? []),
    ...(input.EntityMetricData ?? []).flatMap((entity) => entity.MetricData ?? []),
  ]
  if (data.length === 0) throw missingParameter('MetricData')
  if (data.length > MOST.metrics) throw tooMany('MetricData', MOST.metrics)
  if (Namespace.startsWith('AWS/')) {
    throw invalidValue('The value AWS/ for parameter Namespace is invalid.')
  }
  for (const [index, datum] of data.entries()) {
    check(datum, `MetricData.member.${index + 1}`, now)
  }
  for (const datum of data) put(store, Namespace, datum, now)
}

function check(datum: MetricDatum, at: string, now: number): void {
  const { Dimensions = [], Timestamp, Value, Values = [], StatisticValues, Counts } = datum
  if (Dimensions.length > MOST.dimensions) throw tooMany(`${at}.Dimensions`, MOST.dimensions)
  if (Dimensions.some((each) => !each.Name || !each.Value)) {
    throw invalidValue(
      `The parameter ${at}.Dimensions must have a name and a value in each member.`,
    )
  }
  if (Values.length > MOST.values) throw tooMany(`${at}.Values`, MOST.values)
  const given = [Value !== undefined, Values.length > 0, StatisticValues !== undefined]
  if (given.filter(Boolean).length !== 1) {
    throw invalidCombination(
      `The parameters ${at}.Value, ${at}.Values and ${at}.StatisticValues are mutually exclusive and you have to specify one of them.`,
    )
  }
  if (Counts && Counts.length !== Values.length) {
    throw invalidValue(`The parameters ${at}.Values and ${at}.Counts must be of the same size.`)
  }
  if (![undefined, 1, 60].includes(datum.StorageResolution)) {
    throw invalidValue(`The parameter ${at}.StorageResolution must be 1 or 60.`)
  }
  const time = Timestamp?.getTime() ?? now
  if (time < now - MOST.past || time > now + MOST.future) {
    throw invalidValue(
      `The parameter ${at}.Timestamp must specify a time no more than two weeks in the past and no more than two hours in the future.`,
    )
  }
  checkNumbers(datum, at)
}

function checkNumbers(
  { Value, Values = [], Counts = [], StatisticValues }: MetricDatum,
  at: string,
): void {
  const { SampleCount = 1, Sum = 0, Minimum = 0, Maximum = 0 } = StatisticValues ?? {}
  for (const number of [Value ?? 0, ...Values, Sum, Minimum, Maximum]) {
    if (!(Math.abs(number) <= MOST.magnitude)) {
      throw invalidValue(`The value ${number} for parameter ${at}.Value is invalid.`)
    }
  }
  if (!(SampleCount > 0) || Counts.some((count) => !(count >= 0))) {
    throw invalidValue(`The sample counts of ${at} must be above 0.`)
  }
  if (Minimum > Maximum) {
    throw invalidValue(
      `The parameter ${at}.StatisticValues.Maximum must be greater than or equal to ${at}.StatisticValues.Minimum.`,
    )
  }
}

function put(store: MetricStore, namespace: string, datum: MetricDatum, now: number): void {
  const metric = metricOf({ ...datum, Namespace: namespace })
  const { Value, Values = [], Counts, StatisticValues: set } = datum
  const arrival = {
    at: datum.Timestamp?.getTime() ?? now,
    unit: datum.Unit ?? 'None',
    resolution: datum.StorageResolution === 1 ? (1 as const) : (60 as const),
  }
  if (Value !== undefined) store.record(metric, { value: Value, count: 1 }, arrival)
  for (const [index, value] of Values.entries()) {
    const count = Counts?.[index] ?? 1
    if (count > 0) store.record(metric, { value, count }, arrival)
  }
  if (!set) return
  const { SampleCount = 0, Sum = 0, Minimum = 0, Maximum = 0 } = set
  const measurement = { count: SampleCount, sum: Sum, minimum: Minimum, maximum: Maximum }
  store.record(metric, measurement, arrival)
}
