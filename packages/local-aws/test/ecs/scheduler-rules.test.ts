import { describe, expect, test } from '@jest/globals'
import type { DeploymentCircuitBreaker, ThresholdType } from '@aws-sdk/client-ecs'
import type { TargetHealthStateEnum } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { TaskRecord } from '../../src/services/ecs/model.ts'
import { breakerThreshold, isTripped } from '../../src/services/ecs/scheduler/circuit-breaker.ts'
import {
  isCleanedUp,
  isHealthyEnough,
  isSteady,
} from '../../src/services/ecs/scheduler/completion.ts'
import { LaunchBackOff, pauseAfter } from '../../src/services/ecs/scheduler/launch-back-off.ts'
import {
  planNext,
  type Condition,
  type Present,
  type Situation,
} from '../../src/services/ecs/scheduler/reconcile.ts'
import { taskHealth } from '../../src/services/ecs/scheduler/task-health.ts'

const LETTERS: Record<string, Condition> = { s: 'starting', h: 'healthy', u: 'unhealthy' }

/** `hsu` is a healthy, a starting and an unhealthy task; the task's name is its owner and its place. */
const present = (letters: string, owner: string): Present<string>[] =>
  Array.from(letters, (letter, index) => ({
    task: `${owner}${index}`,
    condition: LETTERS[letter] ?? 'starting',
  }))

describe('what to start and stop next', () => {
  test.each([
    // A rolling deployment of two tasks, step by step.
    { own: '', source: 'hh', start: 2 },
    { own: 'ss', source: 'hh' },
    { own: 'hs', source: 'hh', stop: ['old0'] },
    { own: 'hh', source: 'hh', stop: ['old0', 'old1'] },
    { own: 'hh' },
    // Rounding: the least is rounded up, the most down.
    { desired: 3, minimum: 50, maximum: 150, own: '', source: 'hhh', start: 1, stop: ['old0'] },
    { desired: 3, minimum: 34, maximum: 100, own: '', source: 'hhh', stop: ['old0'] },
    { desired: 1, maximum: 199, own: '', source: 'h' },
    // Without room above, room is made below.
    { minimum: 50, maximum: 100, own: '', source: 'hh', stop: ['old0'] },
    { minimum: 0, maximum: 100, own: '', source: 'hh', stop: ['old0', 'old1'] },
    // What serves nobody goes at once, and first.
    { own: 'ss', source: 'uh', restart: 0, giveUp: ['old0'] },
    { own: 'ss', source: 'hh', abandoned: 's', stop: ['gone0'] },
    { own: 'hs', source: 'hh', abandoned: 'h', stop: ['gone0', 'old0'] },
    // Scaling in: first what is not up, then the newest, and no healthy one below the least.
    { desired: 1, own: 'hsh', stop: ['own1', 'own2'] },
    { desired: 2, own: 'hhss', stop: ['own3', 'own2'] },
    { desired: 0, own: 'hs', stop: ['own1', 'own0'] },
    // Old tasks that die come back as they were, within the room.
    { own: 's', source: 'h', start: 1, restart: 1 },
    { own: 'ss', source: 'h', restart: 1 },
    { own: 'ss', source: 'hs', abandoned: '' },
    { own: 'ss', source: 'hs', maximum: 150 },
    { desired: 4, own: 'ssss', source: 'hh', restart: 2 },
    // Unhealthy tasks: the replacement first, one by one where there is no room for it.
    { desired: 1, own: 'u', start: 1 },
    { desired: 1, own: 'us' },
    { desired: 1, own: 'uh', giveUp: ['own0'] },
    { desired: 1, own: 'uu', giveUp: ['own0'] },
    { own: 'uu', source: 'hh', giveUp: ['own0'] },
    // A failed deployment is stalled.
    { isStalled: true, own: '', source: 'hh' },
    { isStalled: true, own: 's', source: 'h' },
    { isStalled: true, own: 'hu', source: 'hh', giveUp: ['own1'] },
    { isStalled: true, desired: 1, own: 'hh', source: 'h', stop: ['own1'] },
  ])('%j', (each) => {
    const situation: Situation<string> = {
      desired: each.desired ?? 2,
      minimumHealthyPercent: each.minimum ?? 100,
      maximumPercent: each.maximum ?? 200,
      own: present(each.own, 'own'),
      source: present(each.source ?? '', 'old'),
      abandoned: present(each.abandoned ?? '', 'gone'),
      isStalled: each.isStalled ?? false,
    }
    expect(planNext(situation)).toEqual({
      start: each.start ?? 0,
      restart: each.restart ?? 0,
      stop: each.stop ?? [],
      giveUp: each.giveUp ?? [],
    })
  })
})

