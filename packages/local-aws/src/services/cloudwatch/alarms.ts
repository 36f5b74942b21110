/** The alarms of the endpoint: evaluated once a period in AWS time, telling SNS when their state changes. */
import type {
  AlarmHistoryItem,
  MetricAlarm,
  PutMetricAlarmCommandInput,
  StateValue,
  Tag,
} from '@aws-sdk/client-cloudwatch'
import { arn } from '../../ids.ts'
import type { AlarmStates, Clock, Place, Topics } from '../../parts.ts'
import {
  evaluateAlarm,
  stateReason,
  type AlarmRule,
  type Datapoint,
  type MissingData,
} from './alarm-evaluation.ts'
import { alarmMessage } from './alarm-message.ts'
import type { Points } from './expressions/evaluate.ts'
import { ExpressionError } from './expressions/parse.ts'
import type { MetricStore } from './metric-store.ts'
import { readMetric, readQueries } from './queries.ts'

interface AlarmRecord {
  shape: MetricAlarm
  tags: Tag[]
  cancel: () => void
}

export class Alarms implements AlarmStates {
  readonly history: AlarmHistoryItem[] = []
  private readonly records = new Map<string, AlarmRecord>()
  private readonly store: MetricStore
  private readonly clock: Clock
  private readonly place: Place
  private readonly topics: Topics

  constructor(deps: { store: MetricStore; clock: Clock; place: Place; topics: Topics }) {
    this.store = deps.store
    this.clock = deps.clock
    this.place = deps.place
    this.topics = deps.topics
  }

  state(alarmName: string): StateValue | undefined {
    return this.records.get(alarmName)?.shape.StateValue
  }

  all(): readonly MetricAlarm[] {
    return [...this.records.values()].map((record) => record.shape)
  }

  find(alarmName: string): AlarmRecord | undefined {
    return this.records.get(alarmName)
  }

  findByArn(alarmArn: string | undefined): AlarmRecord | undefined {
    return [...this.records.values()].find((record) => record.shape.AlarmArn === alarmArn)
  }

  /** Makes an alarm, or replaces its settings and keeps its state. */
  put(input: PutMetricAlarmCommandInput): void {
    const name = input.AlarmName ?? ''
    const before = this.records.get(name)
    before?.cancel()
    const now = new Date(this.clock.now())
    const { Tags, ...settings } = input
    const shape: MetricAlarm = {
      ...settings,
      AlarmArn: arn('cloudwatch', this.place, `alarm:${name}`),
      AlarmConfigurationUpdatedTimestamp: now,
      ActionsEnabled: input.ActionsEnabled ?? true,
      OKActions: input.OKActions ?? [],
      AlarmActions: input.AlarmActions ?? [],
      InsufficientDataActions: input.InsufficientDataActions ?? [],
      StateValue: before?.shape.StateValue ?? 'INSUFFICIENT_DATA',
      StateReason: before?.shape.StateReason ?? 'Unchecked: Initial alarm creation',
      StateUpdatedTimestamp: before?.shape.StateUpdatedTimestamp ?? now,
      StateTransitionedTimestamp: before?.shape.StateTransitionedTimestamp ?? now,
    }
    const record: AlarmRecord = { shape, tags: Tags ?? before?.tags ?? [], cancel: () => undefined }
    this.records.set(name, record)
    this.evaluateEachPeriod(record)
  }

  delete(alarmName: string): void {
    this.records.get(alarmName)?.cancel()
    this.records.delete(alarmName)
  }

  /** What SetAlarmState and the evaluation both do. */
  setState(record: AlarmRecord, state: StateValue, reason: string): void {
    const { shape } = record
    const before = shape.StateValue ?? 'INSUFFICIENT_DATA'
    const now = new Date(this.clock.now())
    record.shape = {
      ...shape,
      StateValue: state,
      StateReason: reason,
      StateUpdatedTimestamp: now,
      ...(state === before ? {} : { StateTransitionedTimestamp: now }),
    }
    if (state === before) return
    this.history.unshift({
      AlarmName: shape.AlarmName,
      AlarmType: 'MetricAlarm',
      Timestamp: now,
      HistoryItemType: 'StateUpdate',
      HistorySummary: `Alarm updated from ${before} to ${state}`,
      HistoryData: JSON.stringify({
        oldState: { stateValue: before },
        newState: { stateValue: state },
      }),
    })
    this.act(record.shape, before)
  }

