/** Each strategy through the wire: real weights in a real load balancer, and triggers on the group of the new revision. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { renderSummary } from '@ecs-pipeline/reporting'
import { CLUSTER } from '../support/stack.ts'
import { count } from './support/count.ts'
import { percentages, TRIGGERS } from './support/shifting.ts'
import { Stage } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const CANARY = {
  strategy: { name: 'canary', steps: [10, 50, 100], stepMinutes: 4 },
} as const
const BLUE_GREEN = {
  strategy: { name: 'blue-green', steps: [100], stepMinutes: undefined },
} as const

const configuration = async (service: string): Promise<unknown> =>
  (await stage.describe(service)).deploymentConfiguration

describe('canary 10, 50, 100', () => {
  test('a good release is judged at each step, and leaves no pause behind', async () => {
    await stage.service({ name: 'canary-good', canShift: true })
    const run = await stage.deploy('canary-good', {
      inputs: { ...(await stage.images('good')), ...CANARY, triggers: TRIGGERS },
      requestEvery: 4,
    })
    expect(run.report).toMatchObject({ outcome: 'deployed', passed: true })
    expect(percentages(run)).toEqual(expect.arrayContaining([10, 50, 100]))
    expect(renderSummary(run.report).join('\n')).toMatch(
      /"0 %"\] --> s1\["10 %<br>for 4:\d\d"\] --> s2\["50 %<br>for 4:\d\d"\] --> s3\["100 %/,
    )
    // One pause before each of the ten steps.
    expect(count(run.calls, 'ContinueServiceDeployment')).toBe(10)
    // Four minutes at 10 %, four at 50 %, and the bake.
    expect(run.took / 60_000).toBeGreaterThan(13)
    expect(await configuration('canary-good')).toMatchObject({
      strategy: 'LINEAR',
      lifecycleHooks: [],
    })
    expect(await stage.running('canary-good')).toEqual(['canary-good:2', 'canary-good:2'])
  })

  test.each([
    [10, 0],
    [50, 300],
    [100, 630],
  ])('errors at %i %% take users back', async (percent, slowSeconds) => {
    const name = `canary-bad-${percent}`
    await stage.service({ name, canShift: true })
    const run = await stage.deploy(name, {
      inputs: { ...(await stage.images('errors', slowSeconds)), ...CANARY, triggers: TRIGGERS },
      requestEvery: 4,
    })
    expect(run.report).toMatchObject({
      outcome: 'rolled-back',
      rolledBackBy: 'action',
      reasonCode: 'trigger',
    })
    expect(Math.max(...percentages(run))).toBe(percent)
    expect(renderSummary(run.report).join('\n')).toMatch(
      new RegExp(`"${percent} %[^"]*"\\]\n +s\\d -- "rolled back" --> back`),
    )
    expect(await stage.running(name)).toEqual([`${name}:1`, `${name}:1`])
    expect(await configuration(name)).toMatchObject({ lifecycleHooks: [] })
  })

  test('a runner that dies in a pause leaves a deployment that ECS takes back by itself', async () => {
    await stage.service({ name: 'canary-dead', canShift: true })
    const dead = new AbortController()
    const run = await stage.deploy('canary-dead', {
      inputs: { ...(await stage.images('good')), ...CANARY, triggers: TRIGGERS },
      signal: dead.signal,
      requestEvery: 4,
      meanwhile: async (sleep) => {
        await sleep(4 * 60_000)
        dead.abort()
      },
    })
    expect(run.report.outcome).toBe('cancelled')
    await stage.clock.advance(40 * 60_000)
    expect(await stage.running('canary-dead')).toEqual(['canary-dead:1', 'canary-dead:1'])
    // The next run finds the pause of the dead one, knows it for its own kind, and takes it away in the end.
    const next = await stage.deploy('canary-dead', {
      inputs: { ...(await stage.images('good')), ...CANARY, triggers: TRIGGERS },
      requestEvery: 4,
    })
    expect(next.report.outcome).toBe('deployed')
    expect(await configuration('canary-dead')).toMatchObject({ lifecycleHooks: [] })
  })
})

test.each([
  ['canary', [5, 100]],
  ['linear', [25, 50, 75, 100]],
] as const)(
  '%s of ECS itself: good, then bad, then good, in alternating groups',
  async (name, steps) => {
    const service = `native-${name}`
    const strategy = { strategy: { name, steps, stepMinutes: 4 } }
    await stage.service({ name: service, canShift: true })
    const outcomes: string[] = []
    for (const behaviour of ['good', 'errors', 'good'] as const) {
      const { report, calls } = await stage.deploy(service, {
        inputs: { ...(await stage.images(behaviour)), ...strategy, triggers: TRIGGERS },
        requestEvery: 2,
      })
      outcomes.push(report.outcome)
      expect(count(calls, 'ContinueServiceDeployment')).toBe(0)
    }
    expect(outcomes).toEqual(['deployed', 'rolled-back', 'deployed'])
    expect(await stage.running(service)).toEqual([`${service}:4`, `${service}:4`])
  },
)

describe('blue/green', () => {
  test('the drained group does not condemn a good release, however often the groups change', async () => {
    await stage.service({ name: 'groups', canShift: true })
    for (const _release of [1, 2, 3]) {
      const { report } = await stage.deploy('groups', {
        inputs: { ...(await stage.images('good')), ...BLUE_GREEN, triggers: TRIGGERS },
        requestEvery: 4,
      })
      expect(report).toMatchObject({ outcome: 'deployed' })
      expect(report.triggers.map((each) => each.verdict)).toEqual(['OK', 'OK'])
    }
  })

  test('a breach in the bake of ECS is taken back by one shift', async () => {
    await stage.service({ name: 'bg-bad', canShift: true })
    const run = await stage.deploy('bg-bad', {
      inputs: { ...(await stage.images('errors', 120)), ...BLUE_GREEN, triggers: TRIGGERS },
      requestEvery: 4,
    })
    expect(run.report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'action' })
    expect(count(run.calls, 'StopServiceDeployment')).toBe(1)
    expect(await stage.running('bg-bad')).toEqual(['bg-bad:1', 'bg-bad:1'])
  })

  test('a breach after everything is over is taken back all at once, and the strategy stays', async () => {
    await stage.service({ name: 'bg-late', canShift: true })
    // Without a bake of ECS: its bake is over long before the release turns bad.
    const deploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 } as const
    await stage.clients.ecs.updateService({
      cluster: CLUSTER,
      service: 'bg-late',
      deploymentConfiguration,
    })
    const run = await stage.deploy('bg-late', {
      inputs: { ...(await stage.images('errors', 210)), triggers: TRIGGERS },
      requestEvery: 4,
    })
    expect(run.report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'action' })
    expect(await stage.running('bg-late')).toEqual(['bg-late:1', 'bg-late:1'])
    expect(await configuration('bg-late')).toMatchObject(deploymentConfiguration)
  })

  test('a revision that does not answer test traffic never reaches users', async () => {
    await stage.service({ name: 'bg-test', canShift: true })
    const testTraffic = {
      url: stage.url('bg-test', 'test'),
      status: 200,
      body: undefined,
      timeout: 5000,
      retries: 1,
    }
    const bad = await stage.deploy('bg-test', {
      inputs: { ...(await stage.images('errors')), ...BLUE_GREEN, checks: { testTraffic } },
    })
    expect(bad.report).toMatchObject({ outcome: 'rolled-back', reasonCode: 'smoke-check' })
    expect(bad.report.reason).toContain('answered 500 instead of 200')
    expect(percentages(bad)).not.toContain(100)
    const good = await stage.deploy('bg-test', {
      inputs: { ...(await stage.images('good')), ...BLUE_GREEN, checks: { testTraffic } },
    })
    expect(good.report.outcome).toBe('deployed')
    expect(good.lines.join('\n')).toContain('answers test traffic as it should')
    expect(await configuration('bg-test')).toMatchObject({ lifecycleHooks: [] })
  })
})

describe('a pause of somebody else', () => {
  const pause = {
    targetType: 'PAUSE',
    lifecycleStages: ['POST_SCALE_UP'],
    timeoutConfiguration: { timeoutInMinutes: 15, action: 'ROLLBACK' },
  } as const

  const service = async (name: string): Promise<void> => {
    await stage.service({ name, canShift: true })
    await stage.clients.ecs.updateService({
      cluster: CLUSTER,
      service: name,
      deploymentConfiguration: {
        strategy: 'BLUE_GREEN',
        lifecycleHooks: [{ ...pause, lifecycleStages: [...pause.lifecycleStages] }],
      },
    })
  }

  /** Somebody continues what waits now. */
  const goOn = async (name: string): Promise<void> => {
    const { currentServiceDeployment = '' } = await stage.describe(name)
    const { serviceDeployments } = await stage.clients.ecs.describeServiceDeployments({
      serviceDeploymentArns: [currentServiceDeployment],
    })
    const hook = serviceDeployments?.[0]?.lifecycleHookDetails?.[0]
    await stage.clients.ecs.continueServiceDeployment({
      serviceDeploymentArn: currentServiceDeployment,
      hookId: hook?.hookId,
    })
  }

  test('of a rolling service does not hold the way back, and stays where it was', async () => {
    const name = 'pause-back'
    await stage.service({ name })
    const hook = { ...pause, lifecycleStages: ['PRE_SCALE_UP' as const] }
    await stage.clients.ecs.updateService({
      cluster: CLUSTER,
      service: name,
      deploymentConfiguration: { lifecycleHooks: [hook] },
    })
    const smoke = { url: stage.url(name), status: 200, body: /^2$/, timeout: 5000, retries: 0 }
    const { report } = await stage.deploy(name, {
      inputs: { ...(await stage.images('errors')), checks: { smoke } },
      meanwhile: async (sleep) => {
        await sleep(60_000)
        await goOn(name)
      },
    })
    expect(report).toMatchObject({ outcome: 'rolled-back', reasonCode: 'smoke-check' })
    expect(await configuration(name)).toMatchObject({ lifecycleHooks: [hook] })
  })

  test('is waited for, and stays where it was', async () => {
    await service('pause-wait')
    const run = await stage.deploy('pause-wait', {
      inputs: { ...(await stage.images('good')), ...BLUE_GREEN },
      meanwhile: async (sleep) => {
        await sleep(5 * 60_000)
        await goOn('pause-wait')
      },
    })
    expect(run.report.outcome).toBe('deployed')
    expect(run.lines.join('\n')).toMatch(/paused.*then ROLLBACK/)
    expect(await configuration('pause-wait')).toMatchObject({ lifecycleHooks: [pause] })
  })

  test('that nobody ends expires, and the report says so', async () => {
    await service('pause-expires')
    const { report } = await stage.deploy('pause-expires', {
      inputs: { ...(await stage.images('good')), ...BLUE_GREEN },
    })
    expect(report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'ecs-hook' })
    expect(report.reason).toContain('POST_SCALE_UP pause hook timed out')
  })

  test('fails at once where that is asked for', async () => {
    await service('pause-fail')
    const { report } = await stage.deploy('pause-fail', {
      inputs: { ...(await stage.images('good')), ...BLUE_GREEN, onPause: 'fail' },
    })
    expect(report).toMatchObject({ outcome: 'rolled-back', reasonCode: 'paused' })
  })
})

test('a smoke check after a rolling deployment takes a bad answer back', async () => {
  await stage.service({ name: 'smoke' })
  const smoke = { url: stage.url('smoke'), status: 200, body: /^2$/, timeout: 5000, retries: 0 }
  const { report } = await stage.deploy('smoke', {
    inputs: { ...(await stage.images('errors')), checks: { smoke } },
  })
  expect(report).toMatchObject({ outcome: 'rolled-back', reasonCode: 'smoke-check' })
})