describe('the threshold of the circuit breaker', () => {
  const BOUNDED: DeploymentCircuitBreaker = { enable: true, rollback: true }
  const of = (type: ThresholdType, value: number): DeploymentCircuitBreaker => ({
    ...BOUNDED,
    thresholdConfiguration: { type, value },
  })

  test.each([
    { breaker: BOUNDED, desired: 0, threshold: 3 },
    { breaker: BOUNDED, desired: 1, threshold: 3 },
    { breaker: BOUNDED, desired: 6, threshold: 3 },
    { breaker: BOUNDED, desired: 25, threshold: 13 },
    { breaker: BOUNDED, desired: 400, threshold: 200 },
    { breaker: BOUNDED, desired: 1000, threshold: 200 },
    { breaker: of('BOUNDED_PERCENT', 10), desired: 100, threshold: 10 },
    { breaker: of('UNBOUNDED_PERCENT', 50), desired: 2, threshold: 1 },
    { breaker: of('UNBOUNDED_PERCENT', 50), desired: 800, threshold: 400 },
    { breaker: of('UNBOUNDED_PERCENT', 10), desired: 0, threshold: 1 },
    { breaker: of('COUNT', 5), desired: 800, threshold: 5 },
  ])('$breaker.thresholdConfiguration of $desired is $threshold', (each) => {
    expect(breakerThreshold(each.breaker, each.desired)).toBe(each.threshold)
    expect(isTripped(each.breaker, each.desired, each.threshold)).toBe(true)
    expect(isTripped(each.breaker, each.desired, each.threshold - 1)).toBe(false)
  })

  test('one that is absent or off never trips', () => {
    expect(isTripped(undefined, 1, 1000)).toBe(false)
    expect(isTripped({ enable: false, rollback: false }, 1, 1000)).toBe(false)
  })
})

describe('the pause between starts', () => {
  test.each([
    { failedTries: 0, seconds: 0 },
    { failedTries: 1, seconds: 30 },
    { failedTries: 2, seconds: 30 },
    { failedTries: 3, seconds: 300 },
    { failedTries: 4, seconds: 600 },
    { failedTries: 6, seconds: 27 * 60 },
    { failedTries: 100, seconds: 27 * 60 },
  ])('after $failedTries tries is $seconds s', ({ failedTries, seconds }) => {
    expect(pauseAfter(failedTries)).toBe(seconds * 1000)
  })

  test('the tasks of one try count once, and one that runs ends the pause', () => {
    const backOff = new LaunchBackOff()
    expect([backOff.failed(0), backOff.failed(0), backOff.failed(100)]).toEqual([
      false,
      false,
      false,
    ])
    expect(backOff.endOfPause(100)).toBe(30_000)
    expect(backOff.endOfPause(30_000)).toBeUndefined()
    expect([backOff.failed(40_000), backOff.failed(80_000)]).toEqual([false, true])
    backOff.succeeded()
    expect(backOff.endOfPause(80_000)).toBeUndefined()
    expect(backOff.failed(90_000)).toBe(false)
  })
})

test.each([
  { desired: 2, own: 'hh', leaving: 0, steady: true },
  { desired: 2, own: 'hs', leaving: 0, steady: false },
  { desired: 2, own: 'h', leaving: 0, steady: false },
  { desired: 2, own: 'hhh', leaving: 0, steady: false },
  { desired: 2, own: 'hh', leaving: 1, steady: false },
  { desired: 0, own: '', leaving: 0, steady: true },
  { desired: 0, own: '', leaving: 1, steady: false },
])('$own of $desired with $leaving leaving: steady is $steady', ({ steady, own, ...counts }) => {
  expect(isSteady({ ...counts, own: present(own, 'own') })).toBe(steady)
})

