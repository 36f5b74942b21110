/** Deployments that shift traffic and go back: traffic at once, then the new revision is taken away. */
import { beforeEach, describe, expect, test } from '@jest/globals'
import type { TaskRecord } from '../../src/services/ecs/model.ts'
import {
  createShiftingWorld,
  isOver,
  LOAD_BALANCER,
  TEST,
  type ShiftingWorld,
} from './shifting-world.ts'

let world: ShiftingWorld
beforeEach(() => {
  world = createShiftingWorld()
})

const LINEAR = {
  strategy: 'LINEAR',
  bakeTimeInMinutes: 5,
  linearConfiguration: { stepPercent: 40, stepBakeTimeInMinutes: 3 },
} as const
const BREAKER = { deploymentCircuitBreaker: { enable: true, rollback: true } }

/** All traffic and all tasks are as they were, and so tells the API. */
async function expectToBeBack(status = 'ROLLBACK_SUCCESSFUL'): Promise<void> {
  await world.watch(isOver)
  const newest = await world.newest()
  expect(newest).toMatchObject({
    status,
    targetServiceRevision: { requestedProductionTrafficWeight: 0, runningTaskCount: 0 },
    sourceServiceRevisions: [{ requestedProductionTrafficWeight: 100, runningTaskCount: 2 }],
    rollback: { serviceRevisionArn: newest.sourceServiceRevisions?.[0]?.arn },
  })
  expect(world.weights()).toEqual({ 'arn:green': 100, 'arn:blue': 0 })
  expect(world.running()).toEqual(['good', 'good'])
  expect((await world.describe()).deployments).toMatchObject([
    { status: 'PRIMARY', taskDefinition: expect.stringMatching(/app:1$/) },
  ])
}

describe('StopServiceDeployment', () => {
  test.each([
    ['PRE_SCALE_UP', undefined],
    ['SCALE_UP', undefined],
    ['POST_SCALE_UP', undefined],
    ['TEST_TRAFFIC_SHIFT', undefined],
    ['POST_TEST_TRAFFIC_SHIFT', undefined],
    ['PRE_PRODUCTION_TRAFFIC_SHIFT', 0],
    ['PRODUCTION_TRAFFIC_SHIFT', 40],
    ['PRODUCTION_TRAFFIC_SHIFT', 80],
    ['PRODUCTION_TRAFFIC_SHIFT', 100],
    ['POST_PRODUCTION_TRAFFIC_SHIFT', 100],
    ['BAKE_TIME', 100],
  ])('at %s with %s percent', async (stage, percent) => {
    await world.settle(LINEAR)
    await world.release()
    await world.until(stage, percent)
    await world.stop()
    expect((await world.newest()).status).toBe('ROLLBACK_REQUESTED')
    // Two looks: the rollback begins, and what was there gets all traffic.
    await world.clock.advance(2000)
    expect((await world.newest()).status).toBe('ROLLBACK_IN_PROGRESS')
    expect(world.weights()).toEqual({ 'arn:green': 100, 'arn:blue': 0 })
    expect(world.running().filter((image) => image === 'good')).toHaveLength(2)
    await expectToBeBack()
  })

  test('in CLEAN_UP the source comes back first, and gets traffic when it is whole', async () => {
    await world.settle(LINEAR)
    await world.release()
    await world.until('CLEAN_UP')
    await world.clock.advance(3000)
    expect(world.running()).toEqual(['better', 'better'])
    await world.stop()
    await world.until('SCALE_UP')
    await world.clock.advance(5000)
    expect(world.weights()).toEqual({ 'arn:green': 0, 'arn:blue': 100 })
    await expectToBeBack()
  })

  test('is a conflict for the first deployment, which has nothing to go back to', async () => {
    await world.create({ deploymentConfiguration: LINEAR, loadBalancers: [LOAD_BALANCER] })
    await expect(world.stop()).rejects.toMatchObject({ name: 'ConflictException' })
  })
})

