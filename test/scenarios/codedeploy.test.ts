/** Services that CodeDeploy deploys, through the wire: watched, judged and taken back like those of ECS. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import { outputsOf } from '@ecs-pipeline/reporting'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { readDeployInputs } from '../../actions/deploy/inputs.ts'
import { ROOT } from '../support/run-bundle.ts'
import { waiting } from '../support/code-deploy-stack.ts'
import { CLUSTER } from '../support/stack.ts'
import { count } from './support/count.ts'
import { percentages, TRIGGERS } from './support/shifting.ts'
import { Stage, type StageService } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const workspace = join(ROOT, 'test/support/codedeploy')
const MINUTE = 60_000

const ALL_AT_ONCE = 'CodeDeployDefault.ECSAllAtOnce'
const CANARY = 'CodeDeployDefault.ECSCanary10Percent5Minutes'

const service = (name: string, codeDeploy: StageService['codeDeploy'] = {}): Promise<void> =>
  stage.service({ name, codeDeploy })

/** What was sent to CodeDeploy, in order. */
const inputsOf = (operation: string): readonly Record<string, unknown>[] =>
  stage.aws.calls
    .entries()
    .filter((call) => call.operation === operation)
    .map(({ input }) => input as Record<string, unknown>)

/** Percent of the production traffic that each group gets by the rules of the load balancer. */
async function weights(name: string): Promise<readonly number[]> {
  const { elb } = stage.clients
  const { LoadBalancers } = await elb.describeLoadBalancers({ Names: [name] })
  const { Listeners = [] } = await elb.describeListeners({
    LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
  })
  const listener = Listeners.find(({ Port }) => Port === 80)
  const { Rules = [] } = await elb.describeRules({ ListenerArn: listener?.ListenerArn })
  const rule = Rules.find(({ IsDefault }) => IsDefault !== true)
  return (rule?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []).map(({ Weight = 0 }) => Weight)
}

describe('a good release', () => {
  test('all at once: every lifecycle event, the digest in the AppSpec file, and the id', async () => {
    await service('good')
    const run = await stage.deploy('good', {
      inputs: {
        ...(await stage.images('good')),
        triggers: TRIGGERS,
        codedeployDeploymentDescription: 'release 2',
      },
      workspace,
      requestEvery: 4,
    })
    expect(run.report).toMatchObject({ outcome: 'deployed', passed: true })
    expect(run.report.reason).toContain('their image digests are the ones asked for')
    expect(run.report.serviceDeployment).toMatch(/^d-[A-Z0-9]{9}$/)
    expect(percentages(run)).toEqual([0, 100])
    expect(run.lines.join('\n')).toContain('rolling out (Install)')
    expect(run.report.triggers.map(({ verdict }) => verdict)).toEqual(['OK', 'OK'])
    const [created, ...more] = inputsOf('CreateDeployment')
    expect(more).toEqual([])
    expect(created).toMatchObject({ description: 'release 2' })
    expect(created).not.toHaveProperty('deploymentConfigName')
    expect(JSON.stringify(created)).toContain('task-definition/good:2')
    expect(count(run.calls, 'UpdateService')).toBe(0)
    expect(count(run.calls, 'StopDeployment')).toBe(0)
    expect(run.report.now?.running[0]?.taskDefinition).toMatch(/good:2$/)
    // CodeDeploy calls it a success while the old tasks drain.
    await stage.clock.advance(MINUTE)
    expect(await stage.running('good')).toEqual(['good:2', 'good:2'])
    expect(await weights('good')).toEqual([0, 100])
  })

  test('twice in a row: the groups change places, and the same again is no change', async () => {
    await service('twice')
    for (const _release of [1, 2]) {
      const { report } = await stage.deploy('twice', {
        inputs: { ...(await stage.images('good')), triggers: TRIGGERS },
        workspace,
        requestEvery: 4,
      })
      expect(report).toMatchObject({ outcome: 'deployed' })
      expect(report.triggers.map(({ verdict }) => verdict)).toEqual(['OK', 'OK'])
    }
    const again = await stage.deploy('twice', { inputs: { triggers: TRIGGERS }, workspace })
    expect(again.report).toMatchObject({ outcome: 'no-change' })
    expect(count(again.calls, 'CreateDeployment')).toBe(0)
  })

  test('canary: both weights are told, and its own waits do not count against the time limit', async () => {
    await service('canary')
    const run = await stage.deploy('canary', {
      inputs: {
        ...(await stage.images('good')),
        codedeployDeploymentConfig: CANARY,
        triggers: TRIGGERS,
        waitForMinutes: 4,
      },
      workspace,
      requestEvery: 2,
    })
    expect(run.report).toMatchObject({ outcome: 'deployed' })
    expect(percentages(run)).toEqual([0, 10, 100])
    expect(inputsOf('CreateDeployment')).toMatchObject([{ deploymentConfigName: CANARY }])
    expect(run.took).toBeGreaterThan(10 * MINUTE)
  })
})

