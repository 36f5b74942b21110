import { expect, test } from '@jest/globals'
import { Denied, Unreachable, type PortError } from '../../src/errors.ts'
import { Journal } from '../../src/journal.ts'
import type { ServiceDeploymentStatus, TargetView } from '../../src/views.ts'
import { Observer } from '../../src/watch/observer.ts'
import { fakePorts } from '../support/fake-ports.ts'
import {
  makeDeployment,
  makeLoadBalancer,
  makeService,
  makeServiceDeployment,
  OURS,
} from '../support/make.ts'

const target = (id: string, state: string, reason?: string): TargetView => ({
  targetGroup: 'tg',
  id,
  port: 3000,
  state,
  reason,
  description: undefined,
})

test('a target that was unhealthy is remembered when it is gone, as it was last, the newest last', async () => {
  const answers = [
    [
      target('a', 'unhealthy', 'Target.FailedHealthChecks'),
      target('b', 'unhealthy', 'Target.Timeout'),
    ],
    [target('a', 'unhealthy', 'Target.ResponseCodeMismatch'), target('b', 'draining')],
    [target('c', 'initial', 'Elb.InitialHealthChecking')],
  ]
  let now = 10_000
  const clock = { now: () => now, sleep: () => Promise.resolve() }
  const loadBalancers = [makeLoadBalancer({ targetGroupArn: 'tg' })]
  const ports = fakePorts({
    deployments: { service: () => Promise.resolve(makeService({ loadBalancers })) },
    targets: { health: () => Promise.resolve(answers.shift() ?? []) },
    tasks: { stopped: () => Promise.resolve([]) },
  })
  const journal = new Journal(clock, { progress: () => undefined, warning: () => undefined })
  const identity = { deploymentId: OURS, serviceDeployment: undefined, createdAt: 1000 }
  const observer = new Observer(ports, clock, journal, identity)
  await observer.observe()
  now += 60_000
  await observer.observe()
  now += 60_000
  const seen = await observer.observe()
  expect(seen.targets).toEqual([target('c', 'initial', 'Elb.InitialHealthChecking')])
  expect(seen.seenUnhealthy.map(({ id, reason }) => [id, reason])).toEqual([
    ['b', 'Target.Timeout'],
    ['a', 'Target.ResponseCodeMismatch'],
  ])
})

const GROUP = makeLoadBalancer({ targetGroupArn: 'arn:group' })
const HEALTHY: TargetView = {
  targetGroup: 'arn:group',
  id: '10.0.0.1',
  port: 80,
  state: 'healthy',
  reason: undefined,
  description: undefined,
}

/** What the targets of looks ten seconds apart are; each answer in turn, the last one for good. */
async function targetsSeen(
  earlySuccess: boolean,
  status: ServiceDeploymentStatus,
  answers: readonly (readonly TargetView[] | Error)[],
): Promise<readonly (readonly TargetView[] | undefined)[]> {
  let now = 0
  let asked = 0
  const clock = { now: () => now, sleep: () => Promise.resolve() }
  const journal = new Journal(clock, { progress: () => undefined, warning: () => undefined })
  const running = makeDeployment({ runningCount: 2, pendingCount: 0 })
  const service = makeService({ deployments: [running], loadBalancers: [GROUP], earlySuccess })
  const ports = fakePorts({
    deployments: {
      service: () => Promise.resolve(service),
      serviceDeployment: () => Promise.resolve(makeServiceDeployment({ status })),
    },
    targets: {
      health: () => {
        const answer = answers[Math.min(asked++, answers.length - 1)] ?? []
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
      },
    },
  })
  const identity = { deploymentId: OURS, serviceDeployment: 'arn:deployment', createdAt: 0 }
  const observer = new Observer(ports, clock, journal, identity)
  const seen: (readonly TargetView[] | undefined)[] = []
  for (; now <= 20_000; now += 10_000) seen.push((await observer.observe()).targets)
  return seen
}

const one = [HEALTHY]
const two = [HEALTHY, HEALTHY]

test.each<[string, boolean, ServiceDeploymentStatus, readonly number[]]>([
  ['early success has been called', true, 'SUCCESSFUL', [1, 2, 2]],
  ['it may be called any moment', true, 'IN_PROGRESS', [1, 1, 1]],
  ['ECS has waited for all', false, 'SUCCESSFUL', [1, 1, 1]],
])(
  'targets are read at every look only when they decide: %s',
  async (_when, early, status, sizes) => {
    const seen = await targetsSeen(early, status, [one, two])
    expect(seen.map((each) => each?.length)).toEqual(sizes)
  },
)

test.each<[string, PortError]>([
  ['Denied', new Denied('No.', 'elasticloadbalancing:DescribeTargetHealth')],
  ['Unreachable', new Unreachable('No answer.', 'elasticloadbalancing:DescribeTargetHealth')],
])(
  'when they decide and cannot be read (%s), older ones do not take their place',
  async (_why, error) => {
    expect(await targetsSeen(true, 'SUCCESSFUL', [one, error])).toEqual([one, undefined, undefined])
  },
)

/** When targets and stopped tasks are asked for in looks ten seconds apart; a task fails at the third. */
async function askedWith(patience: number, looks: number): Promise<readonly string[]> {
  let now = 0
  const asked: string[] = []
  const clock = { now: () => now, sleep: () => Promise.resolve() }
  const journal = new Journal(clock, { progress: () => undefined, warning: () => undefined })
  const tell = <Answer>(what: string, answer: Answer): Promise<Answer> => {
    asked.push(`${what} at ${now / 1000}`)
    return Promise.resolve(answer)
  }
  const ports = fakePorts({
    deployments: {
      service: () => {
        const failedTasks = now >= 20_000 ? 1 : 0
        const deployments = [makeDeployment({ runningCount: 2, failedTasks })]
        return Promise.resolve(makeService({ deployments, loadBalancers: [GROUP] }))
      },
    },
    tasks: { stopped: () => tell('tasks', []) },
    targets: { health: () => tell('targets', [HEALTHY]) },
  })
  const identity = { deploymentId: OURS, serviceDeployment: undefined, createdAt: 0 }
  const observer = new Observer(ports, clock, journal, identity, { patience })
  for (; now < looks * 10_000; now += 10_000) await observer.observe()
  return asked
}

test('alone, targets are confirmed every half minute, whether anything hints at trouble or not', async () => {
  expect(await askedWith(1, 7)).toEqual([
    'targets at 0',
    'tasks at 20',
    'targets at 30',
    'targets at 60',
  ])
})

test('with many services both are read at the first hint of trouble, and then when they are old', async () => {
  expect(await askedWith(2, 16)).toEqual([
    'tasks at 20',
    'targets at 20',
    'tasks at 140',
    'targets at 140',
  ])
})
