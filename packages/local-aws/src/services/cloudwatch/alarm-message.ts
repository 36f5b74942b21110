/** The notification of a state change, as CloudWatch gives it to SNS. */
import type { CompositeAlarm, Dimension, MetricAlarm, StateValue } from '@aws-sdk/client-cloudwatch'
import type { Place } from '../../parts.ts'
import { awsTime } from './alarm-reason.ts'

export interface AlarmMessage {
  readonly subject: string
  readonly body: string
}

/** As alarms name regions, which is not how the console does. */
const REGION_NAMES: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'ca-central-1': 'Canada (Central)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-west-3': 'EU (Paris)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-north-1': 'EU (Stockholm)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-northeast-2': 'Asia Pacific (Seoul)',
  'sa-east-1': 'South America (Sao Paulo)',
}

/** SNS takes subjects of less than 100 characters. */
const LONGEST_SUBJECT = 99

export function alarmMessage(
  alarm: MetricAlarm | CompositeAlarm,
  before: StateValue,
  place: Place,
): AlarmMessage {
  const region = REGION_NAMES[place.region] ?? place.region
  const { AlarmName = '', StateValue = 'OK' } = alarm
  const body = {
    AlarmName,
    AlarmDescription: alarm.AlarmDescription ?? null,
    AWSAccountId: place.account,
    AlarmConfigurationUpdatedTimestamp: timeOf(alarm.AlarmConfigurationUpdatedTimestamp),
    NewStateValue: StateValue,
    NewStateReason: alarm.StateReason,
    StateChangeTime: timeOf(alarm.StateUpdatedTimestamp),
    Region: region,
    AlarmArn: alarm.AlarmArn,
    OldStateValue: before,
    OKActions: alarm.OKActions,
    AlarmActions: alarm.AlarmActions,
    InsufficientDataActions: alarm.InsufficientDataActions,
    ...('AlarmRule' in alarm
      ? { AlarmRule: alarm.AlarmRule, TriggeringChildren: childrenOf(alarm) }
      : { Trigger: triggerOf(alarm) }),
  }
  const subject = `${StateValue}: "${AlarmName}" in ${region}`.slice(0, LONGEST_SUBJECT)
  return { subject, body: JSON.stringify(body) }
}

const timeOf = (date: Date | undefined): string | undefined => date && awsTime(date.getTime())

function triggerOf(alarm: MetricAlarm): object {
  const rule = {
    Period: alarm.Period ?? alarm.Metrics?.find((each) => each.MetricStat)?.MetricStat?.Period,
    EvaluationPeriods: alarm.EvaluationPeriods,
    DatapointsToAlarm: alarm.DatapointsToAlarm,
    ComparisonOperator: alarm.ComparisonOperator,
    Threshold: alarm.Threshold,
    TreatMissingData: alarm.TreatMissingData ?? 'missing',
    EvaluateLowSampleCountPercentile: alarm.EvaluateLowSampleCountPercentile ?? '',
  }
  if (alarm.Metrics) {
    return {
      ...rule,
      Metrics: alarm.Metrics.map(({ Id, Expression, Label, MetricStat: stat, ReturnData }) => ({
        Id,
        Expression,
        Label,
        MetricStat: stat && {
          Metric: { ...stat.Metric, Dimensions: dimensionsOf(stat.Metric?.Dimensions) },
          Period: stat.Period,
          Stat: stat.Stat,
          Unit: stat.Unit,
        },
        ReturnData: ReturnData ?? true,
      })),
    }
  }
  return {
    MetricName: alarm.MetricName,
    Namespace: alarm.Namespace,
    ...(alarm.ExtendedStatistic === undefined
      ? { StatisticType: 'Statistic', Statistic: alarm.Statistic?.toUpperCase() }
      : { StatisticType: 'ExtendedStatistic', ExtendedStatistic: alarm.ExtendedStatistic }),
    Unit: alarm.Unit ?? null,
    Dimensions: dimensionsOf(alarm.Dimensions),
    ...rule,
  }
}

const dimensionsOf = (dimensions: readonly Dimension[] = []): readonly object[] =>
  dimensions.map(({ Name, Value }) => ({ value: Value, name: Name }))

/** From the reason's data, which names the children by whose change the alarm changed. */
function childrenOf({ StateReasonData = '{}' }: CompositeAlarm): readonly object[] {
  const { triggeringAlarms = [] } = JSON.parse(StateReasonData) as {
    readonly triggeringAlarms?: readonly {
      readonly arn: string
      readonly state: { readonly value: string; readonly timestamp: string }
    }[]
  }
  return triggeringAlarms.map(({ arn, state }) => ({
    Arn: arn,
    State: { Value: state.value, Timestamp: state.timestamp },
  }))
}
