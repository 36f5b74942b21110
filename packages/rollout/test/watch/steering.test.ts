import { expect, test } from '@jest/globals'
import { Conflict, CredentialsExpired, Denied, Unreachable } from '../../src/errors.ts'
import { Journal } from '../../src/journal.ts'
import type { HookView } from '../../src/views.ts'
import { steer, type Steered } from '../../src/watch/steering.ts'

const CONTINUE = 'ecs:ContinueServiceDeployment'

/** What becomes of the end of a pause that fails so, twice. */
async function goOn(error: Error): Promise<{ caveats: readonly string[]; steered: Steered }> {
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  const journal = new Journal(clock, { progress: () => undefined, warning: () => undefined })
  const steering = {
    goOn: () => Promise.reject(error),
    checkTestTraffic: () => Promise.resolve(undefined),
    checkSmoke: () => Promise.resolve(undefined),
  }
  const decision = { kind: 'continue', hook: { id: 'hook-1' } as HookView, why: 'good' } as const
  await steer(decision, { steering, journal })
  return { steered: await steer(decision, { steering, journal }), caveats: journal.caveats }
}

test('a pause that cannot be ended now is told of once, and watched on', async () => {
  const { steered, caveats } = await goOn(new Unreachable('No answer.', CONTINUE))
  expect(steered).toEqual({ kind: 'watch' })
  expect(caveats).toEqual([expect.stringContaining('ContinueServiceDeployment did not work')])
})

test('one that has ended in the meantime is nothing to tell', async () => {
  const { steered, caveats } = await goOn(new Conflict('It is over.', CONTINUE))
  expect(steered).toEqual({ kind: 'watch' })
  expect(caveats).toEqual([])
})

test('one that this run may not end ends the deployment', async () => {
  const error = new Denied('You may not.', CONTINUE)
  const { steered } = await goOn(error)
  expect(steered).toMatchObject({ kind: 'fail', cause: { code: 'denied' } })
})

test('without credentials nothing goes on', async () => {
  const error = new CredentialsExpired('They ran out.', CONTINUE)
  await expect(goOn(error)).rejects.toBe(error)
})
