import { expect, test } from '@jest/globals'
import { Journal } from '../src/journal.ts'
import { waitForTurn } from '../src/preflight/turn.ts'
import type { ServiceDeploymentBrief } from '../src/views.ts'
import { fakePorts } from './support/fake-ports.ts'
import { makeDeployment, makeService } from './support/make.ts'

const rolling = makeService()
const complete = makeService({ deployments: [makeDeployment({ rolloutState: 'COMPLETED' })] })
const ended: ServiceDeploymentBrief = {
  arn: 'sd/1',
  status: 'SUCCESSFUL',
  statusReason: undefined,
  targetRevision: 'rev/1',
  createdAt: 1000,
  finishedAt: 2000,
}

/** The service as it is found, with this history behind it; every look after that shows it complete. */
function turn(found: typeof rolling, history: readonly ServiceDeploymentBrief[]) {
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  const journal = new Journal(clock, { progress: () => undefined, warning: () => undefined })
  const ports = fakePorts({
    deployments: {
      history: () => Promise.resolve(history),
      service: () => Promise.resolve(complete),
    },
  })
  const { signal } = new AbortController()
  const inputs = { onConcurrent: 'fail', waitForMinutes: 1, pollSeconds: 10 } as const
  return waitForTurn(found, inputs, { ports, clock, journal, signal })
}

test('a deployment that ended between the two reads is seen as it ended', async () => {
  expect((await turn(rolling, [ended])).service).toBe(complete)
})

test('a service that is at rest is not read again', async () => {
  const found = { ...complete }
  expect((await turn(found, [ended])).service).toBe(found)
})

test('a deployment that is under way is told of', async () => {
  await expect(turn(rolling, [{ ...ended, status: 'IN_PROGRESS' }])).rejects.toThrow('is under way')
})
