import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { DeployReport } from '@ecs-pipeline/rollout'
import { count } from './support/count.ts'
import { loseRelease } from './support/history.ts'
import { imagesOf } from './support/make-inputs.ts'
import { Stage } from './support/stage.ts'
import { CLUSTER } from '../support/stack.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const BREAKER = {
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
}
const BREAKER_ONLY_STOPS = {
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
}

/** Seconds of AWS time between the third failed task being readable and the action condemning the release. */
async function secondsAfterThirdFailure(service: string, report: DeployReport): Promise<number> {
  const { taskArns } = await stage.clients.ecs.listTasks({
    cluster: CLUSTER,
    serviceName: service,
    desiredStatus: 'STOPPED',
  })
  const { tasks } = await stage.clients.ecs.describeTasks({ cluster: CLUSTER, tasks: taskArns })
  const failed = (tasks ?? [])
    .filter((task) => task.taskDefinitionArn === report.taskDefinition)
    .map((task) => (task.stoppedAt ?? task.stoppingAt)?.getTime() ?? Infinity)
    .sort((a, b) => a - b)
  const condemned =
    report.timeline.find((entry) => entry.text.startsWith('failed:'))?.at ?? Infinity
  return (condemned - (failed[2] ?? Infinity)) / 1000
}

describe('a release that crashes at start', () => {
  test('without a circuit breaker: stopped after three tasks, explained, and taken back', async () => {
    await stage.service({ name: 'crash' })
    const { report, calls } = await stage.deploy('crash', { inputs: await stage.images('crash') })
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      passed: false,
      rolledBackBy: 'action',
      reasonCode: 'failed-tasks',
    })
    expect(report.failures[0]).toMatchObject({ container: 'app', exitCode: 3 })
    expect(report.failures[0]?.logTail?.join('\n')).toContain('LEDGER_CURRENCY is missing')
    expect(await stage.running('crash')).toEqual(['crash:1', 'crash:1'])
    expect(report.now?.running[0]?.taskDefinition).toBe(report.previousTaskDefinition)
    expect(count(calls, 'StopServiceDeployment')).toBe(1)
    expect(count(calls, 'UpdateService')).toBe(1)
    expect(await secondsAfterThirdFailure('crash', report)).toBeLessThanOrEqual(15)
  })

  test('with a circuit breaker: whoever is first, users are back and it is said who did it', async () => {
    await stage.service({ name: 'crash-breaker', settings: BREAKER })
    const { report, calls } = await stage.deploy('crash-breaker', {
      inputs: await stage.images('crash'),
    })
    expect(report.outcome).toBe('rolled-back')
    expect(['action', 'ecs-circuit-breaker']).toContain(report.rolledBackBy)
    expect(count(calls, 'UpdateService')).toBe(1)
    expect(await stage.running('crash-breaker')).toEqual(['crash-breaker:1', 'crash-breaker:1'])
  })

  test('with a circuit breaker, and a patient action: ECS rolls back and the action says so', async () => {
    await stage.service({ name: 'crash-patient', settings: BREAKER })
    const { report, calls } = await stage.deploy('crash-patient', {
      inputs: { ...(await stage.images('crash')), maxFailedTasks: 100 },
    })
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      rolledBackBy: 'ecs-circuit-breaker',
      reasonCode: 'circuit-breaker',
    })
    expect(count(calls, 'StopServiceDeployment')).toBe(0)
    expect(await stage.running('crash-patient')).toEqual(['crash-patient:1', 'crash-patient:1'])
  })

  test('with a circuit breaker that only stops: rolloutState FAILED is red, and the action goes back itself', async () => {
    await stage.service({ name: 'crash-failed', settings: BREAKER_ONLY_STOPS })
    const { report } = await stage.deploy('crash-failed', {
      inputs: { ...(await stage.images('crash')), maxFailedTasks: 100 },
    })
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      rolledBackBy: 'action',
      reasonCode: 'rollout-failed',
    })
    expect(await stage.running('crash-failed')).toEqual(['crash-failed:1', 'crash-failed:1'])
  })

  test('with on-failure: leave, nothing is rolled back and that is said', async () => {
    await stage.service({ name: 'crash-leave' })
    const { report, calls } = await stage.deploy('crash-leave', {
      inputs: { ...(await stage.images('crash')), onFailure: 'leave' },
    })
    expect(report).toMatchObject({ outcome: 'failed-no-rollback', passed: false })
    expect(report.nextSteps.join(' ')).toContain('task-definition/crash-leave:1')
    expect(count(calls, 'StopServiceDeployment')).toBe(0)
    expect(count(calls, 'UpdateService')).toBe(1)
  })
})

