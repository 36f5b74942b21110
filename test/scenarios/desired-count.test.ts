/** The desired count that a release brings: what goes back gives back the one before, and only that. */
import { ApplicationAutoScaling } from '@aws-sdk/client-application-auto-scaling'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { DeployInputs } from '../../actions/deploy/inputs.ts'
import { complete } from '../../actions/deploy/after.ts'
import { CLUSTER } from '../support/stack.ts'
import { killIn } from './support/kill.ts'
import { toolsFor } from './support/run-on-stage.ts'
import { Stage, type Behaviour } from './support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())
afterEach(() => stage.clear())

const ERRORS = '- {metric: HTTPCode_Target_5XX_Count, threshold: 10, duration: 60}'
const BREAKER = {
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
}

/** A release that wants one task where there were two. */
const release = async (behaviour: Behaviour): Promise<Partial<DeployInputs>> => ({
  ...(await stage.images(behaviour)),
  desiredCount: 1,
})

/** What UpdateService was told since the last run began, in order. */
const updates = (): readonly Readonly<Record<string, unknown>>[] =>
  stage.aws.calls
    .entries()
    .filter(({ operation }) => operation === 'UpdateService')
    .map(({ input }) => input as Record<string, unknown>)

const wants = async (service: string): Promise<number | undefined> =>
  (await stage.describe(service)).desiredCount

const alone = (service: string): object => ({ cluster: CLUSTER, service, desiredCount: 2 })

describe('a way back without UpdateService: one with the desired count and nothing else', () => {
  test('after StopServiceDeployment', async () => {
    await stage.service({ name: 'count-stop' })
    const { report } = await stage.deploy('count-stop', { inputs: await release('crash') })
    expect(report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'action' })
    expect(report.desiredCount).toEqual({ before: 2, set: 1 })
    expect(updates().slice(1)).toEqual([alone('count-stop')])
    expect(await wants('count-stop')).toBe(2)
    await stage.clock.advance(60_000)
    expect(await stage.running('count-stop')).toEqual(['count-stop:1', 'count-stop:1'])
  })

  test('after ECS itself', async () => {
    await stage.service({ name: 'count-ecs', settings: BREAKER })
    const { report } = await stage.deploy('count-ecs', {
      inputs: { ...(await release('crash')), maxFailedTasks: 100 },
    })
    expect(report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'ecs-circuit-breaker' })
    expect(updates().slice(1)).toEqual([alone('count-ecs')])
  })

  test('after a way back that was refused: the count at least', async () => {
    await stage.service({ name: 'count-refused' })
    const inputs = { ...(await release('errors')), triggers: ERRORS }
    const { report } = await stage.deploy('count-refused', {
      inputs,
      requestEvery: 2,
      onCheckpoint: ({ phase }) => {
        if (phase === 'rolling-back') {
          const error = { code: 'InvalidParameterException', message: 'Not now.' }
          stage.aws.faults.add({ operation: 'UpdateService', error, times: 1 })
        }
        return Promise.resolve()
      },
    })
    expect(report).toMatchObject({ outcome: 'rollback-failed' })
    expect(updates().at(-1)).toEqual(alone('count-refused'))
    expect(await wants('count-refused')).toBe(2)
  })
})

