/** Deployments that do not succeed, and those that wait: status, words, traffic and tasks afterwards. */
import type { CreateDeploymentGroupInput } from '@aws-sdk/client-codedeploy'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { appSpec, startBlueGreenStack, type BlueGreenStack } from './blue-green-stack.ts'

let stack: BlueGreenStack
beforeEach(async () => {
  stack = await startBlueGreenStack()
})
afterEach(() => stack.close())

const CANARY = { deploymentConfigName: 'CodeDeployDefault.ECSCanary10Percent5Minutes' }
const ROLLING_BACK: Partial<CreateDeploymentGroupInput> = {
  autoRollbackConfiguration: {
    enabled: true,
    events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
  },
}

/** The rollback that the deployment caused, and all that a rollback leaves behind. */
async function expectRolledBack(id: string): Promise<void> {
  const { rollbackInfo } = await stack.info(id)
  const rollbackId = rollbackInfo?.rollbackDeploymentId ?? ''
  expect(rollbackInfo).toEqual({
    rollbackDeploymentId: expect.stringMatching(/^d-[A-Z0-9]{9}$/),
    rollbackMessage: `Deployment ${id} terminated. Automatic rollback is triggered with a DeploymentId ${rollbackId}.`,
  })
  expect(await stack.weights()).toEqual([100, 0])
  expect(new Set(await stack.ask(20))).toEqual(new Set(['1']))
  expect(await stack.untilOver(rollbackId)).toMatchObject({
    status: 'Succeeded',
    creator: 'codeDeployRollback',
    deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce',
    rollbackInfo: {
      rollbackTriggeringDeploymentId: id,
      rollbackMessage: `Deployment ${rollbackId} is triggered to roll back deployment ${id}.`,
    },
  })
  await stack.clock.advance(60_000)
  expect(await stack.taskSets()).toEqual(['PRIMARY web:1 100 STEADY_STATE'])
  expect(await stack.running()).toEqual(['web:1', 'web:1'])
  const { Listeners } = await stack.elb.describeListeners({ ListenerArns: [stack.testListenerArn] })
  const [action] = Listeners?.[0]?.DefaultActions ?? []
  expect(action?.ForwardConfig?.TargetGroups?.map((each) => each.TargetGroupArn)).toEqual([
    stack.secondGroupArn,
  ])
}

async function expectNotRolledBack(id: string): Promise<void> {
  expect((await stack.info(id)).rollbackInfo).toBeUndefined()
  expect((await stack.codedeploy.listDeployments({})).deployments).toEqual([id])
}

describe('stopped in the middle of a canary', () => {
  test('with rollback: users are back on the original at once', async () => {
    await stack.settle(CANARY)
    const id = await stack.deploy()
    await stack.untilWeights(90, 10)
    const stopped = await stack.codedeploy.stopDeployment({
      deploymentId: id,
      autoRollbackEnabled: true,
    })
    expect(stopped.status).toBe('Pending')
    await stack.clock.advance(1000)
    expect(await stack.info(id)).toMatchObject({
      status: 'Stopped',
      errorInformation: { code: 'MANUAL_STOP' },
      completeTime: expect.any(Date),
    })
    expect((await stack.events(id)).slice(-3)).toEqual([
      'BeforeAllowTraffic Succeeded',
      'AllowTraffic Failed',
      'AfterAllowTraffic Skipped',
    ])
    await expectRolledBack(id)
    const again = await stack.codedeploy.stopDeployment({ deploymentId: id })
    expect(again.status).toBe('Succeeded')
  })

  test('without: everything stays as it is, until the next deployment', async () => {
    await stack.settle({ ...CANARY, ...ROLLING_BACK })
    const id = await stack.deploy()
    await stack.untilWeights(90, 10)
    await stack.codedeploy.stopDeployment({ deploymentId: id, autoRollbackEnabled: false })
    expect((await stack.untilOver(id)).status).toBe('Stopped')
    await expectNotRolledBack(id)
    expect(await stack.weights()).toEqual([90, 10])
    expect(await stack.running()).toEqual(['web:1', 'web:1', 'web:2', 'web:2'])
    await stack.untilOver(await stack.deploy())
    await stack.clock.advance(60_000)
    expect(await stack.running()).toEqual(['web:3', 'web:3'])
  })

  test('by the rule of the group, when the request does not say', async () => {
    await stack.settle({
      ...CANARY,
      autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_STOP_ON_REQUEST'] },
    })
    const id = await stack.deploy()
    await stack.untilWeights(90, 10)
    await stack.codedeploy.stopDeployment({ deploymentId: id })
    await stack.untilOver(id)
    await expectRolledBack(id)
  })
})