test('the inputs and the output of the official action, under its names', async () => {
  await service('official', { applicationName: 'shop', deploymentGroupName: 'shop-production' })
  const given: Readonly<Record<string, string>> = {
    cluster: CLUSTER,
    service: 'official',
    image: await stage.image('good'),
    'codedeploy-appspec': 'appspec-hook.json',
    'codedeploy-application': 'shop',
    'codedeploy-deployment-group': 'shop-production',
    'codedeploy-deployment-description': 'release 2',
    'codedeploy-deployment-config': CANARY,
    'force-new-deployment': 'true',
  }
  const run = await stage.deploy('official', {
    inputs: readDeployInputs((name) => given[name] ?? ''),
    workspace,
  })
  expect(run.report).toMatchObject({ outcome: 'deployed' })
  const outputs = outputsOf(run.report, 'report.json')
  expect(outputs['codedeploy-deployment-id']).toMatch(/^d-[A-Z0-9]{9}$/)
  expect(outputs['service-deployment-arn']).toBe('')
  const [created] = inputsOf('CreateDeployment')
  expect(created).toMatchObject({
    applicationName: 'shop',
    deploymentGroupName: 'shop-production',
    description: 'release 2',
    deploymentConfigName: CANARY,
  })
  const { appSpecContent } = created?.['revision'] as {
    appSpecContent: { content: string; sha256: string }
  }
  const { content, sha256 } = appSpecContent
  expect(sha256).toBe(createHash('sha256').update(content).digest('hex'))
  // All of the file, in its own spelling, with the task definition in its place.
  const file = await readFile(join(workspace, 'appspec-hook.json'), 'utf8')
  const taskDefinition = run.report.taskDefinition ?? ''
  expect(JSON.parse(content)).toEqual(JSON.parse(file.replace('<TASK_DEFINITION>', taskDefinition)))
})

describe('a bad release', () => {
  test('with failed tasks never reaches users, and is stopped with a rollback once', async () => {
    await service('crash')
    const run = await stage.deploy('crash', { inputs: await stage.images('crash'), workspace })
    expect(run.report).toMatchObject({
      outcome: 'rolled-back',
      rolledBackBy: 'action',
      reasonCode: 'failed-tasks',
    })
    expect(run.report.failures[0]?.taskIds.length).toBeGreaterThan(0)
    expect(inputsOf('StopDeployment')).toMatchObject([{ autoRollbackEnabled: true }])
    expect(Math.max(0, ...percentages(run))).toBe(0)
    expect(await stage.running('crash')).toEqual(['crash:1', 'crash:1'])
  })

  test.each([
    ['at 10 %', CANARY, 0, 10],
    ['at 100 %, while the old tasks are there', ALL_AT_ONCE, 60, 100],
  ])('with errors %s is taken back by one shift', async (_when, config, slowSeconds, percent) => {
    const name = `errors-${percent}`
    await service(name)
    const run = await stage.deploy(name, {
      inputs: {
        ...(await stage.images('errors', slowSeconds)),
        codedeployDeploymentConfig: config,
        triggers: TRIGGERS,
      },
      workspace,
      requestEvery: 2,
    })
    expect(run.report).toMatchObject({
      outcome: 'rolled-back',
      rolledBackBy: 'action',
      reasonCode: 'trigger',
      trigger: 'HTTPCode_Target_5XX_Count',
    })
    expect(Math.max(...percentages(run))).toBe(percent)
    expect(inputsOf('StopDeployment')).toMatchObject([{ autoRollbackEnabled: true }])
    expect(count(run.calls, 'CreateDeployment')).toBe(1)
    expect(await weights(name)).toEqual([100, 0])
    expect(await stage.running(name)).toEqual([`${name}:1`, `${name}:1`])
  })

  test('with errors after the deployment has ended is replaced by the proven revision, all at once', async () => {
    await service('late', { blueGreenDeploymentConfiguration: waiting(0) })
    const run = await stage.deploy('late', {
      inputs: {
        ...(await stage.images('errors', 150)),
        codedeployDeploymentConfig: ALL_AT_ONCE,
        triggers: TRIGGERS,
      },
      workspace,
      requestEvery: 2,
    })
    expect(run.report).toMatchObject({ outcome: 'rolled-back', reasonCode: 'trigger' })
    expect(count(run.calls, 'StopDeployment')).toBe(0)
    const [, back, ...more] = inputsOf('CreateDeployment')
    expect(more).toEqual([])
    expect(back).toMatchObject({ deploymentConfigName: ALL_AT_ONCE })
    expect(JSON.stringify(back)).toContain('task-definition/late:1')
    await stage.clock.advance(MINUTE)
    expect(await stage.running('late')).toEqual(['late:1', 'late:1'])
  })

  test('that CodeDeploy finds in alarm is told as rolled back by CodeDeploy', async () => {
    const cloudwatch = new CloudWatch({ maxAttempts: 1 })
    await cloudwatch.putMetricAlarm({
      AlarmName: 'alarm-5xx',
      Namespace: 'Test',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'ignore',
    })
    await service('alarm', {
      alarmConfiguration: { enabled: true, alarms: [{ name: 'alarm-5xx' }] },
      autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_STOP_ON_ALARM'] },
    })
    const run = await stage.deploy('alarm', {
      inputs: { ...(await stage.images('good')), codedeployDeploymentConfig: CANARY },
      workspace,
      requestEvery: 4,
      meanwhile: async (sleep) => {
        await sleep(4 * MINUTE)
        await cloudwatch.setAlarmState({
          AlarmName: 'alarm-5xx',
          StateValue: 'ALARM',
          StateReason: 'test',
        })
      },
    })
    expect(run.report).toMatchObject({
      outcome: 'rolled-back',
      rolledBackBy: 'codedeploy',
      reasonCode: 'alarm',
    })
    expect(run.report.reason).toContain('alarm-5xx')
    expect(count(run.calls, 'StopDeployment')).toBe(0)
    expect(await stage.running('alarm')).toEqual(['alarm:1', 'alarm:1'])
  })
})
