import { describe, expect, test } from '@jest/globals'
import { Denied, Unreachable } from '../src/errors.ts'
import { findKnownGood, judgeCurrent } from '../src/known-good.ts'
import type { ImageAnswer } from '../src/ports.ts'
import type { ServiceDeploymentBrief, TaskDefinitionView } from '../src/views.ts'
import { fakePorts } from './support/fake-ports.ts'
import { makeDeployment, makeService } from './support/make.ts'

const td = (revision: number): string =>
  `arn:aws:ecs:us-east-1:123456789012:task-definition/app:${revision}`
const healthy = makeService({
  taskDefinition: td(5),
  deployments: [
    makeDeployment({ taskDefinition: td(5), rolloutState: 'COMPLETED', runningCount: 2 }),
  ],
})
const failing = makeService({
  taskDefinition: td(5),
  deployments: [
    makeDeployment({ taskDefinition: td(5), rolloutState: 'IN_PROGRESS', runningCount: 0 }),
  ],
})

const brief = (
  revision: number,
  status: string,
  over: Partial<ServiceDeploymentBrief> = {},
): ServiceDeploymentBrief => ({
  arn: `sd/${revision}/${status}`,
  status,
  statusReason: undefined,
  targetRevision: `rev/${revision}`,
  createdAt: revision * 1000,
  finishedAt: revision * 1000 + 500,
  ...over,
})

interface World {
  readonly inactive?: readonly number[]
  readonly rejected?: readonly number[]
  readonly imageGone?: readonly number[]
  /** What the registry answers instead of an image. */
  readonly registry?: Error
}

const choose = async (
  history: readonly ServiceDeploymentBrief[] | undefined,
  world: World = {},
): ReturnType<typeof findKnownGood> => {
  const ports = fakePorts({
    deployments: {
      revisions: (arns) =>
        Promise.resolve(
          [...new Set(arns)].map((arn) => {
            const revision = Number(arn.split('/')[1])
            return {
              arn,
              taskDefinition: td(revision),
              images: [
                { container: 'app', image: `repo:v${revision}`, digest: `sha256:${revision}` },
              ],
              targetGroups: [],
              createdAt: 0,
            }
          }),
        ),
    },
    taskDefinitions: {
      describe: (name): Promise<TaskDefinitionView> => {
        const revision = Number(name.split(':').at(-1))
        return Promise.resolve({
          arn: name,
          family: 'app',
          revision,
          status: world.inactive?.includes(revision) ? 'INACTIVE' : 'ACTIVE',
          document: {},
          tags: world.rejected?.includes(revision) ? { 'ecs-pipeline:verdict': 'rejected' } : {},
        })
      },
    },
    images: {
      find: (reference): Promise<ImageAnswer> => {
        const revision = Number(reference.split(':').at(-1))
        if (world.registry) return Promise.reject(world.registry)
        return Promise.resolve(
          world.imageGone?.includes(revision)
            ? { kind: 'missing', message: 'expired' }
            : { kind: 'found', digest: '', pinned: reference, platformDigests: [] },
        )
      },
    },
  })
  return findKnownGood(ports, failing, history, { tags: {} })
}

test('what runs complete and healthy is the known good, and nothing more is asked', async () => {
  const choice = await findKnownGood(fakePorts({}), healthy, [brief(5, 'SUCCESSFUL')], {
    tags: {},
  })
  expect(choice).toMatchObject({
    chosen: { taskDefinition: td(5), isCurrent: true },
    passedOver: [],
  })
})

describe('a revision that cannot be checked', () => {
  test('is passed over where that is denied', async () => {
    const registry = new Denied('You may not.', 'ecr:BatchGetImage')
    const choice = await choose([brief(4, 'SUCCESSFUL')], { registry })
    expect(choice.chosen).toBeUndefined()
    expect(choice.passedOver.at(-1)?.why).toBe('it cannot be checked: You may not.')
  })

  test('is not passed over because nobody answers now', async () => {
    const registry = new Unreachable('No answer.', 'ecr:BatchGetImage')
    await expect(choose([brief(4, 'SUCCESSFUL')], { registry })).rejects.toBe(registry)
  })
})

describe('what runs is not proven when', () => {
  test.each([
    ['its deployment is under way', failing, [], 'never completed'],
    [
      'it is scaled to zero',
      makeService({ ...healthy, desiredCount: 0 }),
      [],
      'desired count is 0',
    ],
    ['its newest deployment was stopped', healthy, [brief(5, 'STOPPED')], 'ended STOPPED'],
    ['its newest rollback failed', healthy, [brief(5, 'ROLLBACK_FAILED')], 'ended ROLLBACK_FAILED'],
    [
      'tasks are missing',
      makeService({
        deployments: [makeDeployment({ rolloutState: 'COMPLETED', runningCount: 1 })],
      }),
      [],
      'only 1 of 2 tasks run',
    ],
  ])('%s', (_when, service, history, why) => {
    expect(judgeCurrent(service, history, { tags: {} }).why).toContain(why)
  })

  test('but a rollback that succeeded proves what it went back to', () => {
    expect(
      judgeCurrent(healthy, [brief(6, 'ROLLBACK_SUCCESSFUL')], { tags: {} }).why,
    ).toBeUndefined()
  })
})

describe('then history decides', () => {
  test('the newest successful revision, never the number before', async () => {
    const choice = await choose([
      brief(5, 'STOPPED'),
      brief(4, 'STOPPED'),
      brief(2, 'SUCCESSFUL'),
      brief(1, 'SUCCESSFUL'),
    ])
    expect(choice.chosen).toMatchObject({ taskDefinition: td(2), isCurrent: false })
  })

  test.each<[string, readonly ServiceDeploymentBrief[], World, number | undefined, string]>([
    [
      'one that was rolled back later',
      [brief(4, 'ROLLBACK_SUCCESSFUL'), brief(4, 'SUCCESSFUL'), brief(3, 'SUCCESSFUL')],
      {},
      3,
      'it was rolled back later',
    ],
    [
      'one that is INACTIVE',
      [brief(4, 'SUCCESSFUL'), brief(3, 'SUCCESSFUL')],
      { inactive: [4] },
      3,
      'INACTIVE',
    ],
    [
      'one that is tagged rejected',
      [brief(4, 'SUCCESSFUL'), brief(3, 'SUCCESSFUL')],
      { rejected: [4] },
      3,
      'marked as rejected',
    ],
    [
      'one whose image is gone',
      [brief(4, 'SUCCESSFUL'), brief(3, 'SUCCESSFUL')],
      { imageGone: [4] },
      3,
      'its image is gone',
    ],
    ['all of them', [brief(4, 'SUCCESSFUL')], { inactive: [4] }, undefined, 'INACTIVE'],
  ])('passes over %s', async (_what, history, world, expected, why) => {
    const choice = await choose(history, world)
    expect(choice.chosen?.taskDefinition).toBe(expected === undefined ? undefined : td(expected))
    expect(choice.passedOver.map((each) => each.why).join('\n')).toContain(why)
  })

  test.each([[[]], [undefined]])(
    'without any history there is nothing to go back to',
    async (history) => {
      expect((await choose(history)).chosen).toBeUndefined()
    },
  )
})