test('a release that crashes after it was running is counted as well', async () => {
  // So long that the release cannot complete before its tasks have crashed three times.
  await stage.service({ name: 'crash-later', drainSeconds: 90 })
  const image = await stage.image('crash-later', 10)
  const { report } = await stage.deploy('crash-later', {
    inputs: imagesOf(image),
  })
  expect(report).toMatchObject({ outcome: 'rolled-back', reasonCode: 'failed-tasks' })
  expect(report.failures[0]).toMatchObject({ exitCode: 7 })
  expect(await stage.running('crash-later')).toEqual(['crash-later:1', 'crash-later:1'])
})

test('a release that fails its health check is caught, with the reason of the target', async () => {
  await stage.service({ name: 'sick' })
  const { report } = await stage.deploy('sick', { inputs: await stage.images('sick') })
  expect(report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'action' })
  expect(report.failures[0]?.stoppedReason).toContain('failed ELB health checks')
  expect(report.events.map((event) => event.text).join('\n')).toContain('codes: [503]')
  expect(await stage.running('sick')).toEqual(['sick:1', 'sick:1'])
})

test('an image that disappears between preflight and pull: the same reason twice is enough', async () => {
  await stage.service({ name: 'gone' })
  const image = await stage.image('good')
  const tag = image.split(':').at(-1) ?? ''
  const { report } = await stage.deploy('gone', {
    inputs: imagesOf(image),
    meanwhile: async (sleep) => {
      await sleep(1000)
      await stage.clients.ecr.batchDeleteImage({
        repositoryName: 'ledger',
        imageIds: [{ imageTag: tag }],
      })
    },
  })
  expect(report).toMatchObject({ outcome: 'rolled-back', reasonCode: 'repeated-failure' })
  expect(report.reason).toContain('CannotPullContainerError')
  expect(await stage.running('gone')).toEqual(['gone:1', 'gone:1'])
})

test('an image that was never pushed is refused before anything changes', async () => {
  await stage.service({ name: 'missing' })
  const image = (await stage.image('good')).replace(/:v.*/, ':never-pushed')
  const { report, calls } = await stage.deploy('missing', {
    inputs: imagesOf(image),
  })
  expect(report).toMatchObject({ outcome: 'refused' })
  expect(report.reason).toContain('never-pushed')
  expect(count(calls, 'RegisterTaskDefinition')).toBe(0)
})

describe('the first deployment ever', () => {
  test('has nothing to go back to, which is said before and after', async () => {
    await stage.service({
      name: 'first',
      image: await stage.image('crash'),
      settings: BREAKER,
    })
    const { report, calls, lines } = await stage.deploy('first', {
      inputs: await stage.images('crash'),
    })
    expect(report).toMatchObject({ outcome: 'failed-no-rollback', reasonCode: 'no-known-good' })
    const before = lines.findIndex((line) => line.includes('no revision to go back to'))
    const update = lines.findIndex((line) => line.includes('updating first'))
    expect(before).toBeGreaterThanOrEqual(0)
    expect(before).toBeLessThan(update)
    expect(report.reason).toContain('nothing to go back to')
    expect(count(calls, 'StopServiceDeployment')).toBe(0)
  })
})

test('a rollback that fails itself is the loudest outcome', async () => {
  const old = await stage.image('good')
  await stage.service({ name: 'no-way-back', image: old })
  const { report } = await stage.deploy('no-way-back', {
    inputs: await stage.images('crash'),
    meanwhile: async (sleep) => {
      await sleep(5000)
      await loseRelease(stage, 'no-way-back', old)
    },
  })
  expect(report).toMatchObject({
    outcome: 'rollback-failed',
    passed: false,
    rolledBackBy: 'action',
  })
  expect(report.nextSteps.join(' ')).toContain('describe-services')
})

describe('the time limit', () => {
  test('is kept to within one look, and the release is taken back', async () => {
    await stage.service({ name: 'late', settings: { healthCheckGracePeriodSeconds: 3600 } })
    const { report } = await stage.deploy('late', {
      inputs: { ...(await stage.images('sick')), waitForMinutes: 3 },
    })
    expect(report).toMatchObject({ outcome: 'rolled-back', reasonCode: 'time-limit' })
    const failed = report.timeline.find((entry) => entry.text.startsWith('failed:'))
    const updated = report.timeline.find((entry) => entry.text.startsWith('updating'))
    const seconds = ((failed?.at ?? 0) - (updated?.at ?? 0)) / 1000
    expect(seconds).toBeGreaterThanOrEqual(180)
    expect(seconds).toBeLessThanOrEqual(190)
    expect(await stage.running('late')).toEqual(['late:1', 'late:1'])
  })

  test('with on-timeout: leave it is timed-out, and left', async () => {
    await stage.service({ name: 'late-leave', settings: { healthCheckGracePeriodSeconds: 3600 } })
    const { report, calls } = await stage.deploy('late-leave', {
      inputs: { ...(await stage.images('sick')), waitForMinutes: 2, onTimeout: 'leave' },
    })
    expect(report).toMatchObject({ outcome: 'timed-out', passed: false })
    expect(count(calls, 'StopServiceDeployment')).toBe(0)
  })
})
