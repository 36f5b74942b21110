import { expect, test } from '@jest/globals'
import { Journal } from '../../src/journal.ts'
import type { TargetView } from '../../src/views.ts'
import { Observer } from '../../src/watch/observer.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { makeLoadBalancer, makeService, OURS } from '../support/make.ts'

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
