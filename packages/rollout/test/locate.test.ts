import { expect, test } from '@jest/globals'
import { Denied } from '../src/errors.ts'
import { Journal } from '../src/journal.ts'
import { locateServiceDeployment } from '../src/locate.ts'
import type { ServiceDeploymentBrief } from '../src/views.ts'
import { fakePorts } from './support/fake-ports.ts'
import { makeService, NEW, OLD } from './support/make.ts'

const CREATED = 1_000_000

const brief = (arn: string, revision: string, createdAt: number): ServiceDeploymentBrief => ({
  arn,
  status: 'IN_PROGRESS',
  statusReason: undefined,
  targetRevision: revision,
  createdAt,
  finishedAt: undefined,
})

/** A clock that jumps over every sleep; `listed` is what ECS lists at that time. */
async function locate(listed: (now: number) => readonly ServiceDeploymentBrief[] | Error) {
  let now = CREATED
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      now += ms
      return Promise.resolve()
    },
  }
  const journal = new Journal(clock, { progress: () => undefined, warning: () => undefined })
  const ports = fakePorts({
    deployments: {
      history: () => {
        const answer = listed(now)
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
      },
      revisions: (arns) =>
        Promise.resolve(
          arns.map((arn) => ({
            arn,
            taskDefinition: arn === 'rev/new' ? NEW : OLD,
            images: [],
            targetGroups: [],
            createdAt: 0,
          })),
        ),
    },
  })
  const found = await locateServiceDeployment(
    { before: makeService(), taskDefinition: NEW, createdAt: CREATED },
    { ports, clock, journal, signal: new AbortController().signal },
  )
  return { found, waited: now - CREATED, caveats: journal.caveats }
}

test('the one whose target revision has our task definition, not merely the newest', async () => {
  const { found } = await locate(() => [
    brief('sd/other', 'rev/other', CREATED + 100),
    brief('sd/ours', 'rev/new', CREATED),
  ])
  expect(found).toBe('sd/ours')
})

test('an earlier deployment of the same task definition is not taken for ours', async () => {
  const earlier = brief('sd/earlier', 'rev/new', CREATED - 30_000)
  const { found } = await locate((now) =>
    now < CREATED + 10_000 ? [earlier] : [brief('sd/ours', 'rev/new', CREATED), earlier],
  )
  expect(found).toBe('sd/ours')
})

test('a later deployment of the same task definition is not taken for ours', async () => {
  const { found } = await locate(() => [
    brief('sd/theirs', 'rev/new', CREATED + 2_000),
    brief('sd/ours', 'rev/new', CREATED + 100),
  ])
  expect(found).toBe('sd/ours')
})

test('not listed within a minute: classic mode, and that is said', async () => {
  const { found, waited, caveats } = await locate(() => [])
  expect(found).toBeUndefined()
  expect(waited).toBe(60_000)
  expect(caveats.join()).toContain('did not list')
})

test('denied: classic mode at once', async () => {
  const { found, waited, caveats } = await locate(
    () => new Denied('not allowed', 'ecs:ListServiceDeployments'),
  )
  expect(found).toBeUndefined()
  expect(waited).toBe(0)
  expect(caveats.join()).toContain('not allowed')
})
