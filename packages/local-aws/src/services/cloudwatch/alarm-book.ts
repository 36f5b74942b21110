/** Every alarm with its state; what a change of state causes is here, what causes it is in metric and composite alarms. */
import type { CompositeAlarm, MetricAlarm, StateValue, Tag } from '@aws-sdk/client-cloudwatch'
import { arn } from '../../ids.ts'
import type { AlarmStates, Clock, Place, Topics } from '../../parts.ts'
import { AlarmHistory } from './alarm-history.ts'
import { alarmMessage } from './alarm-message.ts'

interface CommonRecord {
  readonly name: string
  readonly arn: string
  tags: readonly Tag[]
  /** Ends its evaluation. */
  stop: () => void
}

export interface MetricAlarmRecord extends CommonRecord {
  readonly kind: 'MetricAlarm'
  shape: MetricAlarm
}

export interface CompositeAlarmRecord extends CommonRecord {
  readonly kind: 'CompositeAlarm'
  shape: CompositeAlarm
}

export type AlarmRecord = MetricAlarmRecord | CompositeAlarmRecord

export interface NewState {
  readonly value: StateValue
  readonly reason: string
  /** JSON. */
  readonly data?: string | undefined
}

export interface AlarmDeps {
  readonly clock: Clock
  readonly place: Place
  readonly topics: Topics
}

/** What an alarm is made with, beside what is its own. */
export interface AlarmSettings {
  readonly AlarmName?: string | undefined
  readonly ActionsEnabled?: boolean | undefined
  readonly OKActions?: string[] | undefined
  readonly AlarmActions?: string[] | undefined
  readonly InsufficientDataActions?: string[] | undefined
}

export class AlarmBook implements AlarmStates {
  readonly history: AlarmHistory
  private readonly records = new Map<string, AlarmRecord>()
  private readonly watchers: ((changed: AlarmRecord) => void)[] = []
  private readonly deps: AlarmDeps

  constructor(deps: AlarmDeps) {
    this.deps = deps
    this.history = new AlarmHistory(deps.clock)
  }

  state(alarmName: string): StateValue | undefined {
    return this.records.get(alarmName)?.shape.StateValue
  }

  /** By name. */
  all(): readonly AlarmRecord[] {
    return [...this.records.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  find(nameOrArn: string): AlarmRecord | undefined {
    const prefix = this.arnOf('')
    const isArn = nameOrArn.startsWith(prefix)
    return this.records.get(isArn ? nameOrArn.slice(prefix.length) : nameOrArn)
  }

  arnOf(name: string): string {
    return arn('cloudwatch', this.deps.place, `alarm:${name}`)
  }

  /** The members that every alarm has; an alarm that exists keeps its state. */
  commonShape(settings: AlarmSettings): MetricAlarm & CompositeAlarm {
    const now = new Date(this.deps.clock.now())
    const before = this.records.get(settings.AlarmName ?? '')?.shape
    return {
      AlarmArn: this.arnOf(settings.AlarmName ?? ''),
      AlarmConfigurationUpdatedTimestamp: now,
      ActionsEnabled: settings.ActionsEnabled ?? true,
      OKActions: settings.OKActions ?? [],
      AlarmActions: settings.AlarmActions ?? [],
      InsufficientDataActions: settings.InsufficientDataActions ?? [],
      StateValue: before?.StateValue ?? 'INSUFFICIENT_DATA',
      StateReason: before?.StateReason ?? 'Unchecked: Initial alarm creation',
      ...(before?.StateReasonData === undefined ? {} : { StateReasonData: before.StateReasonData }),
      StateUpdatedTimestamp: before?.StateUpdatedTimestamp ?? now,
      StateTransitionedTimestamp: before?.StateTransitionedTimestamp ?? now,
    }
  }

  /** Adds an alarm or takes the place of the one of that name, whose tags stay. */
  save(record: AlarmRecord): void {
    const before = this.records.get(record.name)
    before?.stop()
    if (before) record.tags = before.tags
    this.records.set(record.name, record)
    const did = before ? 'updated' : 'created'
    const type = before ? 'Update' : 'Create'
    const data = { type, [`${did}Alarm`]: record.shape }
    this.history.add(record, 'ConfigurationUpdate', `Alarm "${record.name}" ${did}`, data)
  }

  delete(record: AlarmRecord): void {
    record.stop()
    this.records.delete(record.name)
    const data = { type: 'Delete', deletedAlarm: record.shape }
    this.history.add(record, 'ConfigurationUpdate', `Alarm "${record.name}" deleted`, data)
  }

  /** `react` is called after an alarm has changed its state. */
  onChange(react: (changed: AlarmRecord) => void): void {
    this.watchers.push(react)
  }

  /** When the state is another one: history, actions, and the composite alarms that look at it. */
  setState(record: AlarmRecord, { value, reason, data }: NewState): void {
    const now = new Date(this.deps.clock.now())
    const { StateValue: before = 'INSUFFICIENT_DATA' } = record.shape
    const old = stateOf(record)
    const { StateReasonData: _old, ...shape } = record.shape
    record.shape = {
      ...shape,
      StateValue: value,
      StateReason: reason,
      ...(data === undefined ? {} : { StateReasonData: data }),
      StateUpdatedTimestamp: now,
      ...(value === before ? {} : { StateTransitionedTimestamp: now }),
    }
    if (value === before) return
    const change = { oldState: old, newState: stateOf(record) }
    this.history.add(record, 'StateUpdate', `Alarm updated from ${before} to ${value}`, change)
    this.act(record, before)
    for (const react of this.watchers) react(record)
  }

  close(): void {
    for (const record of this.records.values()) record.stop()
  }

  private act(record: AlarmRecord, before: StateValue): void {
    const { shape } = record
    if (shape.ActionsEnabled === false) return
    const actions = {
      ALARM: shape.AlarmActions,
      OK: shape.OKActions,
      INSUFFICIENT_DATA: shape.InsufficientDataActions,
    }[shape.StateValue ?? 'OK']
    for (const action of actions ?? []) {
      const error = this.execute(action, record, before)
      const summary =
        error === undefined
          ? `Successfully executed action ${action}`
          : `Failed to execute action ${action}. Received error: "${error}"`
      const actionState = error === undefined ? 'Succeeded' : 'Failed'
      this.history.add(record, 'Action', summary, {
        actionState,
        notificationResource: action,
        error,
      })
    }
  }

  /** What went wrong, if something did; CloudWatch notes it in the history and goes on. */
  private execute(action: string, { shape }: AlarmRecord, before: StateValue): string | undefined {
    if (!/^arn:[^:]+:sns:/.test(action)) return 'The local endpoint executes SNS actions only'
    try {
      this.deps.topics.publish(action, alarmMessage(shape, before, this.deps.place))
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
}

function stateOf({ shape }: AlarmRecord): object {
  const { StateValue: stateValue, StateReason: stateReason, StateReasonData: data } = shape
  return { stateValue, stateReason, stateReasonData: data === undefined ? undefined : json(data) }
}

/** SetAlarmState takes any text as data. */
function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
