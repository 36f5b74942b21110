import { expect, test } from '@jest/globals'
import { Denied } from '../../src/errors.ts'
import { Journal } from '../../src/journal.ts'
import type { ShiftPlan } from '../../src/strategy/plan-shift.ts'
import { settleConfiguration } from '../../src/strategy/settle.ts'
import type { RolloutTools } from '../../src/tools.ts'
import type { DeploymentConfiguration } from '../../src/views.ts'
import { makeService } from '../support/make.ts'

const PAUSE = { targetType: 'PAUSE', lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'] } as const
const SENT: DeploymentConfiguration = { strategy: 'LINEAR', lifecycleHooks: [PAUSE] }
const SETTLED: DeploymentConfiguration = { strategy: 'LINEAR', lifecycleHooks: [] }

const PLAN: ShiftPlan = {
  configuration: SENT,
  settled: SETTLED,
  traffic: { pauses: [], stops: [], dwell: 0, onPause: 'wait' },
  waits: 0,
}

interface Settled {
  readonly sent: readonly unknown[]
  readonly caveats: readonly string[]
}

/** `present`: what the service has by then. */
async function settle(
  present: DeploymentConfiguration,
  { mayGoOn = false, denied = false } = {},
): Promise<Settled> {
  const sent: unknown[] = []
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  const journal = new Journal(clock, { progress: () => undefined, warning: () => undefined })
  const deployments = {
    service: () => Promise.resolve(makeService({ deploymentConfiguration: present })),
    update: (change: unknown) => {
      if (denied) return Promise.reject(new Denied('not allowed', 'ecs:UpdateService'))
      sent.push(change)
      return Promise.resolve(makeService())
    },
  }
  const tools = { ports: { deployments }, journal } as unknown as RolloutTools
  await settleConfiguration({ plan: PLAN, before: makeService(), mayGoOn }, tools)
  return { sent, caveats: journal.caveats }
}

test('the pauses of the run are taken out', async () => {
  expect(await settle(SENT)).toEqual({ sent: [{ deploymentConfiguration: SETTLED }], caveats: [] })
})

test('they stay while the deployment may go on, and that is told', async () => {
  const { sent, caveats } = await settle(SENT, { mayGoOn: true })
  expect(sent).toEqual([])
  expect(caveats.join()).toContain('its deployment may still be under way')
})

test('what somebody else has set in between stays', async () => {
  expect(await settle({ strategy: 'CANARY', bakeTimeInMinutes: 3 })).toEqual({
    sent: [],
    caveats: [],
  })
})

test('what cannot be put back is told, with what follows', async () => {
  const { caveats } = await settle(SENT, { denied: true })
  expect(caveats.join()).toMatch(/could not be put back: not allowed .*a pause that nobody ends/)
})
