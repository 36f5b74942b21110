import { expect, test } from '@jest/globals'
import { beginDeployment } from '../src/begin-deployment.ts'
import { Denied, Unanswered, Unreachable } from '../src/errors.ts'
import { Journal } from '../src/journal.ts'
import type { ServiceView } from '../src/views.ts'
import { fakePorts } from './support/fake-ports.ts'
import { makeDeployment, makeService, NEW, OLD } from './support/make.ts'

const old = makeDeployment({ id: 'ecs-svc/1', taskDefinition: OLD })
const before = makeService({ deployments: [old] })
const updated = makeService({ deployments: [makeDeployment(), { ...old, status: 'ACTIVE' }] })
const lost = new Unreachable('No answer.', 'ecs:UpdateService')

/** UpdateService has no answer; `looks` are the answers of DescribeServices after that, the last one repeated. */
async function begin(looks: readonly (ServiceView | Error)[]) {
  let look = 0
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  const journal = new Journal(clock, { progress: () => undefined, warning: () => undefined })
  const ports = fakePorts({
    deployments: {
      update: () => Promise.reject(lost),
      service: () => {
        const answer = looks[Math.min(look++, looks.length - 1)] ?? before
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
      },
    },
  })
  const { signal } = new AbortController()
  return beginDeployment({ taskDefinition: NEW }, before, { ports, clock, journal, signal })
}

test('an update without an answer that did arrive is found, after an older look too', async () => {
  await expect(begin([before, updated])).resolves.toMatchObject({ taskDefinition: NEW })
})

test('of two new deployments of the same task definition the older one is ours', async () => {
  const theirs = makeDeployment({ id: 'ecs-svc/3', createdAt: 9000 })
  const ours = makeDeployment({ status: 'ACTIVE' })
  const service = makeService({ deployments: [theirs, ours, old] })
  await expect(begin([service])).resolves.toMatchObject({ id: ours.id })
})

test('a service that stays as it was has not been updated', async () => {
  await expect(begin([before])).rejects.toBe(lost)
})

test.each([
  ['the service cannot be read', new Denied('No.', 'ecs:DescribeServices')],
  [
    'the service is neither as it was nor as was asked',
    makeService({ deployments: [makeDeployment({ id: 'ecs-svc/3', taskDefinition: OLD })] }),
  ],
])('when %s, nobody knows', async (_, look) => {
  await expect(begin([look])).rejects.toBeInstanceOf(Unanswered)
})
