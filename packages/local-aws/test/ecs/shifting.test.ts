/** Deployments that shift traffic: what their stages are, and how long they take. */
import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  createShiftingWorld,
  isOver,
  LOAD_BALANCER,
  type Moment,
  type ShiftingWorld,
} from './shifting-world.ts'

let world: ShiftingWorld
beforeEach(() => {
  world = createShiftingWorld()
})

const BEFORE = ['PRE_SCALE_UP', 'SCALE_UP', 'POST_SCALE_UP', 'TEST_TRAFFIC_SHIFT']
const SHIFT = ['PRE_PRODUCTION_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT']
const AFTER = ['POST_PRODUCTION_TRAFFIC_SHIFT', 'BAKE_TIME', 'CLEAN_UP']
const stages = (moments: readonly Moment[]): string[] =>
  moments
    .map(({ stage }) => stage)
    .filter((stage, index, all) => stage !== '' && stage !== all[index - 1])

/** How many minutes the production traffic stayed at each percent, from the first shift to CLEAN_UP. */
function minutesAt(moments: readonly Moment[]): [number | undefined, number][] {
  const shifts = moments.filter(
    ({ production, stage }, index) =>
      stage === 'CLEAN_UP' || production !== moments[index - 1]?.production,
  )
  return shifts
    .slice(1, -1)
    .map(({ at, production }, index) => [
      production,
      Math.round(((shifts[index + 2]?.at ?? 0) - at) / 60),
    ])
}

describe('a good release goes through the stages', () => {
  test.each([
    {
      configuration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 } as const,
      shifts: 1,
      minutes: [[100, 5]],
    },
    {
      configuration: {
        strategy: 'CANARY',
        bakeTimeInMinutes: 3,
        canaryConfiguration: { canaryPercent: 12.5, canaryBakeTimeInMinutes: 7 },
      } as const,
      shifts: 2,
      minutes: [
        [12.5, 7],
        [100, 3],
      ],
    },
    {
      configuration: { strategy: 'CANARY' } as const,
      shifts: 2,
      minutes: [
        [5, 10],
        [100, 0],
      ],
    },
    {
      configuration: {
        strategy: 'LINEAR',
        bakeTimeInMinutes: 2,
        linearConfiguration: { stepPercent: 33, stepBakeTimeInMinutes: 4 },
      } as const,
      shifts: 4,
      minutes: [
        [33, 4],
        [66, 4],
        [99, 4],
        [100, 2],
      ],
    },
    {
      configuration: {
        strategy: 'LINEAR',
        linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: 0 },
      } as const,
      shifts: 4,
      minutes: [
        [25, 0],
        [50, 0],
        [75, 0],
        [100, 0],
      ],
    },
  ])('$configuration', async ({ configuration, shifts, minutes }) => {
    await world.settle(configuration)
    await world.release()
    const moments = await world.watch(isOver)
    expect(stages(moments)).toEqual([
      ...BEFORE,
      'POST_TEST_TRAFFIC_SHIFT',
      ...Array.from({ length: shifts }, () => SHIFT).flat(),
      ...AFTER,
    ])
    expect(minutesAt(moments)).toEqual(minutes)
    expect(await world.newest()).toMatchObject({
      status: 'SUCCESSFUL',
      targetServiceRevision: {
        runningTaskCount: 2,
        requestedProductionTrafficWeight: 100,
        requestedTestTrafficWeight: 100,
      },
      sourceServiceRevisions: [
        { runningTaskCount: 0, requestedProductionTrafficWeight: 0, requestedTestTrafficWeight: 0 },
      ],
    })
    expect(world.running()).toEqual(['better', 'better'])
    expect(world.weights()).toEqual({ 'arn:blue': 100, 'arn:green': 0 })
  })
})

test('weights are whole numbers: tenths of a percent are ten times as much', async () => {
  await world.settle({ strategy: 'CANARY', canaryConfiguration: { canaryPercent: 0.1 } })
  await world.release()
  await world.until('PRODUCTION_TRAFFIC_SHIFT', 0.1)
  expect(world.weights()).toEqual({ 'arn:blue': 1, 'arn:green': 999 })
  expect((await world.newest()).sourceServiceRevisions).toMatchObject([
    { requestedProductionTrafficWeight: 99.9 },
  ])
})

