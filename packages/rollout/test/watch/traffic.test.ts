import { expect, test } from '@jest/globals'
import type { Observation } from '../../src/watch/observation.ts'
import { atPause, type TrafficSettings } from '../../src/watch/traffic.ts'
import type { TriggerVerdict } from '../../src/triggers/trigger.ts'
import { makeTrigger } from '../support/make-trigger.ts'
import type { ServiceView, TargetView } from '../../src/views.ts'
import {
  makeDeployment,
  makeObservation,
  makeService,
  makeServiceDeployment,
} from '../support/make.ts'

const MINUTE = 60_000
const TARGET: TargetView = {
  targetGroup: 'arn:group',
  id: '10.0.0.1',
  port: 80,
  state: 'healthy',
  reason: undefined,
  description: undefined,
}
const settings: TrafficSettings = {
  pauses: ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'POST_TEST_TRAFFIC_SHIFT'],
  stops: [10, 50],
  dwell: 10 * MINUTE,
  onPause: 'wait',
  leavesInDoubt: { blind: false, insufficient: true },
}

/** So many of its two tasks run. */
const serviceWith = (runningCount: number): ServiceView =>
  makeService({ deployments: [makeDeployment({ runningCount, desiredCount: 2 })] })

const paused = (stage: string, over: Partial<Observation> = {}): Observation =>
  makeObservation({
    service: serviceWith(2),
    deployment: makeServiceDeployment({
      lifecycleStage: stage,
      hooks: [
        {
          id: 'h0',
          targetType: 'PAUSE',
          status: 'SUCCEEDED',
          expiresAt: 1,
          timeoutAction: 'ROLLBACK',
        },
        {
          id: 'h1',
          targetType: 'PAUSE',
          status: 'AWAITING_ACTION',
          expiresAt: 1,
          timeoutAction: 'ROLLBACK',
        },
      ],
    }),
    ...over,
  })

const saying = (verdict: TriggerVerdict): Pick<Observation, 'triggers'> => ({
  triggers: {
    readings: [{ trigger: makeTrigger(), where: undefined, verdict, arithmetic: '', points: [] }],
    blind: undefined,
  },
})

/** What a pause before a step of traffic comes to, at so many percent since so many minutes. */
const decide = (
  percent: number,
  minutes: number,
  over: Partial<Observation> = {},
  changed: Partial<TrafficSettings> = {},
): string | undefined =>
  atPause(
    paused('PRE_PRODUCTION_TRAFFIC_SHIFT', over),
    { percent, since: 0 },
    { ...settings, ...changed },
    minutes * MINUTE,
  )?.kind

test('no pause, nothing to decide', () => {
  expect(atPause(makeObservation({}), undefined, settings, 0)).toBeUndefined()
})

test.each([
  ['before the first step', 0, 0, 'continue'],
  ['at a stop, too early', 10, 9, 'watch'],
  ['at a stop, after its time', 10, 10, 'continue'],
  ['between stops', 20, 0, 'continue'],
  ['at the second stop', 50, 9, 'watch'],
])('%s: %i %% for %i min means %s', (_name, percent, minutes, expected) => {
  expect(decide(percent, minutes)).toBe(expected)
})

test.each<[string, TargetView['state'], string]>([
  ['healthy', 'healthy', 'continue'],
  ['on its way out', 'draining', 'continue'],
  ['not known yet', 'initial', 'watch'],
  ['unhealthy', 'unhealthy', 'watch'],
])('a task of the new revision that is %s at the end of a stop', (_how, state, expected) => {
  const target: TargetView = { ...TARGET, state }
  expect(decide(10, 10, { ownTargets: true, targets: [TARGET, target] })).toBe(expected)
  // Targets of a group that both revisions share say nothing.
  expect(decide(10, 10, { targets: [TARGET, target] })).toBe('continue')
})

test('a step is not left while tasks are missing', () => {
  expect(decide(10, 10, { service: serviceWith(1) })).toBe('watch')
})

test('a step is not left while the metrics cannot be read, unless that is allowed', () => {
  const blind = { triggers: { readings: [], blind: 'no answer' } }
  expect(decide(10, 30, blind)).toBe('watch')
  const leavesInDoubt = { blind: true, insufficient: true }
  expect(decide(10, 30, blind, { leavesInDoubt })).toBe('continue')
  expect(
    decide(10, 30, { triggers: { ...blind.triggers, blind: undefined, isBehind: true } }),
  ).toBe('watch')
})

test('too little data holds a step only where it would hold the verdict', () => {
  expect(decide(10, 30, saying('INSUFFICIENT'))).toBe('continue')
  const leavesInDoubt = { blind: false, insufficient: false }
  expect(decide(10, 30, saying('INSUFFICIENT'), { leavesInDoubt })).toBe('watch')
  expect(decide(10, 30, saying('OK'), { leavesInDoubt })).toBe('continue')
})

test('test traffic is checked at its own pause', () => {
  const seen = paused('POST_TEST_TRAFFIC_SHIFT')
  expect(atPause(seen, undefined, settings, 0)).toMatchObject({
    kind: 'check-test-traffic',
    hook: { id: 'h1' },
  })
})

test('a pause of somebody else is waited for, or fails with its name', () => {
  const seen = paused('POST_SCALE_UP')
  expect(atPause(seen, undefined, settings, 0)?.kind).toBe('watch')
  const decision = atPause(seen, undefined, { ...settings, onPause: 'fail' }, 0)
  expect(decision).toMatchObject({ kind: 'fail', cause: { code: 'paused' } })
  expect(JSON.stringify(decision)).toMatch(/POST_SCALE_UP.*hook h1, until 1970-.*then ROLLBACK/)
})

test('a run without a strategy of its own ends no pause', () => {
  expect(atPause(paused('PRE_PRODUCTION_TRAFFIC_SHIFT'), undefined, undefined, 0)?.kind).toBe(
    'watch',
  )
})
