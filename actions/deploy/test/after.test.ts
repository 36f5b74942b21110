/** The post part: what it makes of what a killed main part left, and of the service as it is then. */
import { describe, expect, test } from '@jest/globals'
import {
  Conflict,
  Journal,
  Unreachable,
  type DeployReport,
  type Ports,
  type RunPhase,
  type ServiceView,
} from '@ecs-pipeline/rollout'
import { complete } from '../after.ts'

const OLD = 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:1'
const NEW = 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:2'

const left = (phase: RunPhase, over: Partial<DeployReport> = {}): DeployReport =>
  ({
    phase,
    outcome: phase === 'preflight' ? 'refused' : 'monitoring-lost',
    rolledBackBy: 'none',
    reason: 'It ended from outside.',
    taskDefinition: NEW,
    previousTaskDefinition: OLD,
    serviceDeployment: phase === 'registered' ? undefined : 'sd',
    knownGood: { taskDefinition: OLD, because: '', passedOver: [] },
    caveats: ['said before'],
    ...over,
  }) as DeployReport

const service = (taskDefinition: string): ServiceView =>
  ({
    taskDefinition,
    deployments: [{ id: 'ecs-svc/1', status: 'PRIMARY', taskDefinition, runningCount: 2 }],
    loadBalancers: [],
    runningCount: 2,
    desiredCount: 2,
  }) as unknown as ServiceView

interface World {
  readonly wants?: string
  /** Of the service deployment. */
  readonly status?: string
  readonly isSilent?: true
}

async function completeIn(
  report: DeployReport,
  onCancel: 'leave' | 'rollback',
  { wants = NEW, status = 'IN_PROGRESS', isSilent }: World = {},
): Promise<{ readonly made: readonly string[]; readonly report: DeployReport }> {
  const made: string[] = []
  const ports = {
    deployments: {
      service: () =>
        isSilent
          ? Promise.reject(new Unreachable('No answer.', 'ecs:DescribeServices'))
          : Promise.resolve(service(wants)),
      serviceDeployment: () => Promise.resolve({ status }),
      rollBack: () => {
        if (status === 'SUCCESSFUL') return Promise.reject(new Conflict('It is over.', 'ecs:Stop'))
        made.push('stop')
        return Promise.resolve()
      },
      update: ({ taskDefinition }: { readonly taskDefinition: string }) => {
        made.push(`update to ${taskDefinition}`)
        return Promise.resolve(service(taskDefinition))
      },
    },
    tasks: { running: () => Promise.resolve([]) },
  } as unknown as Ports
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  const journal = new Journal(clock, { progress: () => undefined, warning: () => undefined })
  const { signal } = new AbortController()
  return { made, report: await complete(report, onCancel, { ports, clock, journal, signal }) }
}

describe('killed while it updated the service', () => {
  test('before that was done: refused', async () => {
    const { made, report } = await completeIn(left('registered'), 'rollback', { wants: OLD })
    expect(made).toEqual([])
    expect(report).toMatchObject({ outcome: 'refused', phase: 'ended' })
  })

  test('after that, on-cancel: leave: nobody knows how it ends', async () => {
    const { made, report } = await completeIn(left('registered'), 'leave')
    expect(made).toEqual([])
    expect(report.outcome).toBe('monitoring-lost')
    expect(report.reason).toContain(`while it updated the service to ${NEW}`)
  })

  test('after that, on-cancel: rollback: taken back', async () => {
    const { made, report } = await completeIn(left('registered'), 'rollback')
    expect(made).toEqual([`update to ${OLD}`])
    expect(report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'action' })
  })

  test('and the service cannot be read: nobody knows', async () => {
    const { report } = await completeIn(left('registered'), 'leave', { isSilent: true })
    expect(report).toMatchObject({ outcome: 'monitoring-lost', now: undefined })
    expect(report.caveats).toEqual(['said before', 'What users get now could not be read.'])
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