  close(): void {
    for (const record of this.records.values()) record.cancel()
  }

  private act(shape: MetricAlarm, before: StateValue): void {
    if (shape.ActionsEnabled === false) return
    const actions =
      shape.StateValue === 'ALARM'
        ? shape.AlarmActions
        : shape.StateValue === 'OK'
          ? shape.OKActions
          : shape.InsufficientDataActions
    for (const action of actions ?? []) {
      if (!action.includes(':sns:')) continue
      try {
        this.topics.publish(action, alarmMessage(shape, before, this.place))
      } catch (error) {
        // AWS notes a failed action in the alarm's history and goes on.
        this.history.unshift({
          AlarmName: shape.AlarmName,
          AlarmType: 'MetricAlarm',
          Timestamp: new Date(this.clock.now()),
          HistoryItemType: 'Action',
          HistorySummary: `Failed to execute action ${action}: ${(error as Error).message}`,
        })
      }
    }
  }

  /** Just after each period is over, counted from the epoch as periods are. */
  private evaluateEachPeriod(record: AlarmRecord): void {
    const interval = Math.max(10, Math.min(60, periodOf(record.shape))) * 1000
    const untilNext = interval - (this.clock.now() % interval)
    record.cancel = this.clock.after(untilNext, () => {
      this.evaluate(record)
      this.evaluateEachPeriod(record)
    })
  }

  private evaluate(record: AlarmRecord): void {
    const { shape } = record
    const rule = ruleOf(shape)
    const before = shape.StateValue ?? 'INSUFFICIENT_DATA'
    try {
      const verdict = evaluateAlarm(rule, this.datapoints(shape, rule.evaluationPeriods), before)
      if (verdict.state !== before) {
        this.setState(record, verdict.state, stateReason(rule, verdict, before))
      }
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      this.setState(record, 'INSUFFICIENT_DATA', `Unable to evaluate: ${error.message}`)
    }
  }

  /** The newest complete periods, oldest first. */
  private datapoints(shape: MetricAlarm, count: number): readonly Datapoint[] {
    const period = periodOf(shape)
    const end = Math.floor(this.clock.now() / 1000 / period) * period
    const range = { start: end - count * period, end }
    const points = this.pointsOf(shape, range, period)
    return Array.from({ length: count }, (_each, index) => {
      const start = range.start + index * period
      return { start, value: points.get(start) }
    })
  }

  private pointsOf(
    shape: MetricAlarm,
    range: { readonly start: number; readonly end: number },
    period: number,
  ): Points {
    if (!shape.Metrics || shape.Metrics.length === 0) {
      const { Namespace, MetricName, Dimensions } = shape
      const Stat = shape.Statistic ?? shape.ExtendedStatistic ?? 'Average'
      const Metric = { Namespace, MetricName, Dimensions }
      return readMetric(this.store, { Metric, Stat, Period: period }, range)
    }
    const returned = shape.Metrics.find((query) => query.ReturnData !== false)
    return readQueries(this.store, shape.Metrics, range).get(returned?.Id ?? '') ?? new Map()
  }
}

const periodOf = (shape: MetricAlarm): number =>
  shape.Period ?? Math.max(60, ...(shape.Metrics ?? []).map((each) => each.MetricStat?.Period ?? 0))

const ruleOf = (shape: MetricAlarm): AlarmRule => ({
  comparison: shape.ComparisonOperator ?? 'GreaterThanThreshold',
  threshold: shape.Threshold ?? 0,
  evaluationPeriods: shape.EvaluationPeriods ?? 1,
  datapointsToAlarm: shape.DatapointsToAlarm ?? shape.EvaluationPeriods ?? 1,
  missingData: (shape.TreatMissingData ?? 'missing') as MissingData,
})
