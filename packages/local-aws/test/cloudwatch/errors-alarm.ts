/** The alarm that most tests use: more than ten errors of a load balancer in a minute. */
import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import { SNS } from '@aws-sdk/client-sns'
import { testCloudWatch, TOPIC, type TestCloudWatch } from './test-cloudwatch.ts'

export const Namespace = 'AWS/ApplicationELB'
export const MetricName = 'HTTPCode_Target_5XX_Count'
export const dimensions = { LoadBalancer: 'app/ledger/0123456789abcdef' }
export const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }))

export const ALARM = {
  AlarmName: 'errors',
  Namespace,
  MetricName,
  Dimensions,
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  DatapointsToAlarm: 1,
  Threshold: 10,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'notBreaching',
  AlarmActions: [TOPIC],
  OKActions: [TOPIC],
} satisfies PutMetricAlarmCommandInput

/** With the topic that the alarm tells. */
export async function testAlarms(): Promise<TestCloudWatch> {
  const world = await testCloudWatch()
  await new SNS(world.served.client).createTopic({ Name: 'alerts' })
  return world
}

export async function put(
  { client }: TestCloudWatch,
  more: Partial<PutMetricAlarmCommandInput> = {},
): Promise<void> {
  await client.putMetricAlarm({ ...ALARM, ...more })
}

/** Records errors now. */
export function fail({ local }: TestCloudWatch, count: number): void {
  local.metrics.record(Namespace, MetricName, dimensions, count, 'Count')
}

export const state = ({ local }: TestCloudWatch, name = 'errors'): string | undefined =>
  local.alarms.state(name)

export const describeOne = async ({ client }: TestCloudWatch): Promise<object> =>
  (await client.describeAlarms({ AlarmNames: ['errors'] })).MetricAlarms?.[0] ?? {}

export const subjects = ({ sns }: TestCloudWatch): readonly unknown[] =>
  sns.messages(TOPIC).map((each) => each.subject)
