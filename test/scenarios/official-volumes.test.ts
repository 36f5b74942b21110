/** The volumes of a service: there with a release that has one, gone again with the way back. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { complete } from '../../actions/deploy/after.ts'
import { CLUSTER } from '../support/stack.ts'
import { killIn } from './support/kill.ts'
import { toolsFor } from './support/run-on-stage.ts'
import { inputsOf, LEFT_OPEN, OfficialStage, VOLUME, writesOf } from './support/official-stage.ts'
import type { Stage } from './support/stage.ts'

let official: OfficialStage
let stage: Stage
beforeAll(async () => {
  official = await OfficialStage.open()
  stage = official.stage
})
afterAll(() => official.close())
afterEach(() => stage.clear())

describe('service-managed-ebs-volume', () => {
  const volumeInputs = {
    'service-managed-ebs-volume-name': 'ebs1',
    'service-managed-ebs-volume': JSON.stringify(VOLUME),
  }

  test('goes out as volumeConfigurations, and the same again is no change', async () => {
    await stage.service({ name: 'ebs' })
    const given = {
      ...volumeInputs,
      'task-definition': await official.file('ebs', LEFT_OPEN),
    }
    const { report } = await official.deploy({ service: 'ebs', ...given })
    expect(report.outcome).toBe('deployed')
    const volumeConfigurations = [{ name: 'ebs1', managedEBSVolume: VOLUME }]
    expect(official.asked('UpdateService')).toEqual({
      cluster: CLUSTER,
      service: 'ebs',
      taskDefinition: report.taskDefinition,
      volumeConfigurations,
    })
    expect((await stage.describe('ebs')).deployments?.[0]?.volumeConfigurations).toEqual(
      volumeConfigurations,
    )
    expect((await official.deploy({ service: 'ebs', ...given })).report.outcome).toBe('no-change')
    const larger = JSON.stringify({ ...VOLUME, sizeInGiB: 60 })
    const changed = await official.deploy({
      service: 'ebs',
      ...given,
      'service-managed-ebs-volume': larger,
    })
    expect(changed.report.outcome).toBe('deployed')
    expect(writesOf(changed.calls)).toEqual(['UpdateService'])
  })

  test('without a volume of that name in the task definition is refused, nothing registered', async () => {
    await stage.service({ name: 'ebs-none' })
    const { report, calls } = await official.deploy({
      service: 'ebs-none',
      ...volumeInputs,
      'task-definition': await official.file('ebs-none'),
    })
    expect(report.outcome).toBe('refused')
    expect(report.reason).toContain('service-managed-ebs-volume-name: the task definition has no')
    expect(writesOf(calls)).toEqual([])
  })

  test('comes with a release that gets worse in its bake: the way back takes the volume away again', async () => {
    await stage.service({ name: 'ebs-back' })
    const given = {
      ...volumeInputs,
      service: 'ebs-back',
      'task-definition': await official.file('ebs-back', LEFT_OPEN, 'errors'),
      triggers: '- {metric: HTTPCode_Target_5XX_Count, threshold: 1, duration: 60}',
      'bake-minutes': '10',
    }
    const { report } = await official.deploy(given, { requestEvery: 2 })
    expect(report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'action' })
    expect(official.asked('UpdateService')).toMatchObject({
      taskDefinition: report.previousTaskDefinition,
      volumeConfigurations: [],
    })
    expect(await stage.running('ebs-back')).toEqual(['ebs-back:1', 'ebs-back:1'])
  })

  test('is taken away by the rollback action too, where the earlier revision has none', async () => {
    await stage.service({ name: 'ebs-undo' })
    await official.deploy({
      service: 'ebs-undo',
      ...volumeInputs,
      'task-definition': await official.file('ebs-undo', LEFT_OPEN),
    })
    const { report } = await stage.rollBack('ebs-undo')
    expect(report).toMatchObject({ outcome: 'rolled-back', passed: true })
    expect(official.asked('UpdateService')).toMatchObject({ volumeConfigurations: [] })
    expect(await stage.running('ebs-undo')).toEqual(['ebs-undo:1', 'ebs-undo:1'])
  })

  test('is taken away by the post part too, when the run was killed in its bake', async () => {
    const service = 'ebs-killed'
    await stage.service({ name: service })
    const inputs = inputsOf({
      ...volumeInputs,
      service,
      'task-definition': await official.file(service, LEFT_OPEN),
      'bake-minutes': '10',
    })
    const { workspace } = official
    const left = await killIn(stage, 'baking', service, { workspace, inputs })
    await stage.clock.advance(60_000)
    const report = await stage.clock.run((clock) =>
      complete(left, 'rollback', toolsFor(service, {}, clock, [], [])),
    )
    expect(report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'action' })
    expect(official.asked('UpdateService')).toMatchObject({ volumeConfigurations: [] })
    await stage.clock.advance(60_000)
    expect(await stage.running(service)).toEqual([`${service}:1`, `${service}:1`])
  })

  test('is taken from a service whose task definition has it no more', async () => {
    await stage.service({ name: 'ebs-gone' })
    await official.deploy({
      service: 'ebs-gone',
      ...volumeInputs,
      'task-definition': await official.file('ebs-gone', LEFT_OPEN),
    })
    const { report } = await official.deploy({
      service: 'ebs-gone',
      'task-definition': await official.file('ebs-gone'),
    })
    expect(report.outcome).toBe('deployed')
    expect(official.asked('UpdateService')).toMatchObject({ volumeConfigurations: [] })
  })
})
