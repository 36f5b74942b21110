import { describe, expect, test } from '@jest/globals'
import { Refusal } from '../../src/refusal.ts'
import type { ConfigurationChoice } from '../../src/strategy/deployment-configuration.ts'
import { planShift, shifts, type ShiftPlan } from '../../src/strategy/plan-shift.ts'
import type { Strategy } from '../../src/strategy/strategy.ts'
import type { DeploymentConfiguration, ServiceView } from '../../src/views.ts'
import { makeLoadBalancer, makeService } from '../support/make.ts'

const RAMP: Strategy = { name: 'canary', steps: [10, 50, 100], stepMinutes: 4 }
const ROLLING: Strategy = { name: 'rolling', steps: [100], stepMinutes: 0 }

const choose = (
  strategy: Strategy,
  over: Partial<ConfigurationChoice> = {},
): ConfigurationChoice => ({
  strategy,
  bakeMinutes: 11,
  checksTestTraffic: false,
  pauseMinutes: 14,
  ...over,
})

const service = (deploymentConfiguration: DeploymentConfiguration = {}): ServiceView =>
  makeService({
    deploymentConfiguration,
    loadBalancers: [makeLoadBalancer({ alternateTargetGroupArn: 'green' })],
  })

const plan = (
  from: ServiceView,
  choice: ConfigurationChoice | undefined,
  pollSeconds = 10,
): ShiftPlan => planShift(from, { choice, onPause: 'wait', pollSeconds })

/** The pause of a run with {@link RAMP} and 14 minutes. */
const OWN = {
  targetType: 'PAUSE',
  lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
  timeoutConfiguration: { timeoutInMinutes: 14, action: 'ROLLBACK' },
} as const

describe('how long a deployment waits by itself', () => {
  test('a ramp: its bake, its stops, and a look at each pause and stop', () => {
    const minutes = (count: number): number => count * 60_000
    // Ten pauses and two stops, each of which ends with a look.
    expect(plan(service(), choose(RAMP), 10).waits).toBe(minutes(11 + 2 * 4) + 12 * 10_000)
    expect(plan(service(), choose(RAMP), 60).waits).toBe(minutes(11 + 2 * 4) + 12 * 60_000)
  })

  test('without a strategy: what the service has', () => {
    const canary = { canaryPercent: 5, canaryBakeTimeInMinutes: 10 }
    const present = { strategy: 'CANARY', canaryConfiguration: canary, bakeTimeInMinutes: 3 }
    const planned = plan(service(present), undefined)
    expect(planned.waits).toBe(13 * 60_000)
    expect(planned.configuration).toBeUndefined()
    expect(shifts(planned)).toBe(true)
  })
})

describe('a pause that is there already', () => {
  test('of a run that died is taken for one of this run, and taken away', () => {
    const { configuration, settled } = plan(service({ lifecycleHooks: [OWN] }), choose(RAMP))
    expect(configuration?.lifecycleHooks).toHaveLength(1)
    expect(settled.lifecycleHooks).toEqual([])
  })

  test.each([
    [
      'another time',
      { ...OWN, timeoutConfiguration: { timeoutInMinutes: 15, action: 'ROLLBACK' } },
    ],
    ['another end', { ...OWN, timeoutConfiguration: { timeoutInMinutes: 14, action: 'CONTINUE' } }],
    ['details of its own', { ...OWN, hookDetails: { team: 'payments' } }],
  ] as const)('with %s is somebody else’s', (_what, hook) => {
    const planned = (): ShiftPlan => plan(service({ lifecycleHooks: [hook] }), choose(RAMP))
    expect(planned).toThrow(Refusal)
    expect(planned).toThrow('has a PAUSE hook at PRE_PRODUCTION_TRAFFIC_SHIFT already')
  })

  test('at a stage where this run needs none stays', () => {
    const other = { ...OWN, lifecycleStages: ['POST_SCALE_UP'] }
    const { settled } = plan(service({ lifecycleHooks: [other] }), choose(RAMP))
    expect(settled.lifecycleHooks).toEqual([other])
  })
})

describe('what a service cannot do is refused', () => {
  test.each([
    ['no other group', [makeLoadBalancer()], RAMP, false, 'has no alternate target group'],
    ['no load balancer', [], RAMP, false, 'there is no traffic that canary could move'],
    [
      'no test listener',
      [makeLoadBalancer({ alternateTargetGroupArn: 'green' })],
      RAMP,
      true,
      'has no test listener rule',
    ],
  ] as const)('%s', (_what, loadBalancers, strategy, checksTestTraffic, problem) => {
    const choice = choose(strategy, { checksTestTraffic })
    expect(() => plan(makeService({ loadBalancers }), choice)).toThrow(problem)
  })

  test('rolling needs none of it', () => {
    const planned = plan(makeService(), choose(ROLLING))
    expect(planned.configuration).toMatchObject({ strategy: 'ROLLING' })
    expect(shifts(planned)).toBe(false)
  })
})
