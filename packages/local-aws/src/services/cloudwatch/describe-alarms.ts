import type {
  DescribeAlarmsCommandInput,
  DescribeAlarmsForMetricCommandInput,
  DescribeAlarmsForMetricOutput,
  DescribeAlarmsOutput,
  MetricAlarm,
} from '@aws-sdk/client-cloudwatch'
import type { AlarmBook, AlarmRecord } from './alarm-book.ts'
import type { Alarms } from './alarm-handlers.ts'
import { invalidCombination, tooMany } from './errors.ts'
import { pageOf } from './pages.ts'

/** API_DescribeAlarms. */
const PAGE = { default: 50, most: 100 }

/** Without `AlarmTypes`, only metric alarms. */
export function describeAlarms(
  alarms: Alarms,
  input: DescribeAlarmsCommandInput,
): DescribeAlarmsOutput {
  const { AlarmNames, AlarmNamePrefix: prefix, AlarmTypes = ['MetricAlarm'], ActionPrefix } = input
  if (AlarmNames && prefix !== undefined) {
    throw invalidCombination('AlarmNamePrefix and AlarmNames cannot be specified together.')
  }
  if (AlarmNames && AlarmNames.length > PAGE.most) throw tooMany('AlarmNames', PAGE.most)
  const relatives = relativesIn(alarms, input)
  const found = alarms.book.all().filter(
    (record) =>
      // Children and parents are given whatever their type.
      (relatives?.includes(record) ?? AlarmTypes.includes(record.kind)) &&
      (AlarmNames?.includes(record.name) ?? true) &&
      record.name.startsWith(prefix ?? '') &&
      (input.StateValue === undefined || record.shape.StateValue === input.StateValue) &&
      (ActionPrefix === undefined ||
        actionsOf(record).some((each) => each.startsWith(ActionPrefix))),
  )
  const size = Math.min(input.MaxRecords ?? PAGE.default, PAGE.most)
  const page = pageOf(found, size, input.NextToken)
  return {
    MetricAlarms: page.items.flatMap((each) => (each.kind === 'MetricAlarm' ? each.shape : [])),
    CompositeAlarms: page.items.flatMap((each) =>
      each.kind === 'CompositeAlarm' ? each.shape : [],
    ),
    LogAlarms: [],
    NextToken: page.NextToken,
  }
}

function relativesIn(
  { book, composite }: Alarms,
  { ChildrenOfAlarmName, ParentsOfAlarmName }: DescribeAlarmsCommandInput,
): readonly AlarmRecord[] | undefined {
  if (ChildrenOfAlarmName !== undefined) {
    const record = book.find(ChildrenOfAlarmName)
    return record?.kind === 'CompositeAlarm' ? composite.children(record) : []
  }
  if (ParentsOfAlarmName === undefined) return undefined
  const record = book.find(ParentsOfAlarmName)
  return record ? composite.parents(record) : []
}

const actionsOf = ({ shape }: AlarmRecord): readonly string[] => [
  ...(shape.AlarmActions ?? []),
  ...(shape.OKActions ?? []),
  ...(shape.InsufficientDataActions ?? []),
]

/** 'If the metric has any associated dimensions, you must specify them': dimensions have to be the same. */
export function describeAlarmsForMetric(
  book: AlarmBook,
  input: DescribeAlarmsForMetricCommandInput,
): DescribeAlarmsForMetricOutput {
  const same = ['Namespace', 'MetricName'] as const
  const ifGiven = ['Statistic', 'ExtendedStatistic', 'Period', 'Unit'] as const
  return {
    MetricAlarms: book
      .all()
      .flatMap((record) => (record.kind === 'MetricAlarm' ? record.shape : []))
      .filter(
        (alarm) =>
          same.every((member) => alarm[member] === input[member]) &&
          ifGiven.every((member) => (input[member] ?? alarm[member]) === alarm[member]) &&
          dimensionsOf(alarm) === dimensionsOf(input),
      ),
  }
}

const dimensionsOf = ({ Dimensions = [] }: Pick<MetricAlarm, 'Dimensions'>): string =>
  JSON.stringify(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value]).sort())
