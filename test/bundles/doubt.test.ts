/** What is not known of a release: too little data, and a breach that was there before it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BundleStage, reportOf } from '../support/bundle-stage.ts'
import type { BundleRun } from '../support/run-bundle.ts'

/** Judged from the fourth minute of the bake on at the latest. */
const LATENCY = '[{metric: TargetResponseTime, threshold: 5, duration: 60}]'
const ERRORS = '[{metric: HTTPCode_Target_5XX_Count, threshold: 10, duration: 60}]'

const QUIET = {
  pass: `bake_minutes: 5\ntriggers: ${LATENCY}`,
  fail: `bake_minutes: 5\non_insufficient_data: fail\ntriggers: ${LATENCY}`,
}
const BROKEN = {
  demote: `bake_minutes: 5\ntriggers: ${ERRORS}`,
  block: `bake_minutes: 5\non_preexisting_breach: block\ntriggers: ${ERRORS}`,
}

let stage: BundleStage
/** By what the file says; all at the same time. */
let runs: Record<keyof typeof QUIET | keyof typeof BROKEN, BundleRun>

beforeAll(async () => {
  stage = await BundleStage.open()
  const [pass, fail, demote, block] = await Promise.all([
    withoutUsers('quiet-pass', QUIET.pass),
    withoutUsers('quiet-fail', QUIET.fail),
    afterErrors('broken-demote', BROKEN.demote),
    afterErrors('broken-block', BROKEN.block),
  ])
  runs = { pass, fail, demote, block }
}, 240_000)

afterAll(async () => {
  expect(await stage.close()).toBe(0)
})

async function withoutUsers(service: string, triggers: string): Promise<BundleRun> {
  await stage.service(service)
  return stage.run('deploy', { service, triggers, image: await stage.image(`${service}-2`) })
}

/** What runs gives users errors already, and has for longer than the metrics are late. */
async function afterErrors(service: string, triggers: string): Promise<BundleRun> {
  await stage.service(service, { image: await stage.image(`${service}-1`, 'errors') })
  stage.startUsers(service)
  await stage.aws.sleep(240_000)
  return stage.run('deploy', { service, triggers, image: await stage.image(`${service}-2`) })
}

describe('without users nothing is known of latency', () => {
  test('that is green by default, and the doubt is said', async () => {
    const { exitCode, outputs, summary, stdout } = runs.pass
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ outcome: 'deployed', 'reason-code': 'completed' })
    expect(outputs['reason']).toContain('0 of 1 triggers were OK, 1 had too little data')
    expect(summary).toMatch(/⚪\sINSUFFICIENT/)
    expect(summary).toMatch(/### Not checked, or odd[\s\S]*Not enough data: trigger TargetResponse/)
    expect(stdout).toMatch(/^::warning.*Not enough data: trigger TargetResponseTime/m)
    expect(await stage.running('quiet-pass')).toEqual(['quiet-pass:2', 'quiet-pass:2'])
  })

  test('with `on_insufficient_data: fail` it is red, and nothing is rolled back', async () => {
    const { exitCode, outputs } = runs.fail
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({
      outcome: 'failed-no-rollback',
      'rolled-back-by': 'none',
      'reason-code': 'insufficient-data',
    })
    expect(outputs['reason']).toContain('`on_insufficient_data: fail`')
    expect(await stage.running('quiet-fail')).toEqual(['quiet-fail:2', 'quiet-fail:2'])
    expect(await stage.asked('quiet-fail')).toEqual(['RegisterTaskDefinition', 'UpdateService'])
  })
})

describe('errors before the deployment', () => {
  test('only warn by default, so that the release that mends them is green', async () => {
    const { exitCode, outputs, summary } = runs.demote
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ outcome: 'deployed', 'trigger-name': '' })
    expect(reportOf(runs.demote).triggers[0]).toMatchObject({
      baseline: 'BREACHING',
      demoted: true,
    })
    expect(summary).toContain('breached before already')
    expect(summary).toContain('Breaching already before this deployment')
    expect(await stage.ask('broken-demote')).toBe('broken-demote-2')
  })

  test('with `on_preexisting_breach: block` the release is refused, and nothing is asked of ECS', async () => {
    const { exitCode, outputs, summary } = runs.block
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({ outcome: 'refused', 'reason-code': 'preexisting-breach' })
    expect(outputs['reason']).toMatch(/HTTPCode_Target_5XX_Count.*1 of 1 period above 10/)
    expect(summary).toMatch(/^## 🛑 broken-block: refused/)
    expect(await stage.asked('broken-block')).toEqual([])
    expect(await stage.running('broken-block')).toEqual(['broken-block:1', 'broken-block:1'])
  })
})