test('it can be taken back as long as the original is there', async () => {
  await stack.settle()
  const id = await stack.deploy()
  await stack.until(id, (info) => info.instanceTerminationWaitTimeStarted === true)
  expect(await stack.weights()).toEqual([0, 100])
  await stack.codedeploy.stopDeployment({ deploymentId: id, autoRollbackEnabled: true })
  await stack.clock.advance(1000)
  await expectRolledBack(id)
})

describe('a replacement that is not healthy after an hour: Failed, and back', () => {
  const TIMEOUT = {
    status: 'Failed',
    errorInformation: {
      code: 'TIMEOUT',
      message:
        'The deployment timed out while waiting for the replacement task set to become healthy. This time out period is 60 minutes.',
    },
  }

  test('its tasks fail their health checks', async () => {
    // Without it every task would be replaced by another after some seconds: an hour of that takes a minute.
    await stack.settle(ROLLING_BACK, { healthCheckGracePeriodSeconds: 7200 })
    const id = await stack.deploy('sick')
    await stack.clock.advance(59 * 60_000)
    const failed = await stack.untilOver(id)
    expect(failed).toMatchObject(TIMEOUT)
    const minutes = (Number(failed.completeTime) - Number(failed.startTime)) / 60_000
    expect(Math.round(minutes)).toBe(60)
    expect((await stack.events(id)).slice(0, 3)).toEqual([
      'BeforeInstall Succeeded',
      'Install Failed',
      'AfterInstall Skipped',
    ])
    await expectRolledBack(id)
  })

  test('its image cannot be pulled', async () => {
    await stack.settle(ROLLING_BACK)
    const image = '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:missing'
    const id = await stack.createDeployment(appSpec(await stack.register('good', { image })))
    await stack.clock.advance(120_000)
    expect((await stack.taskSets())[0]).toBe('ACTIVE web:2 100 STABILIZING')
    await stack.clock.advance(57 * 60_000)
    expect(await stack.untilOver(id)).toMatchObject(TIMEOUT)
    await expectRolledBack(id)
  })

  test('its tasks crash, and nobody asked for a rollback: all stays as it is', async () => {
    await stack.settle()
    const id = await stack.deploy('crash')
    await stack.clock.advance(60_000)
    expect(await stack.info(id)).toMatchObject({ status: 'InProgress' })
    expect((await stack.taskSets())[0]).toBe('ACTIVE web:2 100 STABILIZING')
    expect(new Set(await stack.ask(10))).toEqual(new Set(['1']))
    await stack.codedeploy.stopDeployment({ deploymentId: id })
    await stack.untilOver(id)
    await expectNotRolledBack(id)
  })
})

describe('an alarm', () => {
  beforeEach(async () => {
    await stack.cloudwatch.putMetricAlarm({
      AlarmName: 'errors',
      Namespace: 'Test',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'ignore',
    })
  })
  const sound = (StateValue: 'OK' | 'ALARM'): Promise<unknown> =>
    stack.cloudwatch.setAlarmState({ AlarmName: 'errors', StateValue, StateReason: 'test' })
  const alarmConfiguration = { enabled: true, alarms: [{ name: 'errors' }] }
  const ALARM_ACTIVE = {
    status: 'Stopped',
    errorInformation: {
      code: 'ALARM_ACTIVE',
      message:
        'One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: <errors>',
    },
  }

  test('stops the deployment and takes it back', async () => {
    await stack.settle({ ...CANARY, ...ROLLING_BACK, alarmConfiguration })
    const id = await stack.deploy()
    await stack.untilWeights(90, 10)
    await sound('ALARM')
    await stack.clock.advance(10_000)
    expect(await stack.info(id)).toMatchObject(ALARM_ACTIVE)
    await expectRolledBack(id)
  })

  test('that sounds already stops it before anything is done', async () => {
    await stack.settle({ alarmConfiguration })
    await sound('ALARM')
    const id = await stack.deploy()
    expect(await stack.untilOver(id)).toMatchObject(ALARM_ACTIVE)
    await expectNotRolledBack(id)
    expect(await stack.taskSets()).toEqual(['PRIMARY web:1 100 STEADY_STATE'])
  })

  test('of the group counts no more when the deployment has its own', async () => {
    await stack.settle({ alarmConfiguration })
    await sound('ALARM')
    const id = await stack.deploy('good', { overrideAlarmConfiguration: { enabled: false } })
    expect((await stack.untilOver(id)).status).toBe('Succeeded')
  })
})