describe('the circuit breaker', () => {
  test.each(['crash', 'sick', 'missing'])('takes a release that is %s back', async (image) => {
    await world.settle({ ...LINEAR, ...BREAKER })
    await world.release(image)
    await expectToBeBack()
    expect(await world.newest()).toMatchObject({
      statusReason:
        'Service deployment rolled back because the circuit breaker threshold was exceeded.',
      deploymentCircuitBreaker: { status: 'TRIGGERED' },
    })
  })

  test('without `rollback` it stops the deployment, and leaves everything as it is', async () => {
    const deploymentCircuitBreaker = { enable: true, rollback: false }
    await world.settle({ ...LINEAR, deploymentCircuitBreaker })
    await world.release('crash')
    await world.watch(isOver)
    expect(await world.newest()).toMatchObject({ status: 'STOPPED' })
    expect(world.running()).toEqual(['good', 'good'])
    expect(world.weights()).toEqual({ 'arn:blue': 0, 'arn:green': 100 })
  })

  test('finds no candidate in the first deployment', async () => {
    world.register('crash')
    await world.create({
      taskDefinition: 'app:2',
      deploymentConfiguration: { ...LINEAR, ...BREAKER },
      loadBalancers: [LOAD_BALANCER],
    })
    await world.watch(isOver)
    expect(await world.newest()).toMatchObject({
      status: 'ROLLBACK_FAILED',
      statusReason: 'No rollback candidate was found to run the rollback.',
    })
  })

  test('when it is off, a release that never stands ends after 24 hours', async () => {
    await world.settle(LINEAR)
    await world.release('missing')
    await world.clock.advance(86_400_000)
    expect(await world.newest()).toMatchObject({
      status: 'IN_PROGRESS',
      lifecycleStage: 'SCALE_UP',
    })
    await expectToBeBack()
    const { startedAt, finishedAt } = await world.newest()
    const hours = ((finishedAt?.getTime() ?? 0) - (startedAt?.getTime() ?? 0)) / 3_600_000
    expect(hours).toBeCloseTo(24, 1)
  })
})

describe('an alarm', () => {
  const alarms = { alarmNames: ['errors'], enable: true, rollback: true }

  test.each([
    ['SCALE_UP', undefined, true],
    ['PRODUCTION_TRAFFIC_SHIFT', 40, true],
    ['BAKE_TIME', 100, true],
    ['CLEAN_UP', 100, false],
  ])('at %s', async (stage, percent, isWatched) => {
    await world.settle({ ...LINEAR, alarms })
    await world.release()
    await world.until(stage, percent)
    world.alarms.set('errors', 'ALARM')
    if (!isWatched) {
      await world.watch(isOver)
      expect(await world.newest()).toMatchObject({ status: 'SUCCESSFUL' })
      return
    }
    await expectToBeBack()
    expect(await world.newest()).toMatchObject({
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] },
    })
  })

  test('adds no bake of its own to the one that is configured', async () => {
    await world.settle({ ...LINEAR, bakeTimeInMinutes: 1, alarms })
    await world.release()
    const moments = await world.watch(isOver)
    const [bake, cleanUp] = ['BAKE_TIME', 'CLEAN_UP'].map(
      (name) => moments.find(({ stage }) => stage === name)?.at ?? 0,
    )
    expect((cleanUp ?? 0) - (bake ?? 0)).toBeCloseTo(60, -1)
  })
})

