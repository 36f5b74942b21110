/** The post part: what it makes of what a killed main part left, and of the service as it is then. */
import { describe, expect, test } from '@jest/globals'
import {
  Conflict,
  Denied,
  Journal,
  Unreachable,
  type DeployReport,
  type Ports,
  type RunPhase,
  type ServiceView,
} from '@ecs-pipeline/rollout'
import { withLastLook } from '@ecs-pipeline/reporting'
import { complete } from '../after.ts'

const OLD = 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:1'
const NEW = 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:2'

const OLDER = 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:0'

const left = (phase: RunPhase, over: Partial<DeployReport> = {}): DeployReport =>
  ({
    phase,
    outcome: phase === 'preflight' || phase === 'registered' ? 'refused' : 'monitoring-lost',
    rolledBackBy: 'none',
    reason: 'It ended from outside.',
    taskDefinition: NEW,
    previousTaskDefinition: OLD,
    serviceDeployment: phase === 'updating' ? undefined : 'sd',
    knownGood: { taskDefinition: OLD, because: '', passedOver: [] },
    caveats: ['said before'],
    ...over,
  }) as DeployReport

const service = (taskDefinition: string): ServiceView =>
  ({
    taskDefinition,
    deployments: [{ id: 'ecs-svc/1', status: 'PRIMARY', taskDefinition, runningCount: 2 }],
    strategy: 'ROLLING',
    loadBalancers: [],
    deploymentConfiguration: {},
    runningCount: 2,
    desiredCount: 2,
  }) as unknown as ServiceView

interface World {
  readonly wants?: string
  /** Of the service deployment. */
  readonly status?: string
  readonly isSilent?: true
  /** UpdateService does not answer, and then the service does not either. */
  readonly isUpdateLost?: true
  readonly isStopDenied?: true
  /** The status of its circuit breaker. */
  readonly breaker?: string
}

const noAnswer = (): Promise<never> => Promise.reject(new Unreachable('No answer.', 'ecs:Any'))

async function completeIn(
  report: DeployReport,
  onCancel: 'leave' | 'rollback',
  { wants = NEW, status = 'IN_PROGRESS', breaker, ...world }: World = {},
): Promise<{ readonly made: readonly string[]; readonly report: DeployReport }> {
  const made: string[] = []
  const circuitBreaker = breaker && { status: breaker, failureCount: 3, threshold: 3 }
  const ports = {
    deployments: {
      service: () =>
        world.isSilent === true || (world.isUpdateLost === true && made.length > 0)
          ? noAnswer()
          : Promise.resolve(service(wants)),
      serviceDeployment: (arn: string) =>
        Promise.resolve({ arn, status, circuitBreaker, hooks: [] }),
      rollBack: () => {
        if (status === 'SUCCESSFUL') return Promise.reject(new Conflict('It is over.', 'ecs:Stop'))
        if (world.isStopDenied) return Promise.reject(new Denied('You may not.', 'ecs:Stop'))
        made.push('stop')
        return Promise.resolve()
      },
      update: ({ taskDefinition }: { readonly taskDefinition: string }) => {
        made.push(`update to ${taskDefinition}`)
        return world.isUpdateLost ? noAnswer() : Promise.resolve(service(taskDefinition))
      },
    },
    tasks: { running: () => Promise.resolve([]) },
  } as unknown as Ports
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  const journal = new Journal(clock, { progress: () => undefined, warning: () => undefined })
  const { signal } = new AbortController()
  const tools = { ports, clock, journal, signal }
  return { made, report: await withLastLook(await complete(report, onCancel, tools), tools) }
}

test.each(['preflight', 'registered'] as const)(
  'killed in %s: refused, and nothing is asked',
  async (phase) => {
    const { made, report } = await completeIn(left(phase), 'rollback', { isSilent: true })
    expect(made).toEqual([])
    expect(report).toMatchObject({ outcome: 'refused', phase: 'ended', caveats: ['said before'] })
  },
)

