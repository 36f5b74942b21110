/** GitHub cancels a run by SIGINT, and ends it ten seconds later: whatever the phase, the run tells how far it came. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BundleStage, reportOf, type Behaviour, type Inputs } from '../support/bundle-stage.ts'
import type { BundleRun } from '../support/run-bundle.ts'

/** SIGTERM comes 7.5 seconds after SIGINT. */
const IN_TIME = 7000

const POLICIES = ['leave', 'rollback'] as const
type Policy = (typeof POLICIES)[number]

let stage: BundleStage
const runs: Record<string, BundleRun> = {}

beforeAll(async () => {
  stage = await BundleStage.open()
  await Promise.all([
    waiting(),
    rollingBack(),
    undoing(),
    ...POLICIES.flatMap((policy) => [rolling(policy), baking(policy)]),
  ])
}, 240_000)

afterAll(async () => {
  expect(await stage.close()).toBe(0)
})

interface Cancelled {
  readonly service: string
  /** Of the release. */
  readonly behaviour?: Behaviour
  readonly slowSeconds?: number
  /** The line at which it is cancelled. */
  readonly at: string
  readonly inputs?: Inputs
}

async function cancelled(release: Cancelled): Promise<void> {
  const { service, behaviour = 'good', slowSeconds = 0, at, inputs } = release
  const image = await stage.image(`${service}-2`, behaviour, slowSeconds)
  runs[service] = await stage.run(
    'deploy',
    { service, image, ...inputs },
    { interrupt: { signal: 'SIGINT', at } },
  )
}

const runOf = (service: string): BundleRun => {
  const run = runs[service]
  if (!run) throw new Error(`There was no run of ${service}.`)
  return run
}

/** Another deployment is under way, and stays so: its tasks never get healthy, and the grace is long. */
async function waiting(): Promise<void> {
  await stage.service('waiting', { graceSeconds: 7200 })
  await stage.updateByHand('waiting', await stage.image('waiting-other', 'sick'))
  await cancelled({ service: 'waiting', at: 'waiting: Another deployment' })
}

async function rolling(policy: Policy): Promise<void> {
  const service = `rolling-${policy}`
  await stage.service(service, { graceSeconds: 7200 })
  const inputs = { 'on-cancel': policy }
  await cancelled({ service, behaviour: 'sick', at: 'rolling out: ', inputs })
}

async function baking(policy: Policy): Promise<void> {
  const service = `baking-${policy}`
  await stage.service(service)
  await cancelled({
    service,
    at: 'baking, ',
    inputs: { 'on-cancel': policy, 'bake-minutes': '60' },
  })
}

/** The old revision takes two minutes until it is healthy, so that going back to it takes as long. */
async function rollingBack(): Promise<void> {
  const service = 'rolling-back'
  await stage.service(service, { image: await stage.image(`${service}-1`, 'slow-start', 120) })
  const inputs = { 'bake-minutes': '60', 'max-failed-tasks': '1' }
  const release = { service, behaviour: 'crash-later', slowSeconds: 60, inputs } as const
  await cancelled({ ...release, at: 'rolling back: UpdateService' })
}

/** The rollback action, on its way to a revision that takes two minutes until it is healthy. */
async function undoing(): Promise<void> {
  const service = 'undoing'
  await stage.service(service, { image: await stage.image(`${service}-1`, 'slow-start', 120) })
  await stage.updateByHand(service, await stage.image(`${service}-2`))
  await stage.untilCompleted(service)
  const interrupt = { signal: 'SIGINT', at: '/2 running' } as const
  runs[service] = await stage.run('rollback', { service }, { interrupt })
}

describe.each([
  'waiting',
  'rolling-leave',
  'rolling-rollback',
  'baking-leave',
  'baking-rollback',
  'rolling-back',
  'undoing',
])('%s', (service) => {
  test('ends red, in time, and the whole story is told', () => {
    const { exitCode, millisecondsToEnd, outputs, summary, stdout, stderr } = runOf(service)
    expect(exitCode).toBe(1)
    expect(millisecondsToEnd).toBeLessThan(IN_TIME)
    expect(outputs['reason']).toMatch(/cancelled/)
    expect(outputs['reason-code']).toBe('cancelled')
    expect(summary).toContain(`${service}: ${outputs['outcome'] ?? '?'}`)
    expect(reportOf(runOf(service))).toMatchObject({ phase: 'ended', outcome: outputs['outcome'] })
    expect(stdout.match(/^::error/gm)).toHaveLength(1)
    expect(stderr).toBe('')
  })
})