test('both revisions run, whole, until the bake is over', async () => {
  await world.settle({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 })
  await world.release()
  await world.until('SCALE_UP')
  expect(world.running()).toEqual(['good', 'good'])
  await world.until('BAKE_TIME')
  expect(world.running().toSorted()).toEqual(['better', 'better', 'good', 'good'])
  const { deployments } = await world.describe()
  expect(deployments).toMatchObject([
    { status: 'PRIMARY', desiredCount: 2, runningCount: 2, rolloutState: 'IN_PROGRESS' },
    { status: 'ACTIVE', desiredCount: 2, runningCount: 2, rolloutState: 'COMPLETED' },
  ])
})

test('the two target groups take turns, and the revisions tell which they are in', async () => {
  await world.settle({ strategy: 'BLUE_GREEN' })
  const groups: unknown[] = []
  const inUse: unknown[] = []
  for (let release = 0; release < 4; release++) {
    if (release > 0) {
      await world.release()
      await world.watch(isOver)
    }
    const { targetServiceRevision } = await world.newest()
    const { serviceRevisions } = (await world.send('DescribeServiceRevisions', {
      serviceRevisionArns: [targetServiceRevision?.arn],
    })) as { serviceRevisions: { resolvedConfiguration: { loadBalancers: unknown[] } }[] }
    groups.push(serviceRevisions[0]?.resolvedConfiguration.loadBalancers)
    inUse.push(Object.entries(world.weights()).find(([, weight]) => weight === 100)?.[0])
  }
  const names = ['arn:green', 'arn:blue', 'arn:green', 'arn:blue']
  expect(groups).toEqual(
    names.map((targetGroupArn) => [
      { targetGroupArn, productionListenerRule: expect.stringMatching(/production$/) },
    ]),
  )
  expect(inUse).toEqual(names)
})

test('the first deployment has nobody to share traffic with: all at once, and no bake', async () => {
  await world.create({
    deploymentConfiguration: { strategy: 'CANARY', bakeTimeInMinutes: 60 },
    loadBalancers: [LOAD_BALANCER],
  })
  const moments = await world.watch(isOver)
  expect(moments.at(-1)?.at).toBeLessThan(60)
  expect(await world.newest()).toMatchObject({ status: 'SUCCESSFUL', sourceServiceRevisions: [] })
})

test('a service without a load balancer goes through the same stages, without weights', async () => {
  await world.settle({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 }, { loadBalancers: [] })
  await world.release()
  const moments = await world.watch(isOver)
  expect(stages(moments)).toEqual([...BEFORE, 'POST_TEST_TRAFFIC_SHIFT', ...SHIFT, ...AFTER])
  expect(moments.every(({ production, test }) => production === undefined && !test)).toBe(true)
  expect(world.running()).toEqual(['better', 'better'])
})

test('a service can change its strategy with a release, and back', async () => {
  const ROLLING = { deploymentConfiguration: { strategy: 'ROLLING' } }
  await world.settle({ strategy: 'LINEAR' })
  await world.release('second', ROLLING)
  await world.watch(isOver)
  // It stays in the group that has the traffic.
  expect(world.weights()).toEqual({ 'arn:green': 100, 'arn:blue': 0 })
  expect((await world.newest()).lifecycleStage).toBeUndefined()
  expect((await world.newest()).targetServiceRevision).not.toHaveProperty(
    'requestedProductionTrafficWeight',
  )
  await world.release('third', { deploymentConfiguration: { strategy: 'BLUE_GREEN' } })
  await world.watch(isOver)
  expect(await world.newest()).toMatchObject({ status: 'SUCCESSFUL', lifecycleStage: 'CLEAN_UP' })
  expect(world.weights()).toEqual({ 'arn:blue': 100, 'arn:green': 0 })
  expect(world.running()).toEqual(['third', 'third'])
})