describe('with early success criteria', () => {
  const progress = (
    own: string,
    desired: number,
    replaced = 0,
  ): Parameters<typeof isCleanedUp>[0] => ({
    desired,
    own: present(own, 'own'),
    leaving: replaced,
    replaced,
  })

  test.each([
    // The examples of the developer guide.
    { desired: 2, healthyPercent: 50, needed: 1 },
    { desired: 3, healthyPercent: 50, needed: 2 },
    { desired: 10, healthyPercent: 80, needed: 8 },
    { desired: 100, healthyPercent: 90, needed: 90 },
    { desired: 10, healthyPercent: 100, needed: 10 },
    // "at least one task"
    { desired: 10, healthyPercent: 0, needed: 1 },
    { desired: 0, healthyPercent: 50, needed: 0 },
  ])('$healthyPercent % of $desired are $needed', ({ desired, healthyPercent, needed }) => {
    const criteria = { enable: true, healthyPercent }
    const own = (healthy: number): string => 'h'.repeat(healthy) + 's'.repeat(desired - healthy)
    expect(isHealthyEnough(progress(own(needed), desired), criteria)).toBe(true)
    if (needed === 0) return
    expect(isHealthyEnough(progress(own(needed - 1), desired), criteria)).toBe(false)
  })

  test.each([
    { sourceServiceRevisionCleanup: 'DEFERRED' as const, replaced: 1, done: true },
    { sourceServiceRevisionCleanup: 'BLOCKING' as const, replaced: 1, done: false },
    { sourceServiceRevisionCleanup: 'BLOCKING' as const, replaced: 0, done: true },
  ])('$sourceServiceRevisionCleanup with $replaced old tasks: $done', ({ replaced, ...each }) => {
    const criteria = { enable: true, ...each }
    expect(isCleanedUp(progress('hh', 2, replaced), criteria)).toBe(each.done)
  })

  test('without criteria everything has to be healthy and all others gone', () => {
    expect(isHealthyEnough(progress('hs', 2), undefined)).toBe(false)
    expect(isHealthyEnough(progress('hh', 2, 1), undefined)).toBe(false)
    expect(isHealthyEnough(progress('hh', 2), undefined)).toBe(true)
  })
})

describe('how a task is', () => {
  const target = (
    State: TargetHealthStateEnum,
  ): { group: string; port: number; health: { State: TargetHealthStateEnum } } => ({
    group: 'arn:group',
    port: 80,
    health: { State },
  })
  const GRACE = 60_000

  test.each([
    { name: 'not RUNNING', status: 'PENDING', targets: [], is: 'starting' },
    { name: 'not registered yet', targets: [undefined], is: 'starting' },
    { name: 'initial', targets: [target('initial')], is: 'starting' },
    { name: 'no listener any more', targets: [target('unused')], is: 'starting' },
    { name: 'healthy', targets: [target('healthy')], is: 'healthy' },
    { name: 'healthy in one of two', targets: [target('healthy'), undefined], is: 'starting' },
    { name: 'unhealthy', targets: [target('healthy'), target('unhealthy')], is: 'unhealthy' },
    { name: 'unhealthy in its grace', age: 59_999, targets: [target('unhealthy')], is: 'starting' },
    { name: 'after its grace', age: 60_000, targets: [target('unhealthy')], is: 'unhealthy' },
    { name: 'check UNKNOWN', check: 'UNKNOWN', targets: [target('healthy')], is: 'starting' },
    { name: 'check UNHEALTHY', check: 'UNHEALTHY', targets: [target('healthy')], is: 'unhealthy' },
    { name: 'check alone HEALTHY', age: 0, check: 'HEALTHY', targets: [], is: 'healthy' },
    { name: 'neither, just up', age: 39_999, targets: [], is: 'starting' },
    { name: 'neither, 40 s up', age: 40_000, targets: [], is: 'healthy' },
  ])('$name: $is', ({ status = 'RUNNING', age = 100_000, check, targets, is }) => {
    const task = {
      lastStatus: status,
      healthStatus: check ?? 'UNKNOWN',
      startedAt: 0,
      taskDefinition: { shape: { containerDefinitions: [check ? { healthCheck: {} } : {}] } },
    } as unknown as TaskRecord
    const health = taskHealth({ task, targets, gracePeriod: GRACE, now: age })
    expect(health.condition).toBe(is)
    expect(health.fault !== undefined).toBe(is === 'unhealthy')
  })
})
