/** What ECS and Application Auto Scaling do by themselves while the action watches. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import { count } from './support/count.ts'
import { Stage } from './support/stage.ts'
import { CLUSTER } from '../support/stack.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

test('an alarm of the deployment: ECS rolls back, and it is said that it was the alarm, and which', async () => {
  // The stage has put its address into the environment.
  const cloudwatch = new CloudWatch({})
  await cloudwatch.putMetricAlarm({
    AlarmName: 'too-many-complaints',
    Namespace: 'App',
    MetricName: 'Complaints',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  })
  await stage.service({
    name: 'alarm',
    drainSeconds: 300,
    settings: {
      deploymentConfiguration: {
        alarms: { alarmNames: ['too-many-complaints'], enable: true, rollback: true },
      },
    },
  })
  await stage.clock.advance(300_000)
  const inputs = await stage.images('good')
  const { report, calls } = await stage.deploy('alarm', {
    inputs,
    meanwhile: async (sleep) => {
      for (let times = 0; times < 12; times++) {
        await sleep(15_000)
        await cloudwatch.putMetricData({
          Namespace: 'App',
          MetricData: [
            { MetricName: 'Complaints', Value: 10, Timestamp: new Date(stage.clock.now()) },
          ],
        })
      }
    },
  })
  expect(report).toMatchObject({
    outcome: 'rolled-back',
    passed: false,
    rolledBackBy: 'ecs-alarm',
    reasonCode: 'alarm',
  })
  expect(report.reason).toContain('too-many-complaints')
  expect(count(calls, 'StopServiceDeployment')).toBe(0)
  expect(count(calls, 'UpdateService')).toBe(1)
  expect(await stage.running('alarm')).toEqual(['alarm:1', 'alarm:1'])
})

test('scaling out in the middle of a release: all of them are waited for, and the count is not touched', async () => {
  await stage.service({ name: 'scaled' })
  const inputs = await stage.images('good')
  const { report, calls } = await stage.deploy('scaled', {
    inputs,
    meanwhile: async (sleep) => {
      await sleep(8000)
      await stage.clients.ecs.updateService({
        cluster: CLUSTER,
        service: 'scaled',
        desiredCount: 6,
      })
    },
  })
  expect(report).toMatchObject({ outcome: 'deployed' })
  expect(report.reason).toContain('all 6 tasks run')
  expect(await stage.running('scaled')).toEqual(Array(6).fill('scaled:2'))
  // Ours and that of the scaling; ours says nothing of the count.
  expect(count(calls, 'UpdateService')).toBe(2)
  const ours = stage.aws.calls.entries().find((call) => call.operation === 'UpdateService')
  expect(ours?.input).not.toHaveProperty('desiredCount')
})
