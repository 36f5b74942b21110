import { describe, expect, test } from '@jest/globals'
import { step } from '../../src/watch/step.ts'
import { INITIAL_WATCH_STATE, type WatchState } from '../../src/watch/state.ts'
import {
  makeDeployment,
  makeObservation,
  makeService,
  makeServiceDeployment,
  makeTask,
  OLD,
  OURS,
} from '../support/make.ts'
import { decide, SETTINGS } from '../support/watch.ts'

const someoneElse = makeDeployment({ id: 'ecs-svc/3', taskDefinition: OLD })
const completed = makeDeployment({ rolloutState: 'COMPLETED', runningCount: 2, pendingCount: 0 })
const breaker = { enable: true, rollback: true }

describe('each status of the service deployment', () => {
  test.each([
    ['PENDING', 'watch'],
    ['IN_PROGRESS', 'watch'],
    ['STOP_REQUESTED', 'watch'],
    ['STOPPED', 'watch'],
    ['ROLLBACK_REQUESTED', 'watch'],
    ['ROLLBACK_IN_PROGRESS', 'watch'],
    ['ROLLBACK_SUCCESSFUL', 'rolled-back'],
    // ECS found nothing to go back to, and ours is still in the first place.
    ['ROLLBACK_FAILED', 'failed'],
    ['SOMETHING_NEW', 'watch'],
  ])('%s means %s', (status, expected) => {
    expect(decide({ deployment: makeServiceDeployment({ status }) })).toBe(expected)
  })

  test('STOPPED twice, with ours still in the first place, is a failure', () => {
    const deployment = makeServiceDeployment({ status: 'STOPPED' })
    const [state] = step(INITIAL_WATCH_STATE, makeObservation({ deployment }), SETTINGS, 10_000)
    expect(decide({ deployment }, 20_000, state)).toBe('failed')
  })

  test('SUCCESSFUL with every task running is success', () => {
    const deployment = makeServiceDeployment({ status: 'SUCCESSFUL' })
    expect(decide({ deployment, service: makeService({ deployments: [completed] }) })).toBe(
      'succeeded',
    )
  })

  test('SUCCESSFUL below the desired count goes on: early success is not success', () => {
    const deployment = makeServiceDeployment({ status: 'SUCCESSFUL' })
    expect(decide({ deployment })).toBe('watch')
  })

  test('STOP_REQUESTED is waited for until the time limit, and then somebody has to act', () => {
    const deployment = makeServiceDeployment({ status: 'STOP_REQUESTED' })
    expect(decide({ deployment }, SETTINGS.deadline - 1)).toBe('watch')
    expect(decide({ deployment }, SETTINGS.deadline)).toBe('fail')
  })

  test.each(['SUCCESSFUL', 'STOP_REQUESTED', 'STOPPED'])(
    '%s with another primary and a newer deployment is superseded',
    (status) => {
      const deployment = makeServiceDeployment({ status })
      const service = makeService({ deployments: [someoneElse] })
      expect(decide({ deployment, service, newerDeployment: true })).toBe('superseded')
    },
  )

  test.each(['SUCCESSFUL', 'STOP_REQUESTED', 'STOPPED'])(
    '%s with another primary alone waits: the look at the service may be the older one',
    (status) => {
      const deployment = makeServiceDeployment({ status })
      const service = makeService({ deployments: [someoneElse] })
      expect(decide({ deployment, service })).toBe('watch')
      const waiting: WatchState = { phase: 'rolling', notPrimarySince: 10_000 }
      expect(decide({ deployment, service }, 70_000, waiting)).toBe('superseded')
    },
  )

  test('IN_PROGRESS with a newer deployment is superseded at once', () => {
    const service = makeService({ deployments: [someoneElse] })
    expect(decide({ service, newerDeployment: true })).toBe('superseded')
  })

  test('IN_PROGRESS with another primary and no newer deployment waits: it may be a rollback that begins', () => {
    const service = makeService({ deployments: [someoneElse] })
    const seen = makeObservation({ service })
    const [state, decision] = step(INITIAL_WATCH_STATE, seen, SETTINGS, 10_000)
    expect(decision.kind).toBe('watch')
    expect(step(state, seen, SETTINGS, 69_999)[1].kind).toBe('watch')
    expect(step(state, seen, SETTINGS, 70_000)[1]).toMatchObject({ end: { kind: 'superseded' } })
  })
})

