/** Lifecycle hooks: deployments that wait for an answer, and what each answer does. */
import type { DeploymentLifecycleHook, DeploymentLifecycleHookDetail } from '@aws-sdk/client-ecs'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { createShiftingWorld, isOver, LOAD_BALANCER, type ShiftingWorld } from './shifting-world.ts'

let world: ShiftingWorld
beforeEach(() => {
  world = createShiftingWorld()
})

type Stage = NonNullable<DeploymentLifecycleHook['lifecycleStages']>[number]
const MINUTE = 60_000
const HOOK_ID = /^ecs-pause-[\w-]{43}$/

const pause = (stage: Stage, over: object = {}): DeploymentLifecycleHook => ({
  targetType: 'PAUSE',
  lifecycleStages: [stage],
  ...over,
})
async function waiting(): Promise<DeploymentLifecycleHookDetail[]> {
  await world.watch(({ lifecycleHookDetails: hooks = [] }) =>
    hooks.some(({ status }) => status === 'AWAITING_ACTION'),
  )
  return (await world.newest()).lifecycleHookDetails ?? []
}

const answer = async (hookId: string | undefined, action?: string): Promise<unknown> =>
  world.send('ContinueServiceDeployment', {
    serviceDeploymentArn: (await world.newest()).serviceDeploymentArn,
    hookId,
    action,
  })

describe('PAUSE', () => {
  test.each([
    'PRE_SCALE_UP',
    'POST_SCALE_UP',
    'POST_TEST_TRAFFIC_SHIFT',
    'PRE_PRODUCTION_TRAFFIC_SHIFT',
    'POST_PRODUCTION_TRAFFIC_SHIFT',
  ] as const)('%s waits until somebody continues', async (stage) => {
    await world.releaseWithHooks([pause(stage)])
    const [hook] = await waiting()
    expect(hook).toEqual({
      hookId: expect.stringMatching(HOOK_ID),
      targetType: 'PAUSE',
      status: 'AWAITING_ACTION',
      expiresAt: new Date(world.clock.now() + 1440 * MINUTE),
      timeoutAction: 'ROLLBACK',
    })
    await world.clock.advance(600 * MINUTE)
    expect(await world.newest()).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: stage })
    await answer(hook?.hookId)
    await world.expectEnd('SUCCESSFUL')
  })

  test.each(['PRE_SCALE_UP', 'POST_TEST_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'] as const)(
    '%s answered by ROLLBACK takes the release back',
    async (stage) => {
      await world.releaseWithHooks([pause(stage)])
      const [hook] = await waiting()
      await answer(hook?.hookId, 'ROLLBACK')
      expect(await world.newest()).toMatchObject({
        status: 'ROLLBACK_REQUESTED',
        lifecycleHookDetails: [{ status: 'FAILED' }],
      })
      await world.expectEnd('ROLLBACK_SUCCESSFUL')
    },
  )

  test.each([
    ['ROLLBACK', 'ROLLBACK_SUCCESSFUL'],
    ['CONTINUE', 'SUCCESSFUL'],
  ])('that expires does its %s', async (action, status) => {
    const timeoutConfiguration = { timeoutInMinutes: 30, action }
    await world.releaseWithHooks([pause('POST_SCALE_UP', { timeoutConfiguration })])
    await waiting()
    await world.clock.advance(30 * MINUTE - 1000)
    expect(await world.newest()).toMatchObject({ status: 'IN_PROGRESS' })
    await world.clock.advance(1000)
    expect(await world.newest()).toMatchObject({ lifecycleHookDetails: [{ status: 'TIMED_OUT' }] })
    await world.expectEnd(
      status,
      action === 'ROLLBACK'
        ? 'Service deployment rolled back because POST_SCALE_UP pause hook timed out.'
        : undefined,
    )
  })

  test('may last longer than the 24 hours of a stage', async () => {
    await world.releaseWithHooks([
      pause('POST_SCALE_UP', { timeoutConfiguration: { timeoutInMinutes: 20_160 } }),
    ])
    const [hook] = await waiting()
    await world.clock.advance(13 * 1440 * MINUTE)
    await answer(hook?.hookId, 'CONTINUE')
    await world.expectEnd('SUCCESSFUL')
  })

  test.each([
    {
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 20, stepBakeTimeInMinutes: 0 },
      percents: [0, 20, 40, 60, 80],
    },
    {
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 0 },
      percents: [0, 10],
    },
  ])('before every step of $strategy, with a new id each', async ({ percents, ...strategy }) => {
    await world.releaseWithHooks([pause('PRE_PRODUCTION_TRAFFIC_SHIFT')], strategy)
    const ids = new Set<string | undefined>()
    for (const percent of percents) {
      const [hook] = await waiting()
      expect(await world.newest()).toMatchObject({
        lifecycleStage: 'PRE_PRODUCTION_TRAFFIC_SHIFT',
        targetServiceRevision: { requestedProductionTrafficWeight: percent },
      })
      ids.add(hook?.hookId)
      await answer(hook?.hookId, 'CONTINUE')
    }
    expect(ids.size).toBe(percents.length)
    await world.expectEnd('SUCCESSFUL')
  })

  test('twice at one stage: both have to be continued', async () => {
    await world.releaseWithHooks([pause('POST_SCALE_UP'), pause('POST_SCALE_UP')])
    const [first, second] = await waiting()
    await answer(first?.hookId)
    await world.clock.advance(60 * MINUTE)
    expect(await world.newest()).toMatchObject({
      lifecycleStage: 'POST_SCALE_UP',
      lifecycleHookDetails: [{ status: 'SUCCEEDED' }, { status: 'AWAITING_ACTION' }],
    })
    await answer(second?.hookId)
    await world.expectEnd('SUCCESSFUL')
  })

  test('gives way to StopServiceDeployment, and its id is worth nothing then', async () => {
    await world.releaseWithHooks([pause('POST_TEST_TRAFFIC_SHIFT')])
    const [hook] = await waiting()
    await world.stop()
    expect((await world.newest()).lifecycleHookDetails).toEqual([])
    await expect(answer(hook?.hookId)).rejects.toMatchObject({
      message: expect.stringMatching(/^Provided hookId is either/),
    })
    await world.expectEnd('ROLLBACK_SUCCESSFUL')
  })

  test('of a first deployment, answered by ROLLBACK, finds no candidate', async () => {
    await world.create({
      deploymentConfiguration: { strategy: 'BLUE_GREEN', lifecycleHooks: [pause('POST_SCALE_UP')] },
      loadBalancers: [LOAD_BALANCER],
    })
    const [hook] = await waiting()
    await answer(hook?.hookId, 'ROLLBACK')
    await world.watch(isOver)
    expect(await world.newest()).toMatchObject({
      status: 'ROLLBACK_FAILED',
      statusReason: 'No rollback candidate was found to run the rollback.',
    })
  })

  test('holds a rolling deployment before its first task', async () => {
    await world.releaseWithHooks([pause('PRE_SCALE_UP'), pause('POST_SCALE_UP')], {
      strategy: 'ROLLING',
    })
    const [hook] = await waiting()
    // What dies meanwhile comes back as it was.
    const [old] = world.tasks()
    if (old) void world.lifecycle.stop(old, 'killed', 'EssentialContainerExited')
    await world.clock.advance(60 * MINUTE)
    expect(await world.newest()).toMatchObject({ lifecycleStage: 'PRE_SCALE_UP' })
    expect(world.running()).toEqual(['good', 'good'])
    await answer(hook?.hookId)
    await world.watch(isOver)
    expect(await world.newest()).toMatchObject({ status: 'SUCCESSFUL' })
    expect((await world.newest()).lifecycleStage).toBeUndefined()
    expect(world.running()).toEqual(['better', 'better'])
  })

  test('takes a rolling deployment back', async () => {
    await world.releaseWithHooks([pause('PRE_SCALE_UP')], { strategy: 'ROLLING' })
    const [hook] = await waiting()
    await answer(hook?.hookId, 'ROLLBACK')
    await world.watch(isOver)
    expect(await world.newest()).toMatchObject({ status: 'ROLLBACK_SUCCESSFUL' })
    expect(world.running()).toEqual(['good', 'good'])
  })
})

