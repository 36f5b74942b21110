import { describe, expect, test } from '@jest/globals'
import type { TriggerVerdict } from '../../src/triggers/trigger.ts'
import type { Observation } from '../../src/watch/observation.ts'
import { step } from '../../src/watch/step.ts'
import { INITIAL_WATCH_STATE, type WatchSettings, type WatchState } from '../../src/watch/state.ts'
import {
  makeDeployment,
  makeObservation,
  makeService,
  makeServiceDeployment,
  makeTask,
  OLD,
} from '../support/make.ts'
import { SETTINGS } from '../support/watch.ts'
import { makeTrigger } from '../support/make-trigger.ts'

const someoneElse = makeDeployment({ id: 'ecs-svc/3', taskDefinition: OLD })
const completed = makeDeployment({ rolloutState: 'COMPLETED', runningCount: 2, pendingCount: 0 })

describe('the bake', () => {
  const baked: WatchSettings = { ...SETTINGS, bake: 600_000 }
  const service = makeService({ deployments: [completed] })
  const deployment = makeServiceDeployment({ status: 'SUCCESSFUL' })
  const baking: WatchState = { phase: 'baking', until: 610_000 }
  const reading = (verdict: TriggerVerdict, action: 'rollback' | 'warn' = 'rollback') => ({
    trigger: makeTrigger({ action }),
    where: undefined,
    verdict,
    arithmetic: '5 of 5 periods above 5 s (limit 5 of 5)',
    points: [],
  })
  const triggers = (verdict: TriggerVerdict, action?: 'rollback' | 'warn') => ({
    readings: [reading(verdict, action)],
    blind: undefined,
  })
  const look = (
    seen: Partial<Observation>,
    now: number,
    state: WatchState = baking,
    with_: WatchSettings = baked,
  ) => step(state, makeObservation({ service, deployment, ...seen }), with_, now)

  test('begins with the first complete look, and its end does not move', () => {
    const [state, decision] = look({}, 10_000, INITIAL_WATCH_STATE)
    expect(state).toEqual(baking)
    expect(decision.kind).toBe('watch')
    expect(look({}, 300_000)[0]).toEqual(baking)
  })

  test('ends on time, not a millisecond before', () => {
    expect(look({}, 609_999)[1].kind).toBe('watch')
    expect(look({}, 610_000)[1]).toMatchObject({ end: { kind: 'succeeded' } })
  })

  test('a breach fails it at once, and names the trigger and its arithmetic', () => {
    expect(look({ triggers: triggers('BREACHING') }, 20_000)[1]).toMatchObject({
      kind: 'fail',
      cause: {
        code: 'trigger',
        trigger: 'slow',
        text: 'Trigger slow: 5 of 5 periods above 5 s (limit 5 of 5).',
      },
    })
  })

  test.each<[string, TriggerVerdict, 'rollback' | 'warn']>([
    ['a trigger that only warns', 'BREACHING', 'warn'],
    ['too little data', 'INSUFFICIENT', 'rollback'],
    ['a good value', 'OK', 'rollback'],
  ])('%s does not fail it', (_what, verdict, action) => {
    expect(look({ triggers: triggers(verdict, action) }, 20_000)[1].kind).toBe('watch')
  })

  test('failed tasks fail it', () => {
    const failedTasks = [makeTask(), makeTask(), makeTask()]
    expect(look({ failedTasks }, 20_000)[1]).toMatchObject({ cause: { code: 'failed-tasks' } })
  })

  test('does not end while a task is being replaced, and not for ever either', () => {
    const replacing = makeService({
      deployments: [makeDeployment({ rolloutState: 'COMPLETED', runningCount: 1 })],
    })
    expect(look({ service: replacing }, 610_000)[1].kind).toBe('watch')
    expect(look({ service: replacing }, 1_000_000)[1]).toMatchObject({
      cause: { code: 'time-limit' },
    })
  })

  test('the time limit of the deployment does not end it', () => {
    const late: WatchState = { phase: 'baking', until: 2_000_000 }
    expect(look({}, 1_500_000, late)[1].kind).toBe('watch')
  })

  test('is over when the metrics cannot be read any more, unless that is allowed', () => {
    const blind = { triggers: { readings: [], blind: 'denied' } }
    expect(look(blind, 20_000)[1]).toMatchObject({ end: { kind: 'succeeded' } })
    const patient = { ...baked, bakeEndsWhenBlind: false }
    expect(look(blind, 20_000, baking, patient)[1].kind).toBe('watch')
  })

  test('does not end on periods that could not be read yet', () => {
    const behind = { readings: [], blind: undefined, isBehind: true }
    expect(look({ triggers: behind }, 610_000)[1].kind).toBe('watch')
    expect(look({ triggers: { ...behind, blind: 'no answer' } }, 610_000)[1]).toMatchObject({
      end: { kind: 'succeeded' },
    })
  })

  test('somebody else deploys: superseded', () => {
    const theirs = makeService({ deployments: [someoneElse] })
    expect(look({ service: theirs, newerDeployment: true }, 20_000)[1]).toMatchObject({
      end: { kind: 'superseded' },
    })
  })

  test('without the service deployment API it is the same', () => {
    const classic = { deployment: undefined }
    expect(look(classic, 10_000, INITIAL_WATCH_STATE)[0]).toEqual(baking)
    expect(look(classic, 610_000)[1]).toMatchObject({ end: { kind: 'succeeded' } })
  })

  test('a breach counts while the deployment still rolls out', () => {
    const rolling = { deployment: makeServiceDeployment(), service: makeService() }
    expect(
      look({ ...rolling, triggers: triggers('BREACHING') }, 10_000, INITIAL_WATCH_STATE)[1],
    ).toMatchObject({ kind: 'fail', cause: { code: 'trigger' } })
  })
})
