import { describe, expect, test } from '@jest/globals'
import { deterministicReason, groupFailures, isFailure } from '../src/failures.ts'
import { makeTask } from './support/make.ts'

describe('which stopped tasks speak against a revision', () => {
  test.each([
    ['TaskFailedToStart', 'CannotPullContainerError: not found', true],
    ['EssentialContainerExited', 'Essential container in task exited', true],
    ['ServiceSchedulerInitiated', 'Task failed ELB health checks in (target-group arn)', true],
    ['ServiceSchedulerInitiated', 'Task failed container health checks', true],
    ['ServiceSchedulerInitiated', 'Scaling activity initiated by (deployment ecs-svc/1)', false],
    ['UserInitiated', 'Task stopped by user', false],
    ['SpotInterruption', 'Your Spot Task was interrupted.', false],
    ['TerminationNotice', 'ECS is performing maintenance', false],
    ['InfrastructureHealth', 'Host is unhealthy', false],
    ['SomethingNew', 'unknown', false],
  ])('%s, %s: %s', (stopCode, stoppedReason, expected) => {
    expect(isFailure(makeTask({ stopCode, stoppedReason }))).toBe(expected)
  })
})

describe('reasons that the next attempt will meet again', () => {
  test.each([
    ['CannotPullContainerError: not found', true],
    ['ResourceInitializationError: unable to pull secrets', true],
    ['CannotStartContainerError: exec format error', true],
    [
      'Fetching secret data from SSM Parameter Store in us-west-2: AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/execution/1 is not authorized to perform: ssm:GetParameters',
      true,
    ],
    [
      'Fetching secret data from SSM Parameter Store in us-west-2: RequestError: send request failed',
      false,
    ],
    ['Essential container in task exited', false],
  ])('%s: %s', (stoppedReason, expected) => {
    expect(deterministicReason(makeTask({ stoppedReason })) !== undefined).toBe(expected)
  })

  test('the same reason for two tasks is one reason, although each names its own id', () => {
    const reason = (id: string): string | undefined =>
      deterministicReason(
        makeTask({ stoppedReason: `ResourceInitializationError: request ${id} failed` }),
      )
    expect(reason('11111111-2222-3333-4444-555555555555')).toBe(
      reason('99999999-8888-7777-6666-555555555555'),
    )
  })
})

test('failed tasks are grouped by reason and exit code, the largest group first', () => {
  const exit = (exitCode: number): ReturnType<typeof makeTask> => {
    const task = makeTask()
    return { ...task, containers: task.containers.map((each) => ({ ...each, exitCode })) }
  }
  const groups = groupFailures([exit(1), exit(137), exit(137)])
  expect(groups.map(({ count, exitCode }) => [count, exitCode])).toEqual([
    [2, 137],
    [1, 1],
  ])
})

test('the container to blame is the one that failed, not the sidecar that was stopped with it', () => {
  const task = makeTask()
  const sidecar = { ...task.containers[0], container: 'sidecar', exitCode: 0 }
  const containers = [sidecar, ...task.containers] as typeof task.containers
  expect(groupFailures([{ ...task, containers }])[0]?.container).toBe('app')
})
