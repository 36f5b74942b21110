/** How a run ends when it is cancelled or killed, in each phase, and how the next one takes up what it left. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { RunPhase } from '@ecs-pipeline/rollout'
import { killIn } from './support/kill.ts'
import type { ActionRun, DeployOptions } from './support/run-on-stage.ts'
import { count } from './support/count.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const ERRORS = '- {metric: HTTPCode_Target_5XX_Count, threshold: 10, duration: 60}'

/** Cancels the run at the moment when it has reached the phase. */
async function cancelIn(
  phase: RunPhase,
  service: string,
  options: DeployOptions,
): Promise<ActionRun> {
  const cancel = new AbortController()
  return stage.deploy(service, {
    ...options,
    signal: cancel.signal,
    onCheckpoint: (draft) => {
      if (draft.phase === phase) cancel.abort()
      return Promise.resolve()
    },
  })
}

describe('cancelled', () => {
  test('before anything was changed: refused, and nothing is changed', async () => {
    await stage.service({ name: 'cancel-preflight' })
    const { report, calls } = await cancelIn('preflight', 'cancel-preflight', {
      inputs: await stage.images('good'),
    })
    expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'cancelled' })
    expect(count(calls, 'UpdateService')).toBe(0)
  })

  test('while it rolls out: left to ECS, which finishes it', async () => {
    await stage.service({ name: 'cancel-leave' })
    const { report, calls } = await cancelIn('rolling-out', 'cancel-leave', {
      inputs: await stage.images('good'),
    })
    expect(report).toMatchObject({ outcome: 'cancelled', passed: false, rolledBackBy: 'none' })
    expect(count(calls, 'StopServiceDeployment')).toBe(0)
    await stage.clock.advance(60_000)
    expect(await stage.running('cancel-leave')).toEqual(['cancel-leave:2', 'cancel-leave:2'])
  })

  test('while it rolls out, with on-cancel: rollback: asked once, not waited for', async () => {
    await stage.service({ name: 'cancel-roll' })
    const { report, calls, took } = await cancelIn('rolling-out', 'cancel-roll', {
      inputs: { ...(await stage.images('good')), onCancel: 'rollback' },
    })
    expect(report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'action' })
    expect(report.reason).toContain('ECS was asked to roll the deployment back')
    expect(count(calls, 'StopServiceDeployment')).toBe(1)
    expect(took).toBeLessThan(7_000)
    await stage.clock.advance(60_000)
    expect(await stage.running('cancel-roll')).toEqual(['cancel-roll:1', 'cancel-roll:1'])
  })

  test.each([
    ['leave', ['cancel-bake-leave:2', 'cancel-bake-leave:2'], 1],
    ['rollback', ['cancel-bake-rollback:1', 'cancel-bake-rollback:1'], 2],
  ] as const)('in the bake, with on-cancel: %s', async (onCancel, running, updates) => {
    const name = `cancel-bake-${onCancel}`
    await stage.service({ name })
    const { report, calls } = await cancelIn('baking', name, {
      inputs: { ...(await stage.images('good')), triggers: ERRORS, onCancel },
    })
    expect(report).toMatchObject({ outcome: 'cancelled', passed: false })
    expect(report.reason).toContain(onCancel === 'leave' ? 'in the bake' : 'asked for again')
    expect(count(calls, 'UpdateService')).toBe(updates)
    await stage.clock.advance(60_000)
    expect(await stage.running(name)).toEqual(running)
  })

  test('while it rolls back: ECS finishes that alone', async () => {
    await stage.service({ name: 'cancel-back' })
    const { report, calls } = await cancelIn('rolling-back', 'cancel-back', {
      inputs: await stage.images('crash'),
    })
    expect(report).toMatchObject({ outcome: 'cancelled', passed: false, rolledBackBy: 'action' })
    expect(count(calls, 'StopServiceDeployment')).toBe(1)
    await stage.clock.advance(90_000)
    expect(await stage.running('cancel-back')).toEqual(['cancel-back:1', 'cancel-back:1'])
  })

  test('while it rolls back by a deployment of the revision before: the same', async () => {
    await stage.service({ name: 'cancel-redeploy' })
    const { report, calls } = await cancelIn('rolling-back', 'cancel-redeploy', {
      inputs: { ...(await stage.images('errors')), triggers: ERRORS },
      requestEvery: 2,
    })
    expect(report).toMatchObject({ outcome: 'cancelled', passed: false, rolledBackBy: 'action' })
    expect(report.reason).toContain('Going back was under way')
    expect(count(calls, 'UpdateService')).toBe(2)
    await stage.clock.advance(90_000)
    expect(await stage.running('cancel-redeploy')).toEqual([
      'cancel-redeploy:1',
      'cancel-redeploy:1',
    ])
  })
})

describe('killed', () => {
  test('while it rolls out: what is left tells the truth, and the same run again sees it to its end', async () => {
    await stage.service({ name: 'kill-roll' })
    const inputs = await stage.images('good')
    const left = await killIn(stage, 'rolling-out', 'kill-roll', { inputs })
    expect(left).toMatchObject({
      outcome: 'monitoring-lost',
      reasonCode: 'interrupted',
      phase: 'rolling-out',
      passed: false,
    })
    expect(left.serviceDeployment).toContain(':service-deployment/')
    const { report, calls } = await stage.deploy('kill-roll', { inputs })
    expect(report).toMatchObject({ outcome: 'deployed', passed: true })
    expect(report.timeline.map((entry) => entry.text).join()).toContain('taking up')
    expect(count(calls, 'UpdateService')).toBe(0)
  })

  test('while a bad one rolls out: the next run takes it up, and takes it back', async () => {
    await stage.service({ name: 'kill-bad' })
    const inputs = await stage.images('sick')
    await killIn(stage, 'rolling-out', 'kill-bad', { inputs })
    const { report, calls } = await stage.deploy('kill-bad', { inputs })
    expect(report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'action' })
    expect(count(calls, 'StopServiceDeployment')).toBe(1)
    expect(await stage.running('kill-bad')).toEqual(['kill-bad:1', 'kill-bad:1'])
  })

  test('in the bake of a bad one: the next run does not call it unchanged, but bakes it and takes it back', async () => {
    await stage.service({ name: 'kill-bake' })
    const inputs = { ...(await stage.images('errors')), triggers: ERRORS }
    const left = await killIn(stage, 'baking', 'kill-bake', { inputs, requestEvery: 2 })
    expect(left).toMatchObject({ outcome: 'monitoring-lost', phase: 'baking' })
    const { report } = await stage.deploy('kill-bake', { inputs, requestEvery: 2 })
    expect(report).toMatchObject({ outcome: 'rolled-back', reasonCode: 'trigger' })
    expect(await stage.running('kill-bake')).toEqual(['kill-bake:1', 'kill-bake:1'])
  })

  test('in the bake of a good one: baked again, then unchanged', async () => {
    await stage.service({ name: 'kill-good' })
    const inputs = { ...(await stage.images('good')), triggers: ERRORS }
    await killIn(stage, 'baking', 'kill-good', { inputs })
    const again = await stage.deploy('kill-good', { inputs })
    expect(again.report).toMatchObject({ outcome: 'deployed' })
    expect(count(again.calls, 'UpdateService')).toBe(0)
    const third = await stage.deploy('kill-good', { inputs })
    expect(third.report).toMatchObject({ outcome: 'no-change' })
    expect(third.took).toBeLessThan(5_000)
  })
})