describe('a deployment that waits before it reroutes', () => {
  const WAITING: Partial<CreateDeploymentGroupInput> = {
    ...ROLLING_BACK,
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: { actionOnTimeout: 'STOP_DEPLOYMENT', waitTimeInMinutes: 20 },
      terminateBlueInstancesOnDeploymentSuccess: {
        action: 'TERMINATE',
        terminationWaitTimeInMinutes: 60,
      },
    },
  }

  test('is Ready until it is continued, and so is the end of its original', async () => {
    await stack.settle(WAITING)
    const id = await stack.deploy()
    await stack.until(id, ({ status }) => status === 'Ready')
    expect(await stack.ask(2)).toEqual(['1', '1'])
    expect(await stack.ask(2, stack.testUrl)).toEqual(['2', '2'])
    expect((await stack.target(id)).status).toBe('Ready')
    await stack.codedeploy.continueDeployment({ deploymentId: id })
    await stack.until(id, (info) => info.instanceTerminationWaitTimeStarted === true)
    expect(await stack.ask(2)).toEqual(['2', '2'])
    const deploymentWaitType = 'TERMINATION_WAIT'
    await stack.codedeploy.continueDeployment({ deploymentId: id, deploymentWaitType })
    await stack.clock.advance(2000)
    expect((await stack.info(id)).status).toBe('Succeeded')
  })

  test('is Stopped when nobody does, and goes back', async () => {
    await stack.settle(WAITING)
    const id = await stack.deploy()
    expect(await stack.untilOver(id)).toMatchObject({
      status: 'Stopped',
      errorInformation: {
        message:
          'The deployment timed out while waiting for a notification to continue. This time out period is 20 minutes.',
      },
    })
    await expectRolledBack(id)
  })
})

describe('the functions of an AppSpec file', () => {
  const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:validate'
  const deployWith = async (hook: string): Promise<string> =>
    stack.createDeployment(appSpec(await stack.register('good'), [{ [hook]: FUNCTION }]))

  test('let it pass', async () => {
    await stack.settle()
    const id = await deployWith('AfterAllowTestTraffic')
    expect((await stack.untilOver(id)).status).toBe('Succeeded')
    expect(stack.aws.lambdaHooks.events).toMatchObject([
      { lifecycleStage: 'AfterAllowTestTraffic', resourceArn: id },
    ])
  })

  test('make it fail', async () => {
    await stack.settle(ROLLING_BACK)
    stack.aws.lambdaHooks.script(FUNCTION, 'FAILED')
    const id = await deployWith('AfterAllowTestTraffic')
    expect(await stack.untilOver(id)).toMatchObject({
      status: 'Failed',
      errorInformation: {
        code: 'HOOK_EXECUTION_FAILURE',
        message:
          'The deployment failed because one or more of the lifecycle event validation functions failed.',
      },
    })
    await expectRolledBack(id)
  })

  test('may call back later, within an hour', async () => {
    await stack.settle()
    stack.aws.lambdaHooks.script(FUNCTION, 'IN_PROGRESS')
    const id = await deployWith('BeforeAllowTraffic')
    await stack.clock.advance(10 * 60_000)
    expect(await stack.events(id)).toContain('BeforeAllowTraffic InProgress')
    const answer = {
      deploymentId: id,
      lifecycleEventHookExecutionId: stack.aws.lambdaHooks.events[0]?.executionId,
      status: 'Succeeded' as const,
    }
    await stack.codedeploy.putLifecycleEventHookExecutionStatus(answer)
    await stack.clock.advance(10_000)
    expect(await stack.weights()).toEqual([0, 100])
    await expect(
      stack.codedeploy.putLifecycleEventHookExecutionStatus(answer),
    ).rejects.toMatchObject({ name: 'LifecycleEventAlreadyCompletedException' })
  })
})
