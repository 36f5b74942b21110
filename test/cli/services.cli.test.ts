/** The real AWS CLI v2 against the services that need no stack. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { startLocalAwsProcess, type LocalAwsProcess } from '../support/local-aws-process.ts'
import { AwsCli } from './aws-cli.ts'

jest.setTimeout(120_000)

let aws: LocalAwsProcess
let cli: AwsCli
beforeAll(async () => {
  aws = await startLocalAwsProcess(['--speed', '60'])
  cli = new AwsCli(aws)
})
afterAll(async () => {
  expect(await aws.stop()).toBe(0)
})

test('sts knows who calls', async () => {
  expect(await cli.json('sts', 'get-caller-identity')).toMatchObject({ Account: aws.account })
})

test('errors are told as AWS tells them', async () => {
  const { exitCode, output } = await cli.command(
    'ecs',
    'describe-services',
    '--cluster',
    'nowhere',
    '--services',
    'web',
  )
  expect(exitCode).not.toBe(0)
  expect(output).toContain(
    'An error occurred (ClusterNotFoundException) when calling the DescribeServices operation: Cluster not found.',
  )
})

test('alarms, topics and scalable targets can be made', async () => {
  const topic = await cli.text('sns', 'create-topic', '--name', 'alerts', '--query', 'TopicArn')
  await cli.json(
    'sns',
    'publish',
    '--topic-arn',
    topic,
    '--subject',
    'S & <b>',
    '--message',
    'line one\nline two',
  )
  await cli.json(
    'cloudwatch',
    'put-metric-alarm',
    '--alarm-name',
    'errors',
    '--namespace',
    'AWS/ApplicationELB',
    '--metric-name',
    'HTTPCode_Target_5XX_Count',
    '--statistic',
    'Sum',
    '--period',
    '60',
    '--threshold',
    '10',
    '--comparison-operator',
    'GreaterThanThreshold',
    '--evaluation-periods',
    '1',
    '--treat-missing-data',
    'notBreaching',
    '--alarm-actions',
    topic,
  )
  const alarms = await cli.json<{ MetricAlarms: { AlarmName: string }[] }>(
    'cloudwatch',
    'describe-alarms',
  )
  expect(alarms.MetricAlarms.map((alarm) => alarm.AlarmName)).toEqual(['errors'])
  await cli.json(
    'cloudwatch',
    'put-metric-data',
    '--namespace',
    'App',
    '--metric-name',
    'Waiters',
    '--value',
    '7',
  )
  const target = [
    '--service-namespace',
    'ecs',
    '--resource-id',
    'service/prod/web',
    '--scalable-dimension',
    'ecs:service:DesiredCount',
  ]
  await cli.json(
    'application-autoscaling',
    'register-scalable-target',
    ...target,
    '--min-capacity',
    '1',
    '--max-capacity',
    '4',
  )
  const bounds = await cli.text(
    'application-autoscaling',
    'describe-scalable-targets',
    '--service-namespace',
    'ecs',
    '--query',
    'ScalableTargets[0].[MinCapacity,MaxCapacity]',
  )
  expect(bounds.split(/\s+/)).toEqual(['1', '4'])
})
