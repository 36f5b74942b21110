/**
 * Every state that a service deployment can be seen in, through the wire: what local-aws shows, or is made to show, what
 * the action makes of it. The rules are those of docs/watch.md; the reducer's own tests are in packages/rollout.
 *
 * | seen | met by |
 * |---|---|
 * | PENDING | here: 'PENDING …' |
 * | IN_PROGRESS | rolling.test.ts: 'is deployed …' |
 * | SUCCESSFUL, ours primary | rolling.test.ts; with a bake triggers.test.ts: 'a good release passes its bake …' |
 * | SUCCESSFUL below 100 % | early-success.test.ts |
 * | ROLLBACK_REQUESTED, ROLLBACK_IN_PROGRESS, ROLLBACK_SUCCESSFUL | others.test.ts: 'somebody stops it by hand …'; failing.test.ts: 'with a circuit breaker, and a patient action …'; ecs-acts.test.ts: 'an alarm …' |
 * | ROLLBACK_FAILED | here: 'ROLLBACK_FAILED …'; ended by the action itself, failing.test.ts: 'a rollback that fails itself …' |
 * | STOP_REQUESTED and STOPPED, a newer deployment in our place | here: 'STOP_REQUESTED, and a newer …'; others.test.ts: 'superseded …' |
 * | STOP_REQUESTED and STOPPED, ours still primary | here: 'STOP_REQUESTED …', 'STOPPED by hand …' |
 * | ours not primary any more, seen by its id only | states-unread.test.ts: 'superseded, seen by …' |
 * | rolloutState FAILED without a rollback of ECS | failing.test.ts: 'with a circuit breaker that only stops …'; by its id only, states-unread.test.ts: 'FAILED, seen by …' |
 * | a value that AWS adds to an enum | states-unread.test.ts: 'a value of the future …' |
 *
 * A lifecycle stage, BAKE_TIME, and a hook that waits (AWAITING_ACTION), of this run or of others: strategies.test.ts.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { CLUSTER } from '../support/stack.ts'
import { count } from './support/count.ts'
import { loseRelease } from './support/history.ts'
import { say } from './support/say.ts'
import { Stage } from './support/stage.ts'

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

describe('PENDING', () => {
  test('for two minutes: waited for, and then deployed', async () => {
    await stage.service({ name: 'pending' })
    stage.aws.deploymentPhases.pending = 120_000
    const { report, lines, took } = await stage.deploy('pending', {
      inputs: await stage.images('good'),
    })
    expect(report).toMatchObject({ outcome: 'deployed', passed: true })
    expect(lines.join('\n')).toMatch(/pending: 0\/2 running[\s\S]*rolling out: 0\/2 running/)
    expect(took).toBeGreaterThan(120_000)
    expect(await stage.running('pending')).toEqual(['pending:2', 'pending:2'])
  })

  test('beyond the time limit: stopped, although it has not started', async () => {
    await stage.service({ name: 'pending-late' })
    stage.aws.deploymentPhases.pending = 600_000
    const { report, calls } = await stage.deploy('pending-late', {
      inputs: { ...(await stage.images('good')), waitForMinutes: 2 },
    })
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      rolledBackBy: 'action',
      reasonCode: 'time-limit',
    })
    expect(count(calls, 'StopServiceDeployment')).toBe(1)
    expect(count(calls, 'UpdateService')).toBe(1)
    expect(await stage.running('pending-late')).toEqual(['pending-late:1', 'pending-late:1'])
  })
})

describe('STOP_REQUESTED', () => {
  test('and a newer deployment in its place: superseded, and theirs is left alone', async () => {
    await stage.service({ name: 'stopping-newer' })
    stage.aws.deploymentPhases.stopRequested = 300_000
    const { report, calls } = await stage.deploy('stopping-newer', {
      inputs: await stage.images('good'),
      meanwhile: async (sleep) => {
        await sleep(12_000)
        await stage.deployByHand('stopping-newer', await stage.image('good'))
      },
    })
    expect(report).toMatchObject({ outcome: 'superseded', passed: false, rolledBackBy: 'none' })
    expect(report.reason).toContain('stopping-newer:3')
    expect(report.finishedAt - report.startedAt).toBeLessThan(60_000)
    expect(count(calls, 'StopServiceDeployment')).toBe(0)
    await stage.clock.advance(120_000)
    expect(await stage.running('stopping-newer')).toEqual(['stopping-newer:3', 'stopping-newer:3'])
  })

  test('for some looks, by a breaker that only stops: its end is waited for, and then the action goes back', async () => {
    await stage.service({ name: 'stopping', settings: BREAKER_ONLY_STOPS })
    stage.aws.deploymentPhases.stopRequested = 45_000
    const { report, lines, calls } = await stage.deploy('stopping', {
      inputs: { ...(await stage.images('crash')), maxFailedTasks: 100 },
    })
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      rolledBackBy: 'action',
      reasonCode: 'rollout-failed',
    })
    expect(lines.join('\n')).toContain('stop requested: 0/2 running')
    expect(count(calls, 'StopServiceDeployment')).toBe(0)
    expect(count(calls, 'UpdateService')).toBe(2)
    expect(await stage.running('stopping')).toEqual(['stopping:1', 'stopping:1'])
  })

  test('without an end: the time limit holds, and a new deployment is the way back, not one more stop', async () => {
    await stage.service({ name: 'stopping-ever', settings: BREAKER_ONLY_STOPS })
    stage.aws.deploymentPhases.stopRequested = 3_600_000
    const { report, calls } = await stage.deploy('stopping-ever', {
      inputs: { ...(await stage.images('crash')), maxFailedTasks: 100, waitForMinutes: 3 },
    })
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      rolledBackBy: 'action',
      reasonCode: 'time-limit',
    })
    expect(count(calls, 'StopServiceDeployment')).toBe(0)
    expect(await stage.running('stopping-ever')).toEqual(['stopping-ever:1', 'stopping-ever:1'])
  })
})

test('STOP_REQUESTED that shows only after the action has asked ECS to go back: it was stopped, and the action goes back', async () => {
  await stage.service({ name: 'stopping-meanwhile', settings: BREAKER_ONLY_STOPS })
  stage.aws.deploymentPhases.stopRequested = 60_000
  const inputs = { ...(await stage.images('crash')), maxFailedTasks: 100 }
  // What was read just before the request is the older look.
  say(stage, (deployment) =>
    deployment.status === 'STOP_REQUESTED' && stage.aws.calls.count('StopServiceDeployment') === 0
      ? { ...deployment, status: 'IN_PROGRESS' }
      : deployment,
  )
  const { report, calls } = await stage.deploy('stopping-meanwhile', { inputs })
  expect(report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'action' })
  expect(count(calls, 'StopServiceDeployment')).toBe(1)
  expect(count(calls, 'UpdateService')).toBe(2)
  expect(await stage.running('stopping-meanwhile')).toEqual([
    'stopping-meanwhile:1',
    'stopping-meanwhile:1',
  ])
})

/** By ABORT, which the SDK knows and ECS does not take yet: so ECS is only made to say it, of the first that it shows. */
describe('STOPPED by hand', () => {
  const stoppedByHand = (looks: number): void => {
    let ours: string | undefined
    let shown = 0
    say(stage, (deployment) => {
      ours ??= deployment.serviceDeploymentArn
      if (deployment.serviceDeploymentArn !== ours) return deployment
      const status = ++shown <= looks ? 'STOP_REQUESTED' : 'STOPPED'
      return { ...deployment, status, statusReason: 'Stopped by a person.' }
    })
  }

  test('after three looks at STOP_REQUESTED: red with the reason, and users are back', async () => {
    await stage.service({ name: 'stopped-by-hand' })
    const inputs = await stage.images('slow-start')
    stoppedByHand(3)
    const { report, lines, calls } = await stage.deploy('stopped-by-hand', { inputs })
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      rolledBackBy: 'action',
      reasonCode: 'stopped',
    })
    expect(report.reason).toContain('Stopped by a person.')
    expect(lines.join('\n')).toContain('stop requested')
    expect(count(calls, 'StopServiceDeployment')).toBe(0)
    expect(await stage.running('stopped-by-hand')).toEqual([
      'stopped-by-hand:1',
      'stopped-by-hand:1',
    ])
  })

  test('with on-failure: leave it is left, and that is said', async () => {
    await stage.service({ name: 'stopped-left' })
    const inputs = { ...(await stage.images('slow-start')), onFailure: 'leave' as const }
    stoppedByHand(1)
    const { report, calls } = await stage.deploy('stopped-left', { inputs })
    expect(report).toMatchObject({ outcome: 'failed-no-rollback', reasonCode: 'stopped' })
    expect(count(calls, 'UpdateService')).toBe(1)
  })
})

test('ROLLBACK_FAILED, shown by ECS to an action that only watches: the loudest outcome', async () => {
  const old = await stage.image('good')
  await stage.service({ name: 'ecs-fails-back', image: old, settings: BREAKER })
  const { report, calls } = await stage.deploy('ecs-fails-back', {
    inputs: { ...(await stage.images('crash')), maxFailedTasks: 100 },
    meanwhile: async (sleep) => {
      await sleep(5000)
      await loseRelease(stage, 'ecs-fails-back', old)
    },
  })
  expect(report).toMatchObject({
    outcome: 'rollback-failed',
    passed: false,
    rolledBackBy: 'ecs-circuit-breaker',
  })
  const { serviceDeployments } = await stage.clients.ecs.listServiceDeployments({
    cluster: CLUSTER,
    service: 'ecs-fails-back',
  })
  expect(serviceDeployments?.[0]).toMatchObject({ status: 'ROLLBACK_FAILED' })
  expect(count(calls, 'StopServiceDeployment') + count(calls, 'UpdateService')).toBe(1)
})
