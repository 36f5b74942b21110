/** Hooks that call functions: what these are told, and what their answers do. */
import type { DeploymentLifecycleHook } from '@aws-sdk/client-ecs'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { createShiftingWorld, isOver, type ShiftingWorld } from './shifting-world.ts'

let world: ShiftingWorld
beforeEach(() => {
  world = createShiftingWorld()
})

type Stage = NonNullable<DeploymentLifecycleHook['lifecycleStages']>[number]
const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:check'

const call = (stage: Stage, over: object = {}): DeploymentLifecycleHook => ({
  hookTargetArn: FUNCTION,
  roleArn: 'arn:aws:iam::123456789012:role/hooks',
  lifecycleStages: [stage],
  ...over,
})

describe('AWS_LAMBDA', () => {
  test('answers SUCCEEDED without a script, and is told what AWS tells', async () => {
    await world.releaseWithHooks([
      call('PRODUCTION_TRAFFIC_SHIFT', { hookDetails: { bucket: 'reports' } }),
      call('TEST_TRAFFIC_SHIFT'),
      call('POST_SCALE_UP'),
    ])
    await world.expectEnd('SUCCESSFUL')
    const { targetServiceRevision: target, sourceServiceRevisions: [source] = [] } =
      await world.newest()
    const weights = { [target?.arn ?? '']: 100, [source?.arn ?? '']: 0 }
    const details = world.lambdaHooks.events.map(({ lifecycleStage, executionDetails }) => [
      lifecycleStage,
      executionDetails.testTrafficWeights,
      executionDetails.productionTrafficWeights,
    ])
    expect(details).toEqual([
      ['POST_SCALE_UP', {}, {}],
      ['TEST_TRAFFIC_SHIFT', weights, {}],
      ['PRODUCTION_TRAFFIC_SHIFT', {}, weights],
    ])
    expect(world.lambdaHooks.events[2]).toMatchObject({ hookDetails: { bucket: 'reports' } })
  })

  test('is called at every step', async () => {
    const linear = { strategy: 'LINEAR', linearConfiguration: { stepPercent: 50 } }
    await world.releaseWithHooks(
      [call('PRE_PRODUCTION_TRAFFIC_SHIFT'), call('PRODUCTION_TRAFFIC_SHIFT')],
      linear,
    )
    await world.watch(isOver)
    const target = (await world.newest()).targetServiceRevision?.arn ?? ''
    expect(
      world.lambdaHooks.events.map(
        ({ executionDetails }) => executionDetails.productionTrafficWeights[target],
      ),
    ).toEqual([0, 50, 50, 100])
  })

  test('that fails takes the release back, and is called again on the way', async () => {
    await world.releaseWithHooks([call('PRODUCTION_TRAFFIC_SHIFT')])
    const green = (await world.newest()).targetServiceRevision?.arn ?? ''
    world.lambdaHooks.script(FUNCTION, ({ executionDetails }) => ({
      hookStatus: executionDetails.productionTrafficWeights[green] === 100 ? 'FAILED' : 'SUCCEEDED',
    }))
    await world.expectEnd(
      'ROLLBACK_SUCCESSFUL',
      `Service deployment rolled back because PRODUCTION_TRAFFIC_SHIFT lifecycle hook(s) failed. Lifecycle hook target ${FUNCTION} returned FAILED status.`,
    )
    expect(
      world.lambdaHooks.events.map(({ executionDetails }) => [
        executionDetails.targetServiceRevisionArn === green,
        executionDetails.productionTrafficWeights[green],
      ]),
    ).toEqual([
      [true, 100],
      [true, 0],
    ])
    expect(world.events()).toContainEqual(
      expect.stringMatching(
        /^\(deployment ecs-svc\/\*\) deployment failed: Service deployment rolled back because PRODUCTION_TRAFFIC_SHIFT lifecycle hook\(s\) failed\./,
      ),
    )
  })

  test('that fails in the rollback as well makes the rollback fail', async () => {
    world.lambdaHooks.script(FUNCTION, 'FAILED')
    await world.releaseWithHooks([call('PRODUCTION_TRAFFIC_SHIFT')])
    await world.watch(isOver)
    expect(await world.newest()).toMatchObject({ status: 'ROLLBACK_FAILED' })
    expect(world.weights()).toEqual({ 'arn:green': 100, 'arn:blue': 0 })
  })

  test('that is in progress is called again, after 30 seconds or when it says', async () => {
    const times: number[] = []
    world.lambdaHooks.script(FUNCTION, ({ hookDetails }) => {
      times.push(world.clock.now() / 1000)
      const { calls = 0 } = (hookDetails ?? {}) as { calls?: number }
      if (calls === 0) return { hookStatus: 'IN_PROGRESS', hookDetails: { calls: 1 } }
      if (calls === 1) {
        return { hookStatus: 'IN_PROGRESS', callBackDelay: 90, hookDetails: { calls: 2 } }
      }
      return { hookStatus: 'SUCCEEDED' }
    })
    await world.releaseWithHooks([call('POST_SCALE_UP')])
    await world.expectEnd('SUCCESSFUL')
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 30, 120])
  })

  test('that never ends times out', async () => {
    world.lambdaHooks.script(FUNCTION, 'IN_PROGRESS')
    await world.releaseWithHooks([
      call('POST_SCALE_UP', { timeoutConfiguration: { timeoutInMinutes: 5 } }),
    ])
    await world.expectEnd('ROLLBACK_SUCCESSFUL')
  })
})