describe('a newer release', () => {
  const isOfSecond = ({ containers }: TaskRecord): boolean => containers[0]?.image === 'second'

  test.each([
    ['SCALE_UP', undefined],
    ['PRODUCTION_TRAFFIC_SHIFT', 40],
    ['BAKE_TIME', 100],
  ])('takes the place of one at %s', async (stage, percent) => {
    await world.settle(LINEAR)
    await world.release('second')
    await world.until(stage, percent)
    await world.release('third')
    await world.until('RECONCILE_SERVICE')
    // All that was shifted goes back, and what was superseded is gone before anything new starts.
    expect(world.weights()).toEqual({ 'arn:green': 100, 'arn:blue': 0 })
    expect(world.rules.get(TEST)).toContainEqual({ arn: 'arn:green', weight: 100 })
    await world.until('SCALE_UP')
    expect(
      world
        .tasks()
        .filter(isOfSecond)
        .map(({ lastStatus }) => lastStatus),
    ).toEqual(['STOPPED', 'STOPPED'])
    await world.watch(isOver)
    const [newest, superseded] = await world.deployments()
    expect([newest?.status, superseded?.status]).toEqual(['SUCCESSFUL', 'STOPPED'])
    expect(world.running()).toEqual(['third', 'third'])
    expect(world.weights()).toEqual({ 'arn:blue': 100, 'arn:green': 0 })
  })

  test('of strategy ROLLING gives all traffic back to the source before it replaces it', async () => {
    await world.settle(LINEAR)
    await world.release('second')
    await world.until('PRODUCTION_TRAFFIC_SHIFT', 40)
    await world.release('third', { deploymentConfiguration: { strategy: 'ROLLING' } })
    expect(world.weights()).toEqual({ 'arn:green': 100, 'arn:blue': 0 })
    await world.watch(isOver)
    expect(world.running()).toEqual(['third', 'third'])
  })

  test('can come while the one before goes back', async () => {
    await world.settle(LINEAR)
    await world.release('second')
    await world.until('BAKE_TIME')
    await world.stop()
    await world.clock.advance(4000)
    await world.release('third')
    await world.watch(isOver)
    expect((await world.deployments()).map(({ status }) => status)).toEqual([
      'SUCCESSFUL',
      'STOPPED',
      'SUCCESSFUL',
    ])
    expect(world.running()).toEqual(['third', 'third'])
    expect(world.weights()).toEqual({ 'arn:blue': 100, 'arn:green': 0 })
  })

  test('can be replaced itself while what it was to replace still comes back', async () => {
    await world.settle(LINEAR)
    await world.release('second')
    await world.until('BAKE_TIME')
    await world.stop()
    await world.clock.advance(4000)
    await world.release('third')
    await world.until('SCALE_UP')
    await world.clock.advance(15_000)
    await world.release('fourth')
    await world.until('POST_SCALE_UP')
    expect(world.running().toSorted()).toEqual(['fourth', 'fourth', 'good', 'good'])
    await world.watch(isOver)
    expect(world.running()).toEqual(['fourth', 'fourth'])
  })
})

test('what never stood is not started again while it is replaced', async () => {
  world.register('crash')
  await world.create({
    taskDefinition: 'app:2',
    deploymentConfiguration: LINEAR,
    loadBalancers: [LOAD_BALANCER],
  })
  await world.clock.advance(60_000)
  world.register('better')
  await world.update({ taskDefinition: 'app:3' })
  const crashed = world.tasks().length
  await world.watch(isOver)
  expect(world.tasks()).toHaveLength(crashed + 2)
  expect(world.running()).toEqual(['better', 'better'])
})

test('a service that is scaled while both revisions run grows in both', async () => {
  await world.settle(LINEAR)
  await world.release()
  await world.until('PRODUCTION_TRAFFIC_SHIFT', 40)
  await world.update({ desiredCount: 3 })
  await world.clock.advance(60_000)
  expect(world.running().toSorted()).toEqual(['better', 'better', 'better', 'good', 'good', 'good'])
  await world.watch(isOver)
  expect(world.running()).toEqual(['better', 'better', 'better'])
})

test('a service that was rolled back can be released again', async () => {
  await world.settle(LINEAR)
  await world.release('second')
  await world.until('BAKE_TIME')
  await world.stop()
  await expectToBeBack()
  await world.release('third')
  await world.watch(isOver)
  expect(world.running()).toEqual(['third', 'third'])
  expect(world.weights()).toEqual({ 'arn:blue': 100, 'arn:green': 0 })
})