test('while it waits for its turn: refused, because nothing was changed', async () => {
  const { outputs } = runOf('waiting')
  expect(outputs['outcome']).toBe('refused')
  expect(outputs['reason']).toContain('while it waited')
  expect(await stage.asked('waiting')).toEqual([])
})

describe('in the rollout', () => {
  test('leave: ECS goes on alone', async () => {
    const { outputs } = runOf('rolling-leave')
    expect(outputs).toMatchObject({ outcome: 'cancelled', 'rolled-back-by': 'none' })
    expect(outputs['reason']).toContain('ECS goes on with the deployment alone')
    expect(await stage.asked('rolling-leave')).toEqual(['RegisterTaskDefinition', 'UpdateService'])
    const { deployments } = await stage.describe('rolling-leave')
    expect(deployments?.[0]?.taskDefinition).toMatch(/rolling-leave:2$/)
  })

  test('rollback: ECS is asked to stop it, and goes back', async () => {
    const { outputs } = runOf('rolling-rollback')
    expect(outputs).toMatchObject({ outcome: 'cancelled', 'rolled-back-by': 'action' })
    expect(outputs['reason']).toContain('ECS was asked to roll the deployment back')
    expect(await stage.asked('rolling-rollback')).toEqual([
      'RegisterTaskDefinition',
      'UpdateService',
      'StopServiceDeployment',
    ])
    await stage.untilCompleted('rolling-rollback')
    expect(await stage.running('rolling-rollback')).toEqual([
      'rolling-rollback:1',
      'rolling-rollback:1',
    ])
  })
})

describe('in the bake', () => {
  test('leave: the new revision stays, unproven', async () => {
    const { outputs } = runOf('baking-leave')
    expect(outputs).toMatchObject({ outcome: 'cancelled', 'rolled-back-by': 'none' })
    expect(outputs['reason']).toContain('the deployment is complete, but was not proven good')
    expect(await stage.asked('baking-leave')).toEqual(['RegisterTaskDefinition', 'UpdateService'])
    expect(await stage.ask('baking-leave')).toBe('baking-leave-2')
  })

  test('rollback: the revision before is asked for again', async () => {
    const { outputs } = runOf('baking-rollback')
    expect(outputs).toMatchObject({ outcome: 'cancelled', 'rolled-back-by': 'action' })
    expect(outputs['reason']).toMatch(/baking-rollback:1 was asked for again; nobody watched/)
    expect(await stage.asked('baking-rollback')).toEqual([
      'RegisterTaskDefinition',
      'UpdateService',
      'UpdateService',
    ])
    await stage.untilCompleted('baking-rollback')
    expect(await stage.ask('baking-rollback')).toBe('baking-rollback-1')
  })
})

test('the rollback action: ECS is let finish what it began', async () => {
  const { outputs } = runOf('undoing')
  expect(outputs).toMatchObject({ outcome: 'cancelled', 'rolled-back-by': 'action' })
  expect(outputs['reason']).toMatch(/Going back to \S+\/undoing:1 was under way/)
  expect(await stage.asked('undoing')).toEqual(['UpdateService'])
  await stage.untilCompleted('undoing')
  expect(await stage.ask('undoing')).toBe('undoing-1')
})

test('while it goes back: ECS is let finish it', async () => {
  const { outputs } = runOf('rolling-back')
  expect(outputs).toMatchObject({ outcome: 'cancelled', 'rolled-back-by': 'action' })
  expect(outputs['reason']).toContain('Going back was under way when the run was cancelled')
  expect(await stage.asked('rolling-back')).toEqual([
    'RegisterTaskDefinition',
    'UpdateService',
    'UpdateService',
  ])
  await stage.untilCompleted('rolling-back')
  expect(await stage.ask('rolling-back')).toBe('rolling-back-1')
})
