import { describe, expect, test } from '@jest/globals'
import { judgeBake } from '../src/judge-bake.ts'
import type { PreparedTriggers } from '../src/preflight/prepare-triggers.ts'
import type { TriggerPlan, TriggerReading } from '../src/triggers/trigger.ts'
import { makePlan, makeTrigger } from './support/make-trigger.ts'

const BAKE = 600_000
const prepared = (over: Partial<TriggerPlan> = {}): PreparedTriggers => ({
  plan: makePlan(over),
  watch: undefined as never,
  baseline: [],
  demoted: [],
})
const reading = (over: Partial<TriggerReading> = {}): TriggerReading => ({
  trigger: makeTrigger(),
  where: undefined,
  verdict: 'OK',
  arithmetic: 'the arithmetic',
  points: [],
  ...over,
})
const seen = (...readings: TriggerReading[]) => ({ readings, blind: undefined })

test('metrics that are lost in part are no pass, whatever the others say', () => {
  const judged = judgeBake(prepared(), { ...seen(reading()), lost: 'Prometheus is silent.' }, BAKE)
  expect(judged).toMatchObject({ kind: 'not-known', verdict: { outcome: 'monitoring-lost' } })
})

test('without triggers a bake that was lived through has passed', () => {
  expect(judgeBake(undefined, undefined, BAKE)).toMatchObject({
    kind: 'passed',
    said: ' The bake of 10 min passed.',
  })
})

test('all good', () => {
  expect(judgeBake(prepared(), seen(reading()), BAKE)).toMatchObject({
    kind: 'passed',
    caveats: [],
    said: ' The bake of 10 min passed. 1 of 1 triggers were OK.',
  })
})

describe('too little data', () => {
  const doubtful = seen(reading({ verdict: 'INSUFFICIENT' }))

  test('passes with the doubt said', () => {
    const judged = judgeBake(prepared(), doubtful, BAKE)
    expect(judged).toMatchObject({ kind: 'passed' })
    expect(judged.caveats).toEqual(['Not enough data: trigger slow: the arithmetic.'])
  })

  test('fails when the file says so, and nothing is to be rolled back', () => {
    expect(judgeBake(prepared({ onInsufficientData: 'fail' }), doubtful, BAKE)).toMatchObject({
      kind: 'not-known',
      verdict: { outcome: 'failed-no-rollback', code: 'insufficient-data', rolledBackBy: 'none' },
    })
  })

  test('of a trigger that only warns is no doubt', () => {
    const warning = reading({ trigger: makeTrigger({ action: 'warn' }), verdict: 'INSUFFICIENT' })
    expect(judgeBake(prepared({ onInsufficientData: 'fail' }), seen(warning), BAKE)).toMatchObject({
      kind: 'passed',
      caveats: [],
    })
  })
})

describe('metrics that could not be read', () => {
  const blind = { readings: [reading({ verdict: 'INSUFFICIENT' })], blind: 'denied' }

  test.each([
    [
      'fail',
      { kind: 'not-known', verdict: { outcome: 'monitoring-lost', code: 'monitoring-error' } },
    ],
    ['pass', { kind: 'passed' }],
    ['rollback', { kind: 'condemned', cause: { code: 'monitoring-error' } }],
  ] as const)('%s', (onMonitoringError, expected) => {
    expect(judgeBake(prepared({ onMonitoringError }), blind, BAKE)).toMatchObject(expected)
  })

  test('single periods matter only when they leave the verdict open', () => {
    const point = { at: 0, value: undefined, state: 'error' } as const
    const decided = seen(reading({ points: [point] }))
    const open = seen(reading({ points: [point], verdict: 'INSUFFICIENT' }))
    expect(judgeBake(prepared(), decided, BAKE).kind).toBe('passed')
    expect(judgeBake(prepared(), open, BAKE).kind).toBe('not-known')
  })
})

test('a warning that breaches is told', () => {
  const warning = reading({ trigger: makeTrigger({ action: 'warn' }), verdict: 'BREACHING' })
  expect(judgeBake(prepared(), seen(warning), BAKE).caveats).toEqual([
    'Only a warning: trigger slow: the arithmetic.',
  ])
})