describe('who rolled back', () => {
  test.each([
    [
      'a hook',
      { statusReason: 'rolled back because POST_SCALE_UP pause hook timed out.' },
      'ecs-hook',
      'timed out',
    ],
    ['the alarm', { alarms: { status: 'TRIGGERED', triggered: ['5xx'] } }, 'ecs-alarm', '5xx'],
    [
      'the circuit breaker',
      { circuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 } },
      'ecs-circuit-breaker',
      '3 failures, threshold 3',
    ],
    ['nobody of ECS', { statusReason: 'Stopped by a user.' }, 'manual', 'Stopped by a user.'],
  ])('%s', (_who, members, by, text) => {
    const deployment = makeServiceDeployment({ status: 'ROLLBACK_SUCCESSFUL', ...members })
    const [, decision] = step(INITIAL_WATCH_STATE, makeObservation({ deployment }), SETTINGS, 0)
    expect(decision).toMatchObject({ end: { kind: 'rolled-back', by } })
    expect(JSON.stringify(decision)).toContain(text)
  })

  test('a rollback that this run asked for stays its own, whatever ECS says of it', () => {
    const state: WatchState = {
      phase: 'rolling-back',
      by: 'action',
      cause: { code: 'failed-tasks', text: 'x' },
    }
    const deployment = makeServiceDeployment({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'user',
    })
    const [, decision] = step(state, makeObservation({ deployment }), SETTINGS, 0)
    expect(decision).toMatchObject({ end: { by: 'action', cause: { code: 'failed-tasks' } } })
  })
})

describe('failures while rolling', () => {
  const crash = (): ReturnType<typeof makeTask> => makeTask()
  const noImage = (): ReturnType<typeof makeTask> =>
    makeTask({
      stopCode: 'TaskFailedToStart',
      stoppedReason: `CannotPullContainerError: ref not found (task ${'a'.repeat(32)})`,
    })

  test.each([
    ['two crashes', [crash(), crash()], 'watch'],
    ['three crashes', [crash(), crash(), crash()], 'fail'],
    ['one image that is not there', [noImage()], 'watch'],
    ['the same image not there twice', [noImage(), noImage()], 'fail'],
    ['one crash and one missing image', [crash(), noImage()], 'watch'],
  ])('%s: %s', (_what, failedTasks, expected) => {
    expect(decide({ failedTasks })).toBe(expected)
  })

  test('a triggered circuit breaker is left to ECS', () => {
    const deployment = makeServiceDeployment({
      circuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
    })
    expect(decide({ deployment, failedTasks: [crash(), crash(), crash()] })).toBe('watch')
  })

  test('the time limit is exact', () => {
    expect(decide({}, SETTINGS.deadline - 1)).toBe('watch')
    expect(decide({}, SETTINGS.deadline)).toBe('fail')
  })

  test('failures after SUCCESSFUL below 100 % still count', () => {
    const deployment = makeServiceDeployment({ status: 'SUCCESSFUL' })
    expect(decide({ deployment, failedTasks: [crash(), crash(), crash()] })).toBe('fail')
  })
})

describe('rolloutState FAILED', () => {
  const failed = makeDeployment({ rolloutState: 'FAILED', rolloutStateReason: 'tasks failed' })

  test('without a configured rollback it is a failure at once', () => {
    expect(decide({ service: makeService({ deployments: [failed] }) })).toBe('failed')
  })

  test('with one, ECS gets a minute to begin', () => {
    const service = makeService({ deployments: [failed], circuitBreaker: breaker })
    const seen = makeObservation({ service })
    const [state, decision] = step(INITIAL_WATCH_STATE, seen, SETTINGS, 0)
    expect(decision.kind).toBe('watch')
    expect(step(state, seen, SETTINGS, 60_000)[1]).toMatchObject({ end: { kind: 'failed' } })
  })
})

