/** Tasks and target groups in memory, on a virtual clock. What a task does is in the name of its image. */
import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Clock } from '../../src/clock/clock.ts'
import { newTask, privateIps } from '../../src/services/ecs/lifecycle/new-task.ts'
import type { TaskLifecycle, TaskRecord, TaskStatus } from '../../src/services/ecs/model.ts'
import type { Target, TargetGroups } from '../../src/services/elbv2/part.ts'

/**
 * `crash` ends before RUNNING, `crash-later` 5 s after it, and of `flaky` every other task ends as `crash`; `missing`
 * cannot be pulled; `sick` fails the checks of the
 * target group, `unwell` its container check; `slow` passes after a minute. All others are fine.
 */
const imageOf = (task: TaskRecord): string => task.containers[0]?.image ?? ''

export const TASK_STARTS_IN = 10_000
const DRAINS_IN = 10_000

export function fakeLifecycle(clock: Clock): TaskLifecycle {
  const listeners: ((task: TaskRecord) => void)[] = []
  const nextIp = privateIps()
  const stops = new Map<TaskRecord, Promise<void>>()
  const enter = (task: TaskRecord, change: Partial<TaskRecord>): void => {
    Object.assign(task, change)
    for (const listener of listeners) listener(task)
  }
  const bringUp = async (task: TaskRecord): Promise<void> => {
    await clock.sleep(TASK_STARTS_IN)
    if (task.desiredStatus === 'STOPPED') return
    const image = imageOf(task)
    if (image === 'missing') {
      return lifecycle.stop(task, `CannotPullContainerError: ${image}`, 'TaskFailedToStart')
    }
    const crashes = (): Promise<void> =>
      lifecycle.stop(task, 'Essential container in task exited', 'EssentialContainerExited')
    const isUnlucky = image === 'flaky' && Number(task.privateIp.split('.')[3]) % 2 === 0
    if (image === 'crash' || isUnlucky) return crashes()
    for (const container of task.containers) container.imageDigest = `sha256:${image}`
    const healthStatus = image === 'unwell' ? 'UNHEALTHY' : 'UNKNOWN'
    enter(task, { lastStatus: 'RUNNING', startedAt: clock.now(), healthStatus })
    if (image !== 'crash-later') return
    await clock.sleep(5000)
    return crashes()
  }
  const bringDown = async (task: TaskRecord): Promise<void> => {
    enter(task, { lastStatus: 'DEACTIVATING' })
    await lifecycle.beforeStop(task)
    await clock.sleep(2000)
    enter(task, { lastStatus: 'STOPPED', stoppedAt: clock.now() })
  }
  const lifecycle: TaskLifecycle = {
    start(request) {
      const place = { account: '123456789012', region: 'us-east-1' }
      const task = newTask(request, place, nextIp(), clock.now())
      request.cluster.tasks.set(task.id, task)
      void bringUp(task)
      return task
    },
    stop(task, stoppedReason, stopCode) {
      const known = stops.get(task)
      if (known) return known
      enter(task, { desiredStatus: 'STOPPED', stoppedReason, stopCode })
      const stopped = bringDown(task)
      stops.set(task, stopped)
      return stopped
    },
    target: (task, _container, port) => ({
      id: task.privateIp,
      port,
      dial: { host: imageOf(task), port },
    }),
    onChange: (listener) => listeners.push(listener),
    beforeStop: () => Promise.resolve(),
  }
  return lifecycle
}

const CODES_503: TargetHealth = {
  State: 'unhealthy',
  Reason: 'Target.ResponseCodeMismatch',
  Description: 'Health checks failed with these codes: [503]',
}

export interface FakeTargetGroups extends TargetGroups {
  /** Makes what a target answers to its checks change, after the fact. */
  set(id: string, health: TargetHealth): void
  readonly healthyCount: () => number
}

/** One group for every ARN but `arn:none`; the one named `arn:unused` has no listener. */
export function fakeTargetGroups(clock: Clock): FakeTargetGroups {
  const states = new Map<string, { target: Target; health: TargetHealth }>()
  const listeners: Parameters<TargetGroups['onHealthCheck']>[0][] = []
  const keyOf = (group: string, { id, port }: Target): string => `${group} ${id}:${port}`
  const after = (ms: number, group: string, target: Target, health: TargetHealth): void => {
    clock.after(ms, () => {
      const record = states.get(keyOf(group, target))
      if (!record || record.health.State === 'draining') return
      record.health = health
      for (const listener of listeners) listener(group, target, health)
    })
  }
  return {
    find: (group) =>
      group === 'arn:none'
        ? undefined
        : { targetType: 'ip', hasLoadBalancer: group !== 'arn:unused' },
    register(group, target) {
      states.set(keyOf(group, target), { target, health: { State: 'initial' } })
      const { host } = target.dial
      if (host === 'sick' || host === 'slow') after(10_000, group, target, CODES_503)
      if (host !== 'sick')
        after(host === 'slow' ? 60_000 : 5000, group, target, { State: 'healthy' })
    },
    async deregister(group, target) {
      const record = states.get(keyOf(group, target))
      if (!record) return
      record.health = { State: 'draining' }
      await clock.sleep(DRAINS_IN)
      states.delete(keyOf(group, target))
    },
    health: (group, target) => states.get(keyOf(group, target))?.health,
    onHealthCheck: (listener) => listeners.push(listener),
    set(id, health) {
      for (const { target } of states.values()) {
        if (target.id === id) after(0, 'arn:group', target, health)
      }
    },
    healthyCount: () =>
      [...states.values()].filter(({ health }) => health.State === 'healthy').length,
  }
}

export const isMeantToRun = ({ desiredStatus }: TaskRecord): boolean => desiredStatus === 'RUNNING'
export const isIn =
  (...statuses: readonly TaskStatus[]) =>
  ({ lastStatus }: TaskRecord): boolean =>
    statuses.includes(lastStatus)
