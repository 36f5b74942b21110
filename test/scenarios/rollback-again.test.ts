/** A rollback whose run was cancelled or killed: ECS finishes it, and no later run takes users forward again. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { DeployReport, RunPhase } from '@ecs-pipeline/rollout'
import { markLeft } from '../../actions/rollback/after.ts'
import { markAs, serviceWith } from './support/history.ts'
import { toolsFor } from './support/run-on-stage.ts'
import { count } from './support/count.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

async function cancelled(service: string): Promise<DeployReport> {
  const cancel = new AbortController()
  const { report } = await stage.rollBack(service, {
    signal: cancel.signal,
    onCheckpoint: async ({ phase }) => {
      if (phase === 'rolling-back') cancel.abort()
    },
  })
  return report
}

/** Ends the run as SIGKILL does, when it has written `last` for the first time; then its post part runs. */
async function killed(service: string, last: RunPhase): Promise<void> {
  let left: DeployReport | undefined
  const run = stage.rollBack(service, {
    onCheckpoint: async (draft) => {
      left = draft
      if (draft.phase === last) throw new Error('killed')
    },
  })
  await expect(run).rejects.toThrow('killed')
  await stage.clock.run(async (clock) => {
    if (left) await markLeft(left, 'by hand', toolsFor(service, {}, clock, [], []))
  })
}

test('cancelled: ECS finishes it, and the action is named', async () => {
  await serviceWith(stage, 'left', 'good', 'good')
  expect(await cancelled('left')).toMatchObject({
    outcome: 'cancelled',
    passed: false,
    rolledBackBy: 'action',
  })
  await stage.clock.advance(90_000)
  expect(await stage.running('left')).toEqual(['left:1', 'left:1'])
})

test.each([
  ['cancelled', cancelled],
  ['killed', (service: string) => killed(service, 'rolling-back')],
])('%s: the same step again sees it to its end, not back to the bad one', async (how, end) => {
  const name = `again-${how}`
  await serviceWith(stage, name, 'good', 'good')
  await end(name)
  const { report, calls } = await stage.rollBack(name)
  expect(report).toMatchObject({ outcome: 'rolled-back', passed: true })
  expect(report.timeline.map(({ text }) => text).join()).toContain('is a rollback to')
  expect(count(calls, 'StopServiceDeployment') + count(calls, 'UpdateService')).toBe(0)
  expect(await stage.running(name)).toEqual([`${name}:1`, `${name}:1`])
})

test.each([
  ['cancelled', cancelled],
  ['killed', (service: string) => killed(service, 'rolling-back')],
])('%s, and complete since: no later run goes forward to the bad one', async (how, end) => {
  const name = `later-${how}`
  await serviceWith(stage, name, 'good', 'good')
  await end(name)
  await stage.clock.advance(90_000)
  const { report } = await stage.rollBack(name)
  expect(report).toMatchObject({ outcome: 'refused', reasonCode: 'no-known-good' })
  expect(report.reason).toContain(`${name}:2: it is marked as rejected`)
  expect(await stage.running(name)).toEqual([`${name}:1`, `${name}:1`])
})

test('killed before UpdateService had arrived: the present revision gets no mark', async () => {
  await serviceWith(stage, 'unsent', 'good', 'good')
  await killed('unsent', 'updating')
  const { tags } = await stage.clients.ecs.describeTaskDefinition({
    taskDefinition: 'unsent:2',
    include: ['TAGS'],
  })
  expect(tags?.filter(({ value }) => value === 'rejected')).toEqual([])
})

test('a new release over a bad one is no rollback: it is replaced by a good one', async () => {
  await serviceWith(stage, 'over-bad', 'good', 'good')
  await markAs(stage, 'over-bad:2', 'rejected')
  await stage.deployByHand('over-bad', await stage.image('sick'), 15_000)
  const { report } = await stage.rollBack('over-bad')
  expect(report).toMatchObject({ outcome: 'rolled-back', passed: true })
  expect(await stage.running('over-bad')).toEqual(['over-bad:1', 'over-bad:1'])
})