describe('classic mode, without the service deployment APIs', () => {
  const classic = { deployment: undefined }
  const putBack = makeDeployment({
    id: 'ecs-svc/3',
    taskDefinition: OLD,
    rolloutState: 'COMPLETED',
  })
  const goingBack = '(service app) rolling back to deployment ecs-svc/3.'

  test('a rollback of an earlier deployment, shown by an older look, is not ours', () => {
    const events = [{ id: 'event', at: SETTINGS.createdAt - 1, message: goingBack }]
    const service = makeService({ deployments: [putBack], events })
    expect(decide({ ...classic, service })).toBe('watch')
  })

  test('a newer deployment that is rolled back has superseded ours all the same', () => {
    const events = [{ id: 'event', at: 5000, message: goingBack }]
    const service = makeService({ deployments: [putBack], events })
    expect(decide({ ...classic, service, newerDeployment: true })).toBe('superseded')
  })

  test('who has rolled back is told by the events when our deployment is not listed any more', () => {
    const why = `(service app) (deployment ${OURS}) deployment failed: alarm detected.`
    const events = [
      { id: 'back', at: 5000, message: goingBack },
      { id: 'why', at: 5000, message: why },
    ]
    const service = makeService({ deployments: [putBack], events })
    const seen = makeObservation({ ...classic, service })
    const [, decision] = step(INITIAL_WATCH_STATE, seen, SETTINGS, 10_000)
    expect(decision).toMatchObject({ end: { kind: 'rolled-back', by: 'ecs-alarm' } })
  })

  test('COMPLETED with every task running is success', () => {
    expect(decide({ ...classic, service: makeService({ deployments: [completed] }) })).toBe(
      'succeeded',
    )
  })

  test('FAILED with the old one primary again and COMPLETED is a rollback', () => {
    const deployments = [
      makeDeployment({ id: 'ecs-svc/1b', taskDefinition: OLD, rolloutState: 'COMPLETED' }),
      makeDeployment({
        status: 'ACTIVE',
        rolloutState: 'FAILED',
        rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
      }),
    ]
    const circuitBreaker = { enable: true, rollback: true }
    const seen = makeObservation({
      ...classic,
      service: makeService({ deployments, circuitBreaker }),
    })
    const [, decision] = step(INITIAL_WATCH_STATE, seen, SETTINGS, 0)
    expect(decision).toMatchObject({ end: { kind: 'rolled-back', by: 'ecs-circuit-breaker' } })
    // A breaker that only stops has put nothing back: it was somebody's deployment.
    const stops = { enable: true, rollback: false }
    const service = makeService({ deployments, circuitBreaker: stops })
    expect(decide({ ...classic, service })).toBe('watch')
  })

  test('another primary for a minute, and no word of a rollback, is superseded', () => {
    const seen = makeObservation({
      ...classic,
      service: makeService({ deployments: [someoneElse] }),
    })
    const [state, decision] = step(INITIAL_WATCH_STATE, seen, SETTINGS, 0)
    expect(decision.kind).toBe('watch')
    expect(step(state, seen, SETTINGS, 60_000)[1]).toMatchObject({ end: { kind: 'superseded' } })
  })
})

test.each([
  ['DRAINING', 'service-gone'],
  ['INACTIVE', 'service-gone'],
  ['SOMETHING_NEW', 'watch'],
])('a service that is %s: %s', (status, expected) => {
  expect(decide({ service: makeService({ status }) })).toBe(expected)
})

test('a rollback that ECS gives up is called so, whatever it was begun for', () => {
  const deployment = makeServiceDeployment({ status: 'ROLLBACK_FAILED', statusReason: 'Why.' })
  const service = makeService({ deployments: [makeDeployment({ id: 'ecs-svc/3' })] })
  const seen = makeObservation({ deployment, service })
  const [, decision] = step(INITIAL_WATCH_STATE, seen, SETTINGS, 0)
  expect(decision).toMatchObject({
    end: { cause: { text: expect.stringMatching(/Why\. ECS calls the rollback failed\.$/) } },
  })
})

test('three failed tasks of the revision gone back to end a rollback as failed', () => {
  const deployment = makeServiceDeployment({ status: 'ROLLBACK_IN_PROGRESS' })
  expect(decide({ deployment, rollbackFailures: [makeTask(), makeTask()] })).toBe('watch')
  expect(decide({ deployment, rollbackFailures: [makeTask(), makeTask(), makeTask()] })).toBe(
    'rollback-failed',
  )
})