describe('a way back by UpdateService brings the count in the same call', () => {
  const isBack = (service: string): object => ({
    taskDefinition: expect.stringMatching(new RegExp(`/${service}:1$`)) as unknown,
    desiredCount: 2,
  })

  test('after a bake', async () => {
    await stage.service({ name: 'count-bake' })
    const inputs = { ...(await release('errors')), triggers: ERRORS }
    const { report } = await stage.deploy('count-bake', { inputs, requestEvery: 2 })
    expect(report).toMatchObject({ outcome: 'rolled-back', rolledBackBy: 'action' })
    expect(updates()).toHaveLength(2)
    expect(updates()[1]).toMatchObject(isBack('count-bake'))
    expect(await stage.running('count-bake')).toEqual(['count-bake:1', 'count-bake:1'])
  })

  test('when the run is cancelled in its bake, with on-cancel: rollback', async () => {
    await stage.service({ name: 'count-cancel' })
    const cancel = new AbortController()
    const { report } = await stage.deploy('count-cancel', {
      inputs: { ...(await release('good')), bakeMinutes: 10, onCancel: 'rollback' },
      signal: cancel.signal,
      onCheckpoint: ({ phase }) => {
        if (phase === 'baking') cancel.abort()
        return Promise.resolve()
      },
    })
    expect(report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'action' })
    expect(updates()).toHaveLength(2)
    expect(updates()[1]).toMatchObject(isBack('count-cancel'))
  })

  test('by the post part, when the run was killed in its bake', async () => {
    await stage.service({ name: 'count-killed' })
    const inputs = { ...(await release('good')), bakeMinutes: 10 }
    const left = await killIn(stage, 'baking', 'count-killed', { inputs })
    await stage.clock.advance(60_000)
    const report = await stage.clock.run((clock) =>
      complete(left, 'rollback', toolsFor('count-killed', {}, clock, [], [])),
    )
    expect(report).toMatchObject({ outcome: 'cancelled', rolledBackBy: 'action' })
    expect(updates()).toHaveLength(2)
    expect(updates()[1]).toMatchObject(isBack('count-killed'))
  })
})

describe('the count is left alone', () => {
  /** Lets it happen when the release has been condemned, and before the way back is over. */
  const inTheMeantime = async (
    service: string,
    act: () => Promise<unknown>,
  ): Promise<readonly string[]> => {
    const { report } = await stage.deploy(service, {
      inputs: await release('crash'),
      onCheckpoint: async ({ phase }) => {
        if (phase === 'rolling-back') await act()
      },
    })
    expect(report.outcome).toBe('rolled-back')
    return report.caveats
  }

  test('where somebody else has scaled the service since', async () => {
    await stage.service({ name: 'count-scaled' })
    const caveats = await inTheMeantime('count-scaled', () =>
      stage.clients.ecs.updateService({
        cluster: CLUSTER,
        service: 'count-scaled',
        desiredCount: 3,
      }),
    )
    expect(await wants('count-scaled')).toBe(3)
    expect(caveats.join()).toContain('Somebody else has changed it since')
  })

  test('where Application Auto Scaling sets it by now', async () => {
    await stage.service({ name: 'count-auto' })
    const caveats = await inTheMeantime('count-auto', () =>
      // The stage has put its address into the environment.
      new ApplicationAutoScaling({}).registerScalableTarget({
        ServiceNamespace: 'ecs',
        ResourceId: `service/${CLUSTER}/count-auto`,
        ScalableDimension: 'ecs:service:DesiredCount',
        MinCapacity: 1,
        MaxCapacity: 4,
      }),
    )
    expect(await wants('count-auto')).toBe(1)
    expect(caveats.join()).toContain('Application Auto Scaling sets it by now')
  })

  test('where the release stays, bad as it is', async () => {
    await stage.service({ name: 'count-leave' })
    const { report } = await stage.deploy('count-leave', {
      inputs: { ...(await release('crash')), onFailure: 'leave' },
    })
    expect(report.outcome).toBe('failed-no-rollback')
    expect(await wants('count-leave')).toBe(1)
  })

  test('where the release has not changed it', async () => {
    await stage.service({ name: 'count-same' })
    await stage.deployByHand('count-same', await stage.image('good'), 60_000)
    const { report } = await stage.deploy('count-same', {
      inputs: { ...(await release('crash')), desiredCount: 2 },
    })
    expect(report).toMatchObject({ outcome: 'rolled-back', desiredCount: undefined })
    expect(updates()).toHaveLength(1)
    expect(updates()[0]).not.toHaveProperty('desiredCount')
  })
})