describe('ContinueServiceDeployment refuses', () => {
  test('a deployment that does not exist', async () => {
    await expect(
      world.send('ContinueServiceDeployment', { serviceDeploymentArn: 'x', hookId: 'ecs-pause-x' }),
    ).rejects.toMatchObject({
      name: 'ServiceDeploymentNotFoundException',
      message: 'The service deployment does not exist.',
    })
  })

  test.each([
    ['pause-1', 'Invalid hookId: hookId must follow the format: ecs-{hookType}-{id}'],
    [
      'ecs-pause-other',
      'Provided hookId is either completed, unavailable, or not associated with the given Resource ARN',
    ],
  ])('the id %s', async (hookId, message) => {
    await world.releaseWithHooks([pause('POST_SCALE_UP')])
    await waiting()
    await expect(answer(hookId)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message,
    })
  })

  test('an answer that was given before, and one that comes after the end', async () => {
    await world.releaseWithHooks([pause('POST_SCALE_UP')])
    const [hook] = await waiting()
    await answer(hook?.hookId)
    await expect(answer(hook?.hookId)).rejects.toMatchObject({
      message: expect.stringMatching(/^Provided hookId is either completed/),
    })
    await world.watch(isOver)
    await expect(answer(hook?.hookId)).rejects.toMatchObject({
      message:
        'Continuing a service deployment is not allowed for service deployment in terminal states.',
    })
  })
})
