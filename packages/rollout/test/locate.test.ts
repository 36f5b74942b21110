import { describe, expect, test } from '@jest/globals'
import type { Clock } from '../src/clock.ts'
import type { Company } from '../src/company.ts'
import { Denied } from '../src/errors.ts'
import { Journal } from '../src/journal.ts'
import { locateServiceDeployment } from '../src/locate.ts'
import type { ServiceDeploymentBrief, ServiceRevisionView } from '../src/views.ts'
import { fakePorts } from './support/fake-ports.ts'
import {
  makeDeployment,
  makeService,
  makeServiceDeployment,
  NEW,
  OLD,
  OURS,
} from './support/make.ts'

const CREATED = 1_000_000

const brief = (arn: string, revision: string, createdAt: number): ServiceDeploymentBrief => ({
  arn,
  status: 'IN_PROGRESS',
  statusReason: undefined,
  targetRevision: revision,
  createdAt,
  finishedAt: undefined,
})

/** A clock that jumps over every sleep. */
function jumpingFrom(start: number): { readonly clock: Clock; readonly journal: Journal } {
  let now = start
  const clock: Clock = {
    now: () => now,
    sleep: (ms) => {
      now += ms
      return Promise.resolve()
    },
  }
  const journal = new Journal(clock, { progress: () => undefined, warning: () => undefined })
  return { clock, journal }
}

const revisions = (arns: readonly string[]): Promise<readonly ServiceRevisionView[]> =>
  Promise.resolve(
    arns.map((arn) => ({
      arn,
      taskDefinition: arn === 'rev/new' ? NEW : OLD,
      images: [],
      targetGroups: [],
      createdAt: 0,
    })),
  )

/** `listed` is what ECS lists at that time. */
async function locate(listed: (now: number) => readonly ServiceDeploymentBrief[] | Error) {
  const { clock, journal } = jumpingFrom(CREATED)
  const ports = fakePorts({
    deployments: {
      history: () => {
        const answer = listed(clock.now())
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
      },
      revisions,
    },
  })
  const found = await locateServiceDeployment(
    { before: makeService(), taskDefinition: NEW, deploymentId: OURS, createdAt: CREATED },
    { ports, clock, journal, signal: new AbortController().signal },
  )
  return { found, waited: clock.now() - CREATED, caveats: journal.caveats }
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

describe('in a crowd', () => {
  /** What the service and its current deployment are; the list, which is only asked when they do not tell. */
  async function locateInCrowd(
    given: {
      readonly primary?: string
      readonly current?: string | undefined
      readonly createdAt?: number
      readonly revision?: string
      readonly error?: Error
    },
    size = 6,
  ) {
    const { primary = OURS, createdAt = CREATED, revision = 'rev/new', error } = given
    const current = 'current' in given ? given.current : 'sd/ours'
    const asked: string[] = []
    const { clock, journal } = jumpingFrom(CREATED + 2_000)
    const ports = fakePorts({
      deployments: {
        service: () => {
          asked.push(`service at ${clock.now() - CREATED}`)
          const deployments = [makeDeployment({ id: primary })]
          if (error) return Promise.reject(error)
          return Promise.resolve(makeService({ deployments, currentServiceDeployment: current }))
        },
        serviceDeployment: (arn) =>
          Promise.resolve(makeServiceDeployment({ arn, createdAt, targetRevision: revision })),
        history: () => {
          asked.push('list')
          return Promise.resolve([brief('sd/listed', 'rev/new', CREATED)])
        },
        revisions,
      },
    })
    const company: Company = { size, interval: 10_000, recall: () => undefined }
    const updated = { before: makeService(), taskDefinition: NEW, deploymentId: OURS }
    const found = await locateServiceDeployment(
      { ...updated, createdAt: CREATED },
      { ports, clock, journal, signal: new AbortController().signal, company },
    )
    return { found, asked, caveats: journal.caveats }
  }

  test('the current one of the service, asked for at the moment at which all look', async () => {
    const { found, asked } = await locateInCrowd({})
    expect(found).toBe('sd/ours')
    expect(asked).toEqual(['service at 10000'])
  })

  test('of few services each is listed, at once', async () => {
    expect(await locateInCrowd({}, 5)).toMatchObject({ found: 'sd/listed', asked: ['list'] })
  })

  test.each([
    ['the service does not name one', { current: undefined }],
    ['somebody has begun another deployment since', { primary: 'ecs-svc/3' }],
    ['it was created at another time', { createdAt: CREATED - 30_000 }],
    ['it is of another task definition', { revision: 'rev/old' }],
    ['the service cannot be read', { error: new Denied('No.', 'ecs:DescribeServices') }],
  ])('where that is not certainly ours, the list tells: %s', async (_why, given) => {
    const { found, asked, caveats } = await locateInCrowd(given)
    expect(found).toBe('sd/listed')
    expect(asked).toEqual(['service at 10000', 'list'])
    expect(caveats).toEqual([])
  })
})
