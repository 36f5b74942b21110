import { expect, test } from '@jest/globals'
import { groupFailures, type TaskView } from '@ecs-pipeline/rollout'
import { withTargetReason } from '../src/failures.ts'

const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/ledger/1'
const OTHER = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/ledger-blue/2'
const TASK = '0123456789abcdef0123456789abcdef'

const failure = (stoppedReason: string): ReturnType<typeof groupFailures>[number] => {
  const task: TaskView = {
    arn: `arn:aws:ecs:us-east-1:123456789012:task/production/${TASK}`,
    id: TASK,
    startedBy: 'ecs-svc/2',
    taskDefinition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/ledger:2',
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    healthStatus: undefined,
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason,
    createdAt: 0,
    startedAt: 0,
    stoppedAt: 0,
    containers: [],
  }
  const [group] = groupFailures([task])
  if (!group) throw new Error('One task is one group.')
  return group
}

const FAILED = failure(`Task failed ELB health checks in (target-group ${GROUP})`)

const event = (reason: string, task = TASK, group = GROUP): { at: number; text: string } => ({
  at: 0,
  text: `(service ledger) ${task === '' ? '' : `(task ${task}) `}(port 3000) is unhealthy in (target-group ${group}) due to (reason ${reason}).`,
})

const target = (
  description: string | undefined,
  targetGroup = GROUP,
): Parameters<typeof withTargetReason>[2] & object => [
  {
    targetGroup,
    id: '10.0.0.1',
    port: 3000,
    state: 'unhealthy',
    reason: 'Target.Timeout',
    description,
  },
]

test.each([
  ['the event that names the task', [event('A', 'ffff'), event('B')], target('C'), 'B'],
  [
    'else an event of its target group',
    [event('A', ''), event('B', ''), event('D', '', OTHER)],
    target('C'),
    'B',
  ],
  ['never the event of another task', [event('A', 'ffff')], [], undefined],
  [
    'else what a target of the group was seen with',
    [],
    [...target('A'), ...target('B'), ...target('D', OTHER)],
    'B',
  ],
  ['a target that says only its code', [], target(undefined), 'Target.Timeout'],
  ['nothing known', [event('A', '', OTHER)], target('A', OTHER), undefined],
])('why the load balancer gave a task up: %s', (_, events, seen, reason) => {
  expect(withTargetReason(FAILED, events, seen).containerReason).toBe(reason)
})

test('a task that stopped for another reason has none of a target', () => {
  const group = failure('Task failed container health checks')
  expect(withTargetReason(group, [event('A')], target('B'))).toBe(group)
})
