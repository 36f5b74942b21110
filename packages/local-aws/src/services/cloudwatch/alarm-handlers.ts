import type * as cloudwatch from '@aws-sdk/client-cloudwatch'
import type { Handlers } from '../../wire/service.ts'
import type { AlarmBook, AlarmRecord } from './alarm-book.ts'
import type { CompositeAlarms } from './composite-alarms.ts'
import { describeAlarms, describeAlarmsForMetric } from './describe-alarms.ts'
import { alarmNotFound, tooMany, validationError } from './errors.ts'
import type { MetricAlarms } from './metric-alarms.ts'

/** API_DeleteAlarms, API_EnableAlarmActions. */
const MOST_NAMES = 100

export interface Alarms {
  readonly book: AlarmBook
  readonly metric: MetricAlarms
  readonly composite: CompositeAlarms
}

export function alarmHandlers(alarms: Alarms): Handlers<typeof cloudwatch> {
  const { book } = alarms
  return {
    PutMetricAlarm(input) {
      alarms.metric.put(input)
      return {}
    },
    PutCompositeAlarm(input) {
      alarms.composite.put(input)
      return {}
    },
    DescribeAlarms: (input) => describeAlarms(alarms, input),
    DescribeAlarmsForMetric: (input) => describeAlarmsForMetric(book, input),
    DescribeAlarmHistory: (input) => book.history.describe(input),
    DeleteAlarms(input) {
      deleteAlarms(alarms, input.AlarmNames ?? [])
      return {}
    },
    SetAlarmState({ AlarmName = '', StateValue = 'OK', StateReason = '', StateReasonData }) {
      const record = book.find(AlarmName)
      if (!record) throw alarmNotFound()
      book.setState(record, { value: StateValue, reason: StateReason, data: StateReasonData })
      return {}
    },
    EnableAlarmActions(input) {
      setActionsEnabled(book, input.AlarmNames ?? [], true)
      return {}
    },
    DisableAlarmActions(input) {
      setActionsEnabled(book, input.AlarmNames ?? [], false)
      return {}
    },
    ...tagHandlers(book),
  }
}

/** 'If you specify any incorrect alarm names, the alarms you specify with correct names are still deleted.' */
function deleteAlarms({ book, composite }: Alarms, names: readonly string[]): void {
  if (names.length > MOST_NAMES) throw tooMany('AlarmNames', MOST_NAMES)
  const records = names.flatMap((name) => book.find(name) ?? [])
  if (records.length === 0) throw alarmNotFound()
  for (const record of records) {
    const parents = composite.parents(record).filter((parent) => parent !== record)
    if (parents.some((parent) => !records.includes(parent))) {
      throw validationError(
        `Cannot delete ${record.name} as there are composite alarm(s) depending on it.`,
      )
    }
  }
  for (const record of records) book.delete(record)
}

/** Names of no alarm are passed over. */
function setActionsEnabled(book: AlarmBook, names: readonly string[], isEnabled: boolean): void {
  if (names.length > MOST_NAMES) throw tooMany('AlarmNames', MOST_NAMES)
  for (const name of names) {
    const record = book.find(name)
    if (record) record.shape = { ...record.shape, ActionsEnabled: isEnabled }
  }
}

function tagHandlers(book: AlarmBook): Handlers<typeof cloudwatch> {
  const find = (arn: string | undefined): AlarmRecord => {
    const record = book.all().find((each) => each.arn === arn)
    if (!record) throw alarmNotFound()
    return record
  }
  return {
    TagResource({ ResourceARN, Tags = [] }) {
      const record = find(ResourceARN)
      const kept = record.tags.filter((tag) => !Tags.some((each) => each.Key === tag.Key))
      record.tags = [...kept, ...Tags]
      return {}
    },
    UntagResource({ ResourceARN, TagKeys = [] }) {
      const record = find(ResourceARN)
      record.tags = record.tags.filter((tag) => !TagKeys.includes(tag.Key ?? ''))
      return {}
    },
    ListTagsForResource: ({ ResourceARN }) => ({ Tags: [...find(ResourceARN).tags] }),
  }
}
