/**
 * Strategies with users: the committed bundle lets ECS move real requests from one version to another in a real load
 * balancer, and what each version serves is counted against the weights of the listener rule.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BundleStage, reportOf, SPEED, type Inputs } from '../support/bundle-stage.ts'
import type { BundleRun } from '../support/run-bundle.ts'
import { Shares } from '../support/shares.ts'

/** Of the wall, for the canary that fails. */
const PER_SECOND = 60
/** Of AWS time. */
const PER_MINUTE = (PER_SECOND * 60) / SPEED

/**
 * A fifth of the requests of a minute: twice as many errors as 10 % of them bring, and less than half of what 50 % bring,
 * so that on a busy machine neither a burst nor a gap makes one of them look like the other.
 */
const TRIGGERS = `
version: 1
bake_minutes: 5
warmup_seconds: 0
metric_lag_seconds: 60
rollback_triggers:
  - metric: HTTPCode_Target_5XX_Count
    threshold: ${PER_MINUTE / 5}
    evaluation_periods: 3
    datapoints_to_alarm: 2
`
const CANARY = { strategy: 'canary', 'traffic-steps': '10, 50, 100', 'step-minutes': '6' }
const LINEAR = { strategy: 'linear', 'traffic-steps': '35', 'step-minutes': '6' }

interface Good {
  readonly run: BundleRun
  readonly shares: Shares
}

let stage: BundleStage
let bad: BundleRun
let good: Readonly<Record<'canary' | 'blue-green' | 'linear', Good>>

beforeAll(async () => {
  stage = await BundleStage.open()
  const [failing, canary, blueGreen, linear] = await Promise.all([
    failingCanary(),
    goodRelease('canary', CANARY),
    goodRelease('blue-green', { strategy: 'blue-green' }),
    goodRelease('linear', LINEAR),
  ])
  bad = failing
  good = { canary, 'blue-green': blueGreen, linear }
}, 240_000)

afterAll(async () => {
  expect(await stage.close()).toBe(0)
})

const release = async (service: string, inputs: Inputs, image: string): Promise<BundleRun> =>
  stage.run('deploy', { service, image, triggers: TRIGGERS, 'poll-seconds': '5', ...inputs })

async function failingCanary(): Promise<BundleRun> {
  await stage.service('bad', { canShift: true })
  const image = await stage.image('bad-2', 'errors')
  stage.startUsers('bad', PER_SECOND)
  return release('bad', CANARY, image)
}

async function goodRelease(service: string, inputs: Inputs): Promise<Good> {
  await stage.service(service, { canShift: true })
  const image = await stage.image(`${service}-2`)
  const shares = new Shares(stage.url(service), async () => (await stage.weights(service))[1])
  shares.start()
  try {
    return { run: await release(service, inputs, image), shares }
  } finally {
    await shares.stop()
  }
}

/** The percentages of users' traffic that the log tells of, in order. */
const percentages = ({ stdout }: BundleRun): readonly number[] => {
  const told = [...stdout.matchAll(/(\d+) % of traffic/g)].map(([, percent]) => Number(percent))
  return told.filter((each, index) => each !== told[index - 1])
}

/** Where the log says that a step was left, because nothing was wrong there. */
const leftAsGood = ({ stdout }: BundleRun): readonly string[] =>
  [...stdout.matchAll(/good at (\d+) %/g)].map(([, percent]) => percent ?? '')

describe('a canary whose errors are few at 10 % and too many at 50 %', () => {
  test('is red at 50 %, after 10 % was left as good', () => {
    expect(bad.exitCode).toBe(1)
    expect(bad.outputs).toMatchObject({
      outcome: 'rolled-back',
      'rolled-back-by': 'action',
      'reason-code': 'trigger',
      'trigger-name': 'HTTPCode_Target_5XX_Count',
    })
    expect(bad.outputs['running-task-definition-arn']).toMatch(/\/bad:1$/)
    expect(leftAsGood(bad)).toEqual(['10'])
    expect(Math.max(...percentages(bad))).toBe(50)
  })

  test('its errors at 10 % were counted, and were not above the threshold', () => {
    const points = reportOf(bad).triggers[0]?.points ?? []
    const states = points.flatMap(({ value, state }) => ((value ?? 0) > 0 ? state : []))
    expect(states[0]).toBe('ok')
    expect(states.at(-1)).toBe('breaching')
  })

  test('users are back on the old version', async () => {
    expect(await stage.weights('bad')).toEqual([100, 0])
    const answers = await Promise.all(Array.from({ length: 50 }, () => stage.ask('bad')))
    expect([...new Set(answers)]).toEqual(['bad-1'])
    expect(await stage.running('bad')).toEqual(['bad:1', 'bad:1'])
  })
})

describe.each(['canary', 'blue-green', 'linear'] as const)('a good %s', (service) => {
  test('is green, and the new version has all users', async () => {
    const { exitCode, outputs } = good[service].run
    expect(exitCode).toBe(0)
    expect(outputs['outcome']).toBe('deployed')
    expect(await stage.weights(service)).toEqual([0, 100])
    expect(await stage.running(service)).toEqual([`${service}:2`, `${service}:2`])
  })

  test('fails no request', () => {
    expect(good[service].shares.failures).toEqual({})
  })

  test('only the old version serves before users are moved, and only the new one after', () => {
    const { shares } = good[service]
    expect(shares.at(0).served).toEqual({ [`${service}-1`]: 100 })
    expect(shares.at(100).served).toEqual({ [`${service}-2`]: 100 })
    expect(shares.at(0).requests).toBeGreaterThanOrEqual(100)
    expect(shares.at(100).requests).toBeGreaterThanOrEqual(200)
  })
})

test.each([
  ['canary', 10],
  ['canary', 50],
  ['linear', 35],
  ['linear', 70],
] as const)('%s: the new version serves %i %% while the weight says so', (service, weight) => {
  const { requests, served } = good[service].shares.at(weight)
  const share = served[`${service}-2`] ?? 0
  expect(Math.abs(share - weight)).toBeLessThanOrEqual(3)
  expect(served[`${service}-1`]).toBeCloseTo(100 - share)
  // How many there are depends on the machine: see Shares. Turns are exact, so that 100 would prove as much.
  expect(requests).toBeGreaterThanOrEqual(200)
})

test('each strategy has the steps that were asked for, and no others', () => {
  const { canary, linear } = good
  expect(leftAsGood(canary.run)).toEqual(['10', '50'])
  expect(good['blue-green'].shares.weights).toEqual([0, 100])
  expect(percentages(good['blue-green'].run)).toEqual([0, 100])
  expect(linear.shares.weights).toEqual([0, 35, 70, 100])
})
