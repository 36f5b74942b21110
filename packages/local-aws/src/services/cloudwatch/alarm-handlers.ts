import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import { CodedError } from '../../wire/errors.ts'
import type { Handlers } from '../../wire/service.ts'
import type { Alarms } from './alarms.ts'
import { ExpressionError, parseExpression } from './expressions/parse.ts'

const $metadata = {}
const invalid = (message: string): Error => new CodedError('ValidationError', message)

export function alarmHandlers(alarms: Alarms): Handlers<typeof cloudwatch> {
  const enable = (names: readonly string[] | undefined, ActionsEnabled: boolean): object => {
    for (const name of names ?? []) {
      const record = alarms.find(name)
      if (record) record.shape = { ...record.shape, ActionsEnabled }
    }
    return {}
  }
  return {
    PutMetricAlarm(input) {
      checkAlarm(input)
      alarms.put(input)
      return {}
    },
    DescribeAlarms(input) {
      const chosen = alarms
        .all()
        .filter(
          (each) =>
            (input.AlarmNames?.includes(each.AlarmName ?? '') ?? true) &&
            (input.AlarmNamePrefix === undefined ||
              each.AlarmName?.startsWith(input.AlarmNamePrefix) === true) &&
            (input.StateValue === undefined || each.StateValue === input.StateValue),
        )
        .sort((a, b) => (a.AlarmName ?? '').localeCompare(b.AlarmName ?? ''))
      const size = Math.min(input.MaxRecords ?? 50, 100)
      const from = Number(input.NextToken ?? 0)
      return {
        MetricAlarms: chosen.slice(from, from + size),
        CompositeAlarms: [],
        NextToken: chosen.length > from + size ? String(from + size) : undefined,
      }
    },
    DescribeAlarmsForMetric: (input) => ({
      MetricAlarms: alarms
        .all()
        .filter(
          (each) =>
            each.Namespace === input.Namespace &&
            each.MetricName === input.MetricName &&
            (input.Dimensions === undefined ||
              JSON.stringify(each.Dimensions) === JSON.stringify(input.Dimensions)),
        ),
    }),
    DescribeAlarmHistory: (input) => ({
      AlarmHistoryItems: alarms.history
        .filter((each) => input.AlarmName === undefined || each.AlarmName === input.AlarmName)
        .slice(0, input.MaxRecords ?? 100),
    }),
    DeleteAlarms(input) {
      const missing = (input.AlarmNames ?? []).filter((name) => !alarms.find(name))
      if (missing.length > 0) {
        throw new cloudwatch.ResourceNotFound({
          message: `Alarms not found: ${missing.join(', ')}`,
          $metadata,
        })
      }
      for (const name of input.AlarmNames ?? []) alarms.delete(name)
      return {}
    },
    SetAlarmState(input) {
      const record = alarms.find(input.AlarmName ?? '')
      if (!record) {
        throw new cloudwatch.ResourceNotFound({
          message: `Alarm ${input.AlarmName ?? ''} not found`,
          $metadata,
        })
      }
      alarms.setState(record, input.StateValue ?? 'OK', input.StateReason ?? '')
      return {}
    },
    EnableAlarmActions: (input) => enable(input.AlarmNames, true),
    DisableAlarmActions: (input) => enable(input.AlarmNames, false),
    TagResource(input) {
      const record = alarms.findByArn(input.ResourceARN)
      const byKey = new Map((record?.tags ?? []).map((tag) => [tag.Key, tag]))
      for (const tag of input.Tags ?? []) byKey.set(tag.Key, tag)
      if (record) record.tags = [...byKey.values()]
      return {}
    },
    UntagResource(input) {
      const record = alarms.findByArn(input.ResourceARN)
      if (record) {
        record.tags = record.tags.filter((tag) => !input.TagKeys?.includes(tag.Key ?? ''))
      }
      return {}
    },
    ListTagsForResource: (input) => ({ Tags: alarms.findByArn(input.ResourceARN)?.tags ?? [] }),
  }
}

function checkAlarm(input: cloudwatch.PutMetricAlarmCommandInput): void {
  const { EvaluationPeriods = 1, DatapointsToAlarm, Metrics, MetricName, TreatMissingData } = input
  if (DatapointsToAlarm !== undefined && DatapointsToAlarm > EvaluationPeriods) {
    throw invalid('The value for DatapointsToAlarm must be less than or equal to EvaluationPeriods')
  }
  if ((Metrics === undefined) === (MetricName === undefined)) {
    throw invalid('Exactly one of MetricName and Metrics must be specified')
  }
  if (
    TreatMissingData !== undefined &&
    !['breaching', 'notBreaching', 'ignore', 'missing'].includes(TreatMissingData)
  ) {
    throw invalid(`Option ${TreatMissingData} is not supported for TreatMissingData`)
  }
  for (const { Expression } of Metrics ?? []) {
    if (Expression === undefined) continue
    try {
      parseExpression(Expression)
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      throw invalid(`Error in expression: ${error.message}`)
    }
  }
}
