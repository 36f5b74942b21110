import { expect, test } from '@jest/globals'
import {
  configurationBack,
  configurationFor,
  waitingMinutes,
  withoutPauses,
  type ConfigurationChoice,
} from '../../src/strategy/deployment-configuration.ts'

const present = {
  minimumHealthyPercent: 100,
  deploymentCircuitBreaker: { enable: true, rollback: true },
  earlySuccessCriteria: { enable: true },
  somethingNew: { of: 'AWS' },
}

const choice = (
  strategy: ConfigurationChoice['strategy'],
  over: Partial<ConfigurationChoice> = {},
): ConfigurationChoice => ({
  strategy,
  bakeMinutes: 11,
  checksTestTraffic: false,
  pauseMinutes: 20,
  ...over,
})

const pauseAt = (stage: string): unknown => ({
  targetType: 'PAUSE',
  lifecycleStages: [stage],
  timeoutConfiguration: { timeoutInMinutes: 20, action: 'ROLLBACK' },
})

test('a canary of two steps is the one that ECS has', () => {
  expect(
    configurationFor(present, choice({ name: 'canary', steps: [5, 100], stepMinutes: 10 })),
  ).toEqual({
    minimumHealthyPercent: 100,
    deploymentCircuitBreaker: { enable: true, rollback: true },
    somethingNew: { of: 'AWS' },
    strategy: 'CANARY',
    canaryConfiguration: { canaryPercent: 5, canaryBakeTimeInMinutes: 10 },
    bakeTimeInMinutes: 11,
    lifecycleHooks: [],
  })
})

test('10, 50, 100 is ten equal steps with a pause before each', () => {
  const made = configurationFor(
    present,
    choice({ name: 'canary', steps: [10, 50, 100], stepMinutes: 10 }),
  )
  expect(made).toMatchObject({
    strategy: 'LINEAR',
    linearConfiguration: { stepPercent: 10, stepBakeTimeInMinutes: 0 },
    lifecycleHooks: [pauseAt('PRE_PRODUCTION_TRAFFIC_SHIFT')],
  })
  expect(made.canaryConfiguration).toBeUndefined()
})

test.each([
  [[25, 50, 100], 25],
  [[20, 50, 100], 10],
  [[5, 20, 100], 5],
])('%j moves in steps of %i %%', (steps, stepPercent) => {
  const made = configurationFor({}, choice({ name: 'canary', steps, stepMinutes: 1 }))
  expect(made.linearConfiguration?.stepPercent).toBe(stepPercent)
})

test.each([
  [[25, 50, 75, 100], 25],
  [[35, 70, 100], 35],
  [[30, 60, 90, 100], 30],
  [[33.3, 66.6, 99.9, 100], 33.3],
])(
  'linear %j moves in steps of %f %%, and ECS makes the last one smaller',
  (steps, stepPercent) => {
    const made = configurationFor({}, choice({ name: 'linear', steps, stepMinutes: 6 }))
    expect(made).toMatchObject({
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent, stepBakeTimeInMinutes: 6 },
      lifecycleHooks: [],
    })
  },
)

test('test traffic is tried at a pause of its own, beside the hooks that are there', () => {
  const theirs = { hookTargetArn: 'arn:aws:lambda:x', lifecycleStages: ['POST_SCALE_UP'] }
  const made = configurationFor(
    { lifecycleHooks: [theirs] },
    choice({ name: 'blue-green', steps: [100], stepMinutes: 0 }, { checksTestTraffic: true }),
  )
  expect(made.lifecycleHooks).toEqual([theirs, pauseAt('POST_TEST_TRAFFIC_SHIFT')])
  expect(withoutPauses(made, ['POST_TEST_TRAFFIC_SHIFT']).lifecycleHooks).toEqual([theirs])
})

test('rolling takes away what belongs to the others, and nothing else', () => {
  const before = {
    ...present,
    strategy: 'CANARY',
    bakeTimeInMinutes: 5,
    canaryConfiguration: { canaryPercent: 5 },
  }
  const made = configurationFor(before, choice({ name: 'rolling', steps: [100], stepMinutes: 0 }))
  expect(made).toEqual({ ...present, strategy: 'ROLLING' })
})

test('the way back goes all at once, without pauses and without a bake', () => {
  const ramp = configurationFor(
    present,
    choice({ name: 'canary', steps: [10, 50, 100], stepMinutes: 10 }),
  )
  const back = configurationBack(ramp)
  expect(back).toMatchObject({
    strategy: 'BLUE_GREEN',
    bakeTimeInMinutes: 0,
    lifecycleHooks: [],
  })
  expect(back?.linearConfiguration).toBeUndefined()
})

test('the way back of a rolling service waits at no pause, and changes nothing else', () => {
  const pause = { targetType: 'PAUSE', lifecycleStages: ['PRE_SCALE_UP'] }
  const call = { targetType: 'AWS_LAMBDA', lifecycleStages: ['PRE_SCALE_UP'] }
  const rolling = { strategy: 'ROLLING', maximumPercent: 150 }
  expect(configurationBack({ ...rolling, lifecycleHooks: [call, pause] })).toEqual({
    ...rolling,
    lifecycleHooks: [call],
  })
  expect(configurationBack({ ...rolling, lifecycleHooks: [call] })).toBeUndefined()
})

test.each([
  [{ strategy: 'ROLLING', bakeTimeInMinutes: 9 }, 0],
  [{ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 9 }, 9],
  [{ strategy: 'CANARY', canaryConfiguration: { canaryBakeTimeInMinutes: 7 } }, 7],
  // No wait after the last step: 25, 50, 75 wait, 100 does not.
  [{ strategy: 'LINEAR', linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 4 } }, 12],
  [{ strategy: 'LINEAR' }, 54],
])('%j waits %i minutes', (configuration, minutes) => {
  expect(waitingMinutes(configuration)).toBe(minutes)
})