describe('killed while it updated the service', () => {
  test('before that was done: nothing is begun', async () => {
    const { made, report } = await completeIn(left('updating'), 'rollback', { wants: OLD })
    expect(made).toEqual([])
    expect(report).toMatchObject({ outcome: 'monitoring-lost', phase: 'ended' })
  })

  test('after that, on-cancel: leave: nobody knows how it ends', async () => {
    const { made, report } = await completeIn(left('updating'), 'leave')
    expect(made).toEqual([])
    expect(report.outcome).toBe('monitoring-lost')
  })

  test('after that, on-cancel: rollback: taken back', async () => {
    const { made, report } = await completeIn(left('updating'), 'rollback')
    expect(made).toEqual([`update to ${OLD}`])
    expect(report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'action' })
  })

  test('to the revision that it had already: nothing tells whether it was done', async () => {
    const same = left('updating', { previousTaskDefinition: NEW })
    expect((await completeIn(same, 'rollback')).made).toEqual([])
  })

  test('and the service cannot be read: nobody knows', async () => {
    const { report } = await completeIn(left('updating'), 'rollback', { isSilent: true })
    expect(report).toMatchObject({ outcome: 'monitoring-lost', now: undefined })
    expect(report.reason).toContain('Going back could not be started: No answer.')
    expect(report.caveats).toEqual(['said before', 'What users get now could not be read.'])
  })
})

describe('killed while it rolled out', () => {
  test('whether going back was begun is not known: said so', async () => {
    const over = { knownGood: { taskDefinition: OLDER, because: '', passedOver: [] } }
    const { made, report } = await completeIn(left('rolling-out', over), 'rollback', {
      isUpdateLost: true,
    })
    expect(made).toEqual([`update to ${OLDER}`])
    expect(report).toMatchObject({ outcome: 'monitoring-lost', rolledBackBy: 'none' })
    expect(report.reason).toContain('Whether going back was begun is not known')
  })

  test('what was in the way is in the report', async () => {
    const { report } = await completeIn(left('rolling-out'), 'rollback', { isStopDenied: true })
    expect(report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'action' })
    expect(report.caveats).toEqual([
      'said before',
      'StopServiceDeployment did not work: You may not.',
    ])
  })

  test('somebody stops it without going back: by another deployment', async () => {
    const { made } = await completeIn(left('rolling-out'), 'rollback', { status: 'STOP_REQUESTED' })
    expect(made).toEqual([`update to ${OLD}`])
  })

  test('ECS rolls it back by itself: left to it', async () => {
    const { made, report } = await completeIn(left('rolling-out'), 'rollback', {
      status: 'ROLLBACK_IN_PROGRESS',
      breaker: 'TRIGGERED',
    })
    expect(made).toEqual([])
    expect(report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'ecs-circuit-breaker' })
  })

  test('it ran the good revision itself: there is nowhere to go', async () => {
    const over = { knownGood: { taskDefinition: NEW, because: '', passedOver: [] } }
    const { made } = await completeIn(left('rolling-out', over), 'rollback')
    expect(made).toEqual([])
  })
})

describe('killed while it went back', () => {
  test.each(['leave', 'rollback'] as const)(
    'and had not come to it, on-cancel: %s: goes back all the same',
    async (onCancel) => {
      const { made, report } = await completeIn(left('rolling-back'), onCancel)
      expect(made).toEqual(['stop'])
      expect(report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'action' })
    },
  )

  test('from a complete deployment: by another one', async () => {
    const { made } = await completeIn(left('rolling-back'), 'leave', { status: 'SUCCESSFUL' })
    expect(made).toEqual([`update to ${OLD}`])
  })

  test.each([
    ['StopServiceDeployment', { status: 'ROLLBACK_IN_PROGRESS', wants: OLD }],
    ['UpdateService', { status: 'SUCCESSFUL', wants: OLD }],
  ])('and had asked by %s: does not ask again', async (_what, world) => {
    const { made, report } = await completeIn(left('rolling-back'), 'rollback', world)
    expect(made).toEqual([])
    expect(report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'action' })
  })
})

test('in the bake the way back is another deployment', async () => {
  const { made } = await completeIn(left('baking'), 'rollback', { status: 'SUCCESSFUL' })
  expect(made).toEqual([`update to ${OLD}`])
})
