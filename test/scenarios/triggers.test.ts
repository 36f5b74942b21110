/** The bake: real requests, the metrics that the load balancer made of them, and the user's own trigger file. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { DeployReport } from '@ecs-pipeline/rollout'
import { SHORT_FORM } from '../../packages/trigger-file/test/good-files.ts'
import { count } from './support/count.ts'
import { Stage } from './support/stage.ts'
import { CLUSTER } from '../support/stack.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const ERRORS_ONLY = `
- metric: HTTPCode_Target_5XX_Count
  threshold: 10
  duration: 60
`

const verdicts = (report: DeployReport): Record<string, string> =>
  Object.fromEntries(report.triggers.map((each) => [each.trigger.name, each.verdict]))

const tagsOf = async (arn: string | undefined): Promise<Record<string, string>> => {
  const { tags } = await stage.clients.ecs.listTagsForResource({ resourceArn: arn })
  return Object.fromEntries((tags ?? []).map(({ key = '', value = '' }) => [key, value]))
}

describe('with users', () => {
  test('a good release passes its bake, is marked as verified, and shows what was measured', async () => {
    await stage.service({ name: 'bake-good' })
    const { report, took, drafts, calls } = await stage.deploy('bake-good', {
      inputs: { ...(await stage.images('good')), triggers: SHORT_FORM },
      requestEvery: 4,
    })
    expect(report).toMatchObject({ outcome: 'deployed', passed: true })
    expect(report.reason).toContain('The bake of 10 min passed. 3 of 3 triggers were OK.')
    expect(took / 60_000).toBeGreaterThan(10)
    expect(took / 60_000).toBeLessThan(14)
    expect(verdicts(report)).toEqual({
      TargetResponseTime: 'OK',
      HTTPCode_Target_5XX_Count: 'OK',
      HealthyHostCount: 'OK',
    })
    expect(report.triggers[0]?.points.length).toBeGreaterThanOrEqual(7)
    expect(drafts.map((draft) => draft.phase)).toEqual([
      'preflight',
      'registered',
      'updating',
      'rolling-out',
      'rolling-out',
      'baking',
    ])
    expect(await tagsOf(report.taskDefinition)).toMatchObject({
      'ecs-pipeline:verdict': 'verified',
    })
    // One call for all triggers a minute, and one for the baseline.
    expect(count(calls, 'GetMetricData')).toBeLessThanOrEqual(14)
  })

  test('a slow release is rolled back within one look of the fifth slow minute', async () => {
    await stage.service({ name: 'bake-slow' })
    const { report, calls } = await stage.deploy('bake-slow', {
      inputs: { ...(await stage.images('slow')), triggers: SHORT_FORM },
      requestEvery: 4,
    })
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      rolledBackBy: 'action',
      reasonCode: 'trigger',
      trigger: 'TargetResponseTime',
    })
    expect(report.reason).toContain('5 of 5 periods above 5 s')
    const slow = report.triggers.find((each) => each.trigger.name === 'TargetResponseTime')
    const fifth = slow?.points.filter((point) => point.state === 'breaching')[4]
    const readable = (fifth?.at ?? Infinity) + 60_000 + 90_000
    const condemned =
      report.timeline.find((entry) => entry.text.startsWith('failed:'))?.at ?? Infinity
    expect(condemned - readable).toBeLessThanOrEqual(12_000)
    expect(count(calls, 'UpdateService')).toBe(2)
    expect(await stage.running('bake-slow')).toEqual(['bake-slow:1', 'bake-slow:1'])
    expect(await tagsOf(report.taskDefinition)).toMatchObject({
      'ecs-pipeline:verdict': 'rejected',
      'ecs-pipeline:reason': 'trigger',
    })
  })

  test('errors while the deployment still rolls out stop it: StopServiceDeployment, no second deployment', async () => {
    await stage.service({ name: 'roll-errors', drainSeconds: 420 })
    const { report, calls } = await stage.deploy('roll-errors', {
      inputs: { ...(await stage.images('errors')), triggers: ERRORS_ONLY },
      requestEvery: 1,
    })
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      rolledBackBy: 'action',
      trigger: 'HTTPCode_Target_5XX_Count',
    })
    expect(count(calls, 'StopServiceDeployment')).toBe(1)
    expect(count(calls, 'UpdateService')).toBe(1)
    expect(await stage.running('roll-errors')).toEqual(['roll-errors:1', 'roll-errors:1'])
  })

  test('no healthy hosts', async () => {
    await stage.service({ name: 'bake-hosts', settings: { healthCheckGracePeriodSeconds: 3600 } })
    const { report } = await stage.deploy('bake-hosts', {
      inputs: { ...(await stage.images('sick-later', 60)), triggers: SHORT_FORM },
    })
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      trigger: 'HealthyHostCount',
      rolledBackBy: 'action',
    })
    expect(await stage.running('bake-hosts')).toEqual(['bake-hosts:1', 'bake-hosts:1'])
  })
})

describe('without users nothing is known of latency', () => {
  const LATENCY = '- {metric: TargetResponseTime, threshold: 5, duration: 300}'

  test('passes by default, and says so', async () => {
    await stage.service({ name: 'idle-pass' })
    const { report } = await stage.deploy('idle-pass', {
      inputs: { ...(await stage.images('good')), triggers: LATENCY },
    })
    expect(report).toMatchObject({ outcome: 'deployed' })
    expect(report.reason).toContain('1 had too little data')
    expect(report.caveats.join()).toContain('Not enough data: trigger TargetResponseTime')
  })

  test('fails without a rollback when the file says so', async () => {
    await stage.service({ name: 'idle-fail' })
    const { report, calls } = await stage.deploy('idle-fail', {
      inputs: {
        ...(await stage.images('good')),
        triggers: `on_insufficient_data: fail\ntriggers: [${LATENCY.slice(2)}]`,
      },
    })
    expect(report).toMatchObject({ outcome: 'failed-no-rollback', reasonCode: 'insufficient-data' })
    expect(count(calls, 'UpdateService')).toBe(1)
    expect(await stage.running('idle-fail')).toEqual(['idle-fail:2', 'idle-fail:2'])
  })
})

describe('a trigger that breaches before the deployment', () => {
  const bad = async (name: string): Promise<void> => {
    await stage.service({ name, image: await stage.image('errors') })
    const over = new AbortController()
    await stage.clock.run((clock) => {
      void clock.sleep(240_000).then(() => {
        over.abort()
      })
      return stage.sendRequests(name, 1000, clock, over.signal)
    })
  }

  test('only warns by default, so that the fix can be deployed', async () => {
    await bad('pre-demote')
    const { report } = await stage.deploy('pre-demote', {
      inputs: { ...(await stage.images('good')), triggers: ERRORS_ONLY },
      requestEvery: 4,
    })
    expect(report).toMatchObject({ outcome: 'deployed' })
    expect(report.triggers[0]).toMatchObject({ baseline: 'BREACHING', demoted: true })
    expect(report.caveats.join()).toContain('Breaching already before this deployment')
  })

  test('block refuses before anything is changed', async () => {
    await bad('pre-block')
    const { report, calls } = await stage.deploy('pre-block', {
      inputs: {
        ...(await stage.images('good')),
        triggers: `on_preexisting_breach: block\ntriggers: [{metric: HTTPCode_Target_5XX_Count, threshold: 10, duration: 60}]`,
      },
    })
    expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'preexisting-breach' })
    expect(count(calls, 'RegisterTaskDefinition')).toBe(0)
  })
})

describe('CloudWatch does not answer', () => {
  const deny = (after: number): void => {
    stage.aws.faults.add({
      operation: 'GetMetricData',
      after,
      error: {
        code: 'AccessDeniedException',
        status: 400,
        message:
          'User: arn:aws:sts::123456789012:assumed-role/deploy/run is not authorized to perform: cloudwatch:GetMetricData because no identity-based policy allows the action',
      },
    })
  }

  test('in preflight: refused, with the permission named', async () => {
    await stage.service({ name: 'cw-denied' })
    const inputs = await stage.images('good')
    deny(0)
    const { report, calls } = await stage.deploy('cw-denied', {
      inputs: { ...inputs, triggers: SHORT_FORM },
    })
    expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'denied' })
    expect(report.reason).toContain('cloudwatch:GetMetricData')
    expect(count(calls, 'RegisterTaskDefinition')).toBe(0)
  })

  test('in the bake: red at once, nothing rolled back, and it is said that it is not known', async () => {
    await stage.service({ name: 'cw-lost' })
    const inputs = await stage.images('good')
    deny(3)
    const { report, calls } = await stage.deploy('cw-lost', {
      inputs: { ...inputs, triggers: SHORT_FORM },
      requestEvery: 4,
    })
    expect(report).toMatchObject({ outcome: 'monitoring-lost', reasonCode: 'monitoring-error' })
    expect(count(calls, 'UpdateService')).toBe(1)
    stage.aws.faults.clear()
    expect(await stage.running('cw-lost')).toEqual(['cw-lost:2', 'cw-lost:2'])
  })

  test('for some minutes only: the bake goes on', async () => {
    await stage.service({ name: 'cw-storm' })
    const inputs = await stage.images('good')
    stage.aws.faults.add({
      operation: 'GetMetricData',
      after: 2,
      times: 12,
      error: { code: 'InternalServiceFault', status: 500, message: 'Internal' },
    })
    const { report } = await stage.deploy('cw-storm', {
      inputs: { ...inputs, triggers: ERRORS_ONLY },
      requestEvery: 4,
    })
    expect(report).toMatchObject({ outcome: 'deployed' })
  })
})

test('somebody deploys in the bake: superseded, and theirs is left alone', async () => {
  await stage.service({ name: 'bake-superseded' })
  const inputs = await stage.images('good')
  const { report, calls } = await stage.deploy('bake-superseded', {
    inputs: { ...inputs, triggers: ERRORS_ONLY },
    meanwhile: async (sleep) => {
      await sleep(240_000)
      await stage.clients.ecs.updateService({
        cluster: CLUSTER,
        service: 'bake-superseded',
        taskDefinition: 'bake-superseded:1',
      })
    },
  })
  expect(report).toMatchObject({ outcome: 'superseded', passed: false })
  expect(count(calls, 'UpdateService')).toBe(2)
  await stage.clock.advance(60_000)
  expect(await stage.running('bake-superseded')).toEqual(['bake-superseded:1', 'bake-superseded:1'])
})
