/** The rollback action, on services whose deployments were made by plain SDK calls: nothing of ours is needed to go back. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BundleStage, reportOf, type Inputs } from '../support/bundle-stage.ts'
import type { BundleRun } from '../support/run-bundle.ts'

const ERRORS = '[{metric: HTTPCode_Target_5XX_Count, threshold: 10, duration: 60}]'
const WATCH = { 'watch-minutes': '5', triggers: `bake_minutes: 5\ntriggers: ${ERRORS}` }

let stage: BundleStage
const runs: Record<string, BundleRun> = {}

beforeAll(async () => {
  stage = await BundleStage.open()
  await Promise.all([
    plain(),
    named(),
    underWay(),
    watched('calm', 'good'),
    watched('broken', 'errors'),
  ])
}, 240_000)

afterAll(async () => {
  expect(await stage.close()).toBe(0)
})

const rollback = async (name: string, service: string, inputs: Inputs = {}): Promise<void> => {
  runs[name] = await stage.run('rollback', { service, ...inputs })
}

const runOf = (name: string): BundleRun => {
  const run = runs[name]
  if (!run) throw new Error(`There was no run ${name}.`)
  return run
}

/** Two deployments, the second a good one as far as ECS knows. */
async function history(service: string, second: 'good' | 'errors' = 'good'): Promise<void> {
  await stage.service(service)
  await stage.updateByHand(service, await stage.image(`${service}-2`, second))
  await stage.untilCompleted(service)
}

async function plain(): Promise<void> {
  await history('plain')
  await rollback('previous', 'plain', { reason: 'prices are wrong' })
}

async function named(): Promise<void> {
  await history('named')
  await stage.updateByHand('named', await stage.image('named-3'))
  await stage.untilCompleted('named')
  await rollback('dry run', 'named', { 'dry-run': 'true' })
  await rollback('unknown revision', 'named', { to: '17' })
  await rollback('unknown image', 'named', { to: 'never-built' })
  await rollback('image tag', 'named', { to: 'named-2' })
  await rollback('number', 'named', { to: '1' })
  await rollback('already there', 'named', { to: '1' })
  await rollback('image that was gone away from', 'named', { to: 'named-3' })
}

/** ECS would try for hours: the new tasks never get healthy, and the grace is long. */
async function underWay(): Promise<void> {
  await stage.service('stuck', { graceSeconds: 7200 })
  await stage.updateByHand('stuck', await stage.image('stuck-2', 'sick'))
  await rollback('under way', 'stuck')
}

async function watched(service: string, behaviour: 'good' | 'errors'): Promise<void> {
  await history(service, behaviour)
  stage.startUsers(service)
  await rollback(service, service, WATCH)
}

describe('by hand', () => {
  test('to the revision before: green, because that is what was asked for', async () => {
    const { exitCode, outputs, summary } = runOf('previous')
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({
      outcome: 'rolled-back',
      'rolled-back': 'true',
      'rolled-back-by': 'action',
      'reason-code': 'asked',
    })
    expect(outputs['reason']).toContain('prices are wrong')
    expect(outputs['running-task-definition-arn']).toMatch(/\/plain:1$/)
    expect(summary).toMatch(/^## ⏪ plain: rolled-back[\s\S]*Users get now:\*\*.* `plain:1`/)
    expect(await stage.ask('plain')).toBe('plain-1')
    expect(await stage.asked('plain')).toEqual(['UpdateService'])
  })

  test('a dry run says what would be done, and does nothing', () => {
    const { exitCode, outputs } = runOf('dry run')
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ outcome: 'no-change', 'reason-code': 'dry-run' })
    expect(outputs['reason']).toMatch(/Dry run: .*named:2/)
    expect(outputs['running-task-definition-arn']).toMatch(/\/named:3$/)
  })

  test.each([
    ['unknown revision', /named:17.*Give `previous`/s],
    ['unknown image', /none of the last 3 successful deployments.*never-built/],
  ])('an %s is refused, with what may be given', (name, says) => {
    const { exitCode, outputs, stdout } = runOf(name)
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({ outcome: 'refused', 'reason-code': 'input' })
    expect(outputs['reason']).toMatch(says)
    expect(stdout.match(/^::error/gm)).toHaveLength(1)
  })

  test.each([
    ['image tag', 'named:2'],
    ['number', 'named:1'],
    ['image that was gone away from', 'named:3'],
  ])('to a revision by its %s', (name, revision) => {
    const { exitCode, outputs } = runOf(name)
    expect(exitCode).toBe(0)
    expect(outputs['outcome']).toBe('rolled-back')
    expect(outputs['running-task-definition-arn']).toMatch(new RegExp(`/${revision}$`))
  })

  test('to what runs already: nothing is done, and all in all the service was changed three times', async () => {
    expect(runOf('already there').exitCode).toBe(0)
    expect(runOf('already there').outputs['outcome']).toBe('no-change')
    expect(await stage.asked('named')).toEqual(Array(3).fill('UpdateService'))
  })

  test('a deployment under way is stopped, and ECS goes back', async () => {
    const { exitCode, outputs } = runOf('under way')
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ outcome: 'rolled-back', 'rolled-back-by': 'action' })
    expect(await stage.asked('stuck')).toEqual(['StopServiceDeployment'])
    expect(await stage.running('stuck')).toEqual(['stuck:1', 'stuck:1'])
    expect(await stage.ask('stuck')).toBe('stuck-1')
  })
})

describe('watching metrics', () => {
  test('no breach: green, and nothing is changed', async () => {
    const { exitCode, outputs, summary } = runOf('calm')
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({
      outcome: 'no-change',
      'reason-code': 'no-breach',
      'trigger-name': '',
    })
    expect(summary).toMatch(/🟢\sOK/)
    expect(await stage.asked('calm')).toEqual([])
    expect(await stage.ask('calm')).toBe('calm-2')
  })

  test('a breach: the revision before is back, and the run is red', async () => {
    const { exitCode, outputs, summary } = runOf('broken')
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({
      outcome: 'rolled-back',
      'rolled-back-by': 'action',
      'reason-code': 'trigger',
      'trigger-name': 'HTTPCode_Target_5XX_Count',
    })
    expect(summary).toMatch(/🔴\sBREACHING/)
    expect(reportOf(runOf('broken'))).toMatchObject({ action: 'rollback', passed: false })
    expect(await stage.asked('broken')).toEqual(['UpdateService'])
    expect(await stage.ask('broken')).toBe('broken-1')
  })
})
