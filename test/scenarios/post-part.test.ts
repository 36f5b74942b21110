/** What the post part of the deploy step does about a deployment whose run was killed. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { DeployReport } from '@ecs-pipeline/rollout'
import { complete } from '../../actions/deploy/after.ts'
import { markAs } from './support/history.ts'
import { killIn } from './support/kill.ts'
import { toolsFor } from './support/run-on-stage.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const ERRORS = '- {metric: HTTPCode_Target_5XX_Count, threshold: 10, duration: 60}'

const completeOnStage = (
  service: string,
  left: DeployReport,
  onCancel: 'leave' | 'rollback',
): Promise<DeployReport> =>
  stage.clock.run((clock) => complete(left, onCancel, toolsFor(service, {}, clock, [], [])))

test.each(['rolling-out', 'baking'] as const)('%s: asks for the way back', async (phase) => {
  const name = `post-${phase}`
  await stage.service({ name })
  const inputs = { ...(await stage.images('good')), triggers: ERRORS }
  const left = await killIn(stage, phase, name, { inputs })
  const report = await completeOnStage(name, left, 'rollback')
  expect(report).toMatchObject({ phase: 'ended', outcome: 'cancelled', rolledBackBy: 'action' })
  await stage.clock.advance(60_000)
  expect(await stage.running(name)).toEqual([`${name}:1`, `${name}:1`])
})

test('that has completed since: asks for the revision before', async () => {
  await stage.service({ name: 'post-late' })
  const left = await killIn(stage, 'rolling-out', 'post-late', {
    inputs: await stage.images('good'),
  })
  await stage.clock.advance(60_000)
  stage.aws.calls.clear()
  const report = await completeOnStage('post-late', left, 'rollback')
  expect(report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'action' })
  expect(stage.aws.calls.count('StopServiceDeployment')).toBe(0)
  await stage.clock.advance(60_000)
  expect(await stage.running('post-late')).toEqual(['post-late:1', 'post-late:1'])
})

test.each(['crash', 'errors'] as const)(
  'on the way back from %s: its request had not arrived, so that it is asked for, also with leave',
  async (behaviour) => {
    const name = `post-back-${behaviour}`
    await stage.service({ name })
    const inputs = { ...(await stage.images(behaviour)), triggers: ERRORS }
    const left = await killIn(stage, 'rolling-back', name, { inputs, requestEvery: 2 })
    const report = await completeOnStage(name, left, 'leave')
    expect(report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'action' })
    await stage.clock.advance(60_000)
    expect(await stage.running(name)).toEqual([`${name}:1`, `${name}:1`])
  },
)

test('a way back that has begun is not asked for twice', async () => {
  await stage.service({ name: 'post-begun' })
  const left = await killIn(stage, 'rolling-back', 'post-begun', {
    inputs: await stage.images('crash'),
  })
  await completeOnStage('post-begun', left, 'rollback')
  stage.aws.calls.clear()
  const report = await completeOnStage('post-begun', left, 'rollback')
  expect(report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'action' })
  const asked = ['StopServiceDeployment', 'UpdateService'].map((each) =>
    stage.aws.calls.count(each),
  )
  expect(asked).toEqual([0, 0])
})

/** Its present revision, the second, runs and is marked as bad. */
async function rejected(service: string): Promise<void> {
  await stage.service({ name: service })
  await stage.deploy(service, { inputs: await stage.images('good') })
  await markAs(stage, `${service}:2`, 'rejected')
}

test('before UpdateService had arrived: nothing is begun', async () => {
  await rejected('post-update')
  const left = await killIn(stage, 'updating', 'post-update', {
    inputs: { forceNewDeployment: true },
  })
  expect(left).toMatchObject({ outcome: 'monitoring-lost', phase: 'updating' })
  expect(left.knownGood?.taskDefinition).toMatch(/post-update:1$/)
  const report = await completeOnStage('post-update', left, 'rollback')
  expect(report).toMatchObject({ phase: 'ended', outcome: 'monitoring-lost' })
  await stage.clock.advance(60_000)
  expect(await stage.running('post-update')).toEqual(['post-update:2', 'post-update:2'])
})

test('never back to a revision that is marked as bad, where ECS would go', async () => {
  await rejected('post-proven')
  const left = await killIn(stage, 'rolling-out', 'post-proven', {
    inputs: await stage.images('sick'),
  })
  const report = await completeOnStage('post-proven', left, 'rollback')
  expect(report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'action' })
  await stage.clock.advance(60_000)
  expect(await stage.running('post-proven')).toEqual(['post-proven:1', 'post-proven:1'])
})

test('with on-cancel: leave it only tells', async () => {
  await stage.service({ name: 'post-leave' })
  const left = await killIn(stage, 'rolling-out', 'post-leave', {
    inputs: await stage.images('good'),
  })
  stage.aws.calls.clear()
  const report = await completeOnStage('post-leave', left, 'leave')
  expect(report).toMatchObject({ phase: 'ended', outcome: 'monitoring-lost' })
  expect(stage.aws.calls.entries()).toHaveLength(0)
})

test('leaves alone what somebody else has deployed since', async () => {
  await stage.service({ name: 'post-other' })
  const left = await killIn(stage, 'rolling-out', 'post-other', {
    inputs: await stage.images('good'),
  })
  const other = await stage.deploy('post-other', {
    inputs: { ...(await stage.images('good')), onConcurrent: 'replace' },
  })
  expect(other.report.outcome).toBe('deployed')
  const report = await completeOnStage('post-other', left, 'rollback')
  expect(report).toMatchObject({ outcome: 'monitoring-lost', rolledBackBy: 'none' })
  expect(await stage.running('post-other')).toEqual(['post-other:3', 'post-other:3'])
})
