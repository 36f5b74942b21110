import type { MetricAlarm, StateValue } from '@aws-sdk/client-cloudwatch'
import type { Place } from '../../parts.ts'

const REGION_NAMES: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-west-2': 'US West (Oregon)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-west-1': 'EU (Ireland)',
}

/** The notification of a state change, as CloudWatch gives it to SNS. */
export function alarmMessage(
  alarm: MetricAlarm,
  before: StateValue,
  place: Place,
): { readonly subject: string; readonly body: string } {
  const region = REGION_NAMES[place.region] ?? place.region
  const { AlarmName = '', StateValue = 'OK' } = alarm
  const body = {
    AlarmName,
    AlarmDescription: alarm.AlarmDescription ?? null,
    AWSAccountId: place.account,
    AlarmConfigurationUpdatedTimestamp: alarm.AlarmConfigurationUpdatedTimestamp,
    NewStateValue: StateValue,
    NewStateReason: alarm.StateReason,
    StateChangeTime: alarm.StateUpdatedTimestamp,
    Region: region,
    AlarmArn: alarm.AlarmArn,
    OldStateValue: before,
    OKActions: alarm.OKActions,
    AlarmActions: alarm.AlarmActions,
    InsufficientDataActions: alarm.InsufficientDataActions,
    Trigger: {
      MetricName: alarm.MetricName,
      Namespace: alarm.Namespace,
      StatisticType: 'Statistic',
      Statistic: alarm.Statistic?.toUpperCase(),
      Unit: alarm.Unit ?? null,
      Dimensions: (alarm.Dimensions ?? []).map(({ Name, Value }) => ({ name: Name, value: Value })),
      Period: alarm.Period,
      EvaluationPeriods: alarm.EvaluationPeriods,
      DatapointsToAlarm: alarm.DatapointsToAlarm,
      ComparisonOperator: alarm.ComparisonOperator,
      Threshold: alarm.Threshold,
      TreatMissingData: alarm.TreatMissingData ?? 'missing',
      Metrics: alarm.Metrics,
    },
  }
  const subject = `${StateValue}: "${AlarmName}" in ${region}`.slice(0, 99)
  return { subject, body: JSON.stringify(body) }
}
