import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { imagesOf } from './support/make-inputs.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const WRITES = ['RegisterTaskDefinition', 'UpdateService', 'StopServiceDeployment', 'TagResource']
const writesOf = (calls: readonly string[]): readonly string[] =>
  calls.filter((call) => WRITES.includes(call))

describe('a good release', () => {
  test('is deployed: every task is new, its digests proven, two writes and no more', async () => {
    await stage.service({ name: 'happy' })
    const image = await stage.image('good')
    const { report, calls, took, lines } = await stage.deploy('happy', {
      inputs: imagesOf(image),
    })
    expect(report).toMatchObject({ outcome: 'deployed', passed: true, reasonCode: 'completed' })
    expect(report.reason).toContain('digests are the ones asked for')
    expect(report.now).toMatchObject({
      runningCount: 2,
      desiredCount: 2,
      targets: { healthy: 2, all: 2 },
    })
    expect(await stage.running('happy')).toEqual(['happy:2', 'happy:2'])
    expect(writesOf(calls)).toEqual(['RegisterTaskDefinition', 'UpdateService', 'TagResource'])
    expect(report.caveats).toEqual([])
    expect(lines.join('\n')).toMatch(/rolling out.*: 0\/2 running/)
    const minutes = took / 60_000
    expect(calls.length).toBeLessThanOrEqual(25 + 12 * minutes)
  })

  test('is announced within 15 seconds of its completion', async () => {
    await stage.service({ name: 'prompt' })
    const { report } = await stage.deploy('prompt', {
      inputs: await stage.images('good'),
    })
    const list = await stage.clients.ecs.listServiceDeployments({
      cluster: 'production',
      service: 'prompt',
    })
    const finishedAt = list.serviceDeployments?.[0]?.finishedAt?.getTime() ?? 0
    expect(report.finishedAt - finishedAt).toBeGreaterThanOrEqual(0)
    expect(report.finishedAt - finishedAt).toBeLessThanOrEqual(15_000)
  })

  test('sends UpdateService nothing but what was asked for', async () => {
    await stage.service({ name: 'frugal' })
    await stage.deploy('frugal', {
      inputs: { images: [{ container: 'app', image: await stage.image('good') }] },
    })
    const update = stage.aws.calls.entries().find((call) => call.operation === 'UpdateService')
    expect(Object.keys(update?.input as object).sort()).toEqual([
      'cluster',
      'service',
      'taskDefinition',
    ])
  })

  test('that starts slowly, but within its grace period, is not a failure', async () => {
    await stage.service({
      name: 'slow',
      settings: { healthCheckGracePeriodSeconds: 120 },
    })
    const { report } = await stage.deploy('slow', {
      inputs: await stage.images('slow-start', 60),
    })
    expect(report.outcome).toBe('deployed')
    expect(report.failures).toEqual([])
    expect(await stage.running('slow')).toEqual(['slow:2', 'slow:2'])
  })
})

test('a revision that is registered already is deployed as it is, by its name', async () => {
  await stage.service({ name: 'named' })
  const pinned = await stage.deploy('named', {
    inputs: await stage.images('good'),
  })
  const { report, calls } = await stage.deploy('named', {
    inputs: { taskDefinition: 'named:2', forceNewDeployment: true },
  })
  expect(pinned.report.outcome).toBe('deployed')
  expect(report).toMatchObject({
    outcome: 'deployed',
    taskDefinition: pinned.report.taskDefinition,
  })
  expect(writesOf(calls)).toEqual(['UpdateService'])
})

describe('nothing to do', () => {
  test('the same content and digests: no new revision, no update, done in seconds', async () => {
    await stage.service({ name: 'same' })
    const image = await stage.image('good')
    const inputs = imagesOf(image)
    await stage.deploy('same', { inputs })
    const { report, calls, took } = await stage.deploy('same', { inputs })
    expect(report).toMatchObject({ outcome: 'no-change', passed: true })
    expect(writesOf(calls)).toEqual([])
    expect(took).toBeLessThan(10_000)
    expect(await stage.running('same')).toEqual(['same:2', 'same:2'])
  })

  test('unless a new deployment is forced: then the same revision again', async () => {
    await stage.service({ name: 'forced' })
    const image = await stage.image('good')
    const inputs = imagesOf(image)
    await stage.deploy('forced', { inputs })
    const { report, calls } = await stage.deploy('forced', {
      inputs: { ...inputs, forceNewDeployment: true },
    })
    expect(report.outcome).toBe('deployed')
    expect(writesOf(calls)).toEqual(['UpdateService'])
    expect(await stage.running('forced')).toEqual(['forced:2', 'forced:2'])
  })
})

describe('a service with a desired count of 0', () => {
  test('is refused: nothing would be started and nothing proven', async () => {
    await stage.service({ name: 'idle', desiredCount: 0 })
    const { report, calls } = await stage.deploy('idle', {
      inputs: await stage.images('good'),
    })
    expect(report).toMatchObject({ outcome: 'refused', passed: false })
    expect(report.reason).toContain('allow-idle')
    expect(writesOf(calls)).toEqual([])
  })

  test('is updated when that is allowed, and then called deployed-idle, not deployed', async () => {
    await stage.service({ name: 'idle-allowed', desiredCount: 0 })
    const { report } = await stage.deploy('idle-allowed', {
      inputs: {
        ...(await stage.images('good')),
        allowIdle: true,
      },
    })
    expect(report).toMatchObject({ outcome: 'deployed-idle', passed: true })
    expect(await stage.running('idle-allowed')).toEqual([])
  })

  test('and an input that scales it up is deployed', async () => {
    await stage.service({ name: 'woken', desiredCount: 0 })
    const { report } = await stage.deploy('woken', {
      inputs: {
        ...(await stage.images('good')),
        desiredCount: 1,
      },
    })
    expect(report.outcome).toBe('deployed')
    expect(await stage.running('woken')).toEqual(['woken:2'])
  })
})
