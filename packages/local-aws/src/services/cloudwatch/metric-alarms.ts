/** Alarms over a metric or metric math: evaluated by the clock, over the store. */
import type { MetricAlarm, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import type { AlarmBook, AlarmDeps, MetricAlarmRecord } from './alarm-book.ts'
import { checkMetricAlarm } from './alarm-checks.ts'
import {
  evaluateAlarm,
  EXTRA_PERIODS,
  type AlarmRule,
  type Datapoint,
  type MissingData,
} from './alarm-evaluation.ts'
import { stateReason, stateReasonData } from './alarm-reason.ts'
import type { Points } from './expressions/points.ts'
import type { MetricStore } from './metric-store.ts'
import { lastPeriods, startsOf, type Range } from './periods.ts'
import { Queries, readMetric } from './queries.ts'

/** Seconds between two evaluations: a minute, for high-resolution alarms ten seconds. */
const intervalOf = (period: number): number => (period < 60 ? 10 : 60)

export class MetricAlarms {
  private readonly book: AlarmBook
  private readonly store: MetricStore
  private readonly clock: AlarmDeps['clock']

  constructor(deps: { book: AlarmBook; store: MetricStore; clock: AlarmDeps['clock'] }) {
    this.book = deps.book
    this.store = deps.store
    this.clock = deps.clock
  }

  /** Makes an alarm, or replaces its settings and keeps its state and tags. Throws what PutMetricAlarm answers. */
  put(input: PutMetricAlarmCommandInput): void {
    checkMetricAlarm(input)
    const { AlarmName: name = '', Tags: tags = [], ...settings } = input
    const record: MetricAlarmRecord = {
      kind: 'MetricAlarm',
      name,
      arn: this.book.arnOf(name),
      shape: { AlarmName: name, ...settings, ...this.book.commonShape(input) },
      tags,
      stop: () => undefined,
    }
    this.book.save(record)
    this.evaluateFromNowOn(record)
  }

  /** At each full interval of AWS time, when the newest period has just ended. */
  private evaluateFromNowOn(record: MetricAlarmRecord): void {
    const interval = intervalOf(periodOf(record.shape)) * 1000
    const wait = interval - (this.clock.now() % interval)
    record.stop = this.clock.after(wait, () => {
      this.evaluateFromNowOn(record)
      this.evaluate(record)
    })
  }

  private evaluate(record: MetricAlarmRecord): void {
    const { shape } = record
    const rule = ruleOf(shape)
    const points = this.datapoints(shape, rule)
    if (hasTooFewSamples(shape, points)) return
    const verdict = evaluateAlarm(rule, points)
    const { state } = verdict
    if (state === undefined || state === shape.StateValue) return
    const period = periodOf(shape)
    this.book.setState(record, {
      value: state,
      reason: stateReason(rule, { ...verdict, state }, shape.DatapointsToAlarm !== undefined),
      data: stateReasonData(rule, verdict, {
        now: this.clock.now(),
        period,
        statistic: shape.Statistic ?? shape.ExtendedStatistic,
        unit: shape.Unit,
      }),
    })
  }

  /** The evaluation range: the newest complete periods, oldest first. It slides with every evaluation. */
  private datapoints(shape: MetricAlarm, { evaluationPeriods }: AlarmRule): readonly Datapoint[] {
    const period = periodOf(shape)
    const interval = intervalOf(period)
    const end = Math.floor(this.clock.now() / 1000 / interval) * interval
    const range = lastPeriods(evaluationPeriods + EXTRA_PERIODS, end)
    const values = this.read(shape, range)
    const counts = shape.Metrics
      ? new Map<number, number>()
      : this.readStatistic(shape, 'SampleCount', range)
    return startsOf(range, period).map((start) => ({
      start,
      value: values.get(start),
      sampleCount: counts.get(start),
    }))
  }

  private read(shape: MetricAlarm, range: Range): Points {
    if (!shape.Metrics) {
      const statistic = shape.Statistic ?? shape.ExtendedStatistic ?? 'Average'
      return this.readStatistic(shape, statistic, range)
    }
    return new Queries(this.store, shape.Metrics, range).read(watchedId(shape))
  }

  private readStatistic(shape: MetricAlarm, Stat: string, range: Range): Points {
    const { Namespace, MetricName, Dimensions, Unit } = shape
    const stat = { Metric: { Namespace, MetricName, Dimensions }, Stat, Unit }
    return readMetric(this.store, stat, periodOf(shape), range)
  }
}

/** The one query that an alarm watches. */
const watchedId = ({ Metrics = [] }: MetricAlarm): string =>
  Metrics.find((query) => query.ReturnData !== false)?.Id ?? ''

/** Seconds. All metrics of an expression have the same. */
const periodOf = ({ Period, Metrics = [] }: MetricAlarm): number =>
  Period ??
  Metrics.find((query) => query.MetricStat)?.MetricStat?.Period ??
  Metrics[0]?.Period ??
  60

const ruleOf = (shape: MetricAlarm): AlarmRule => ({
  comparison: shape.ComparisonOperator ?? 'GreaterThanThreshold',
  threshold: shape.Threshold ?? 0,
  evaluationPeriods: shape.EvaluationPeriods ?? 1,
  datapointsToAlarm: shape.DatapointsToAlarm ?? shape.EvaluationPeriods ?? 1,
  missingData: (shape.TreatMissingData ?? 'missing') as MissingData,
})

/** 'Percentile-based alarms and low data samples': with `ignore`, too few samples leave the state as it is. */
function hasTooFewSamples(shape: MetricAlarm, points: readonly Datapoint[]): boolean {
  if (shape.EvaluateLowSampleCountPercentile !== 'ignore') return false
  const percent = Number(/^p([\d.]+)$/.exec(shape.ExtendedStatistic ?? '')?.[1])
  if (!(percent > 0 && percent < 100)) return false
  const rare = percent >= 50 ? 1 - percent / 100 : percent / 100
  const newest = points.slice(-(shape.EvaluationPeriods ?? 1))
  const samples = newest.reduce((sum, point) => sum + (point.sampleCount ?? 0), 0)
  // No samples at all are missing data.
  return samples > 0 && samples < Number((10 / rare).toFixed(6))
}
