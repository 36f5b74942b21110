import { expect, test } from '@jest/globals'
import { Denied } from '../../src/errors.ts'
import { Journal } from '../../src/journal.ts'
import { groupsOfDeployment } from '../../src/strategy/target-groups.ts'
import type { ServiceRevisionView } from '../../src/views.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { makeLoadBalancer, makeService, makeServiceDeployment } from '../support/make.ts'

const service = makeService({
  loadBalancers: [makeLoadBalancer({ targetGroupArn: 'blue', alternateTargetGroupArn: 'green' })],
})
const identity = { deploymentId: 'ecs-svc/2', serviceDeployment: 'sd', createdAt: 0 }

/** `serving`: the groups that users were on before. */
async function groups(
  revisions: () => Promise<readonly ServiceRevisionView[]>,
  serving: string,
  isShifting = true,
) {
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  const journal = new Journal(clock, { progress: () => undefined, warning: () => undefined })
  const serviceDeployment = makeServiceDeployment({ targetRevision: 'rev/2' })
  const ports = fakePorts({
    deployments: { serviceDeployment: () => Promise.resolve(serviceDeployment), revisions },
  })
  const found = await groupsOfDeployment(service, { serving: [serving], isShifting }, identity, {
    ports,
    journal,
  })
  return { found, caveats: journal.caveats }
}

test('the revision itself tells which target groups it is behind', async () => {
  const revision = { targetGroups: ['blue'] } as unknown as ServiceRevisionView
  const seen = await groups(() => Promise.resolve([revision]), 'blue')
  expect(seen).toEqual({ found: ['blue'], caveats: [] })
})

test('a rolling deployment stays where users were, as far as anybody can tell', async () => {
  const revision = { targetGroups: ['blue'] } as unknown as ServiceRevisionView
  const told = await groups(() => Promise.resolve([revision]), 'green', false)
  expect(told.found).toEqual(['blue'])
  const error = new Denied('You may not.', 'ecs:DescribeServiceRevisions')
  const untold = await groups(() => Promise.reject(error), 'green', false)
  expect(untold.found).toEqual(['green'])
})

test.each([
  ['blue', 'green'],
  ['green', 'blue'],
])('where it cannot be read, after %s it is %s, and the report says so', async (before, after) => {
  const error = new Denied('You may not.', 'ecs:DescribeServiceRevisions')
  const { found, caveats } = await groups(() => Promise.reject(error), before)
  expect(found).toEqual([after])
  expect(caveats).toEqual([expect.stringContaining('cannot be read')])
})
