import type { TaskLifecycle, TaskRecord } from '../model.ts'
import type { WallPatience } from './container-run.ts'
import type { Secrets } from './environment.ts'
import { newTask, privateIps } from './new-task.ts'
import { forgetStoppedTasks } from './stopped-tasks.ts'
import { TaskRun, type TaskRunDeps } from './task-run.ts'

const PATIENCE: WallPatience = { listening: 10_000, portless: 250, stopping: 2_000 }

export type LifecycleDeps = Omit<TaskRunDeps, 'secrets' | 'patience'> & {
  /** Without it no secret exists. */
  readonly secrets?: Secrets
  readonly patience?: Partial<WallPatience>
}

/** Runs tasks for real, through the states and with the words of ECS. `close` ends all of them at once. */
export function createLifecycle(deps: LifecycleDeps): TaskLifecycle & { close(): void } {
  const { clock, place } = deps
  const runs = new Map<TaskRecord, TaskRun>()
  const listeners: ((task: TaskRecord) => void)[] = []
  const nextPrivateIp = privateIps()
  const runDeps: TaskRunDeps = {
    ...deps,
    secrets: deps.secrets ?? (() => undefined),
    patience: { ...PATIENCE, ...deps.patience },
  }
  const events = {
    changed: (task: TaskRecord): void => {
      if (task.lastStatus === 'STOPPED') runs.delete(task)
      for (const listener of listeners) listener(task)
    },
    beforeStop: (task: TaskRecord): Promise<void> => lifecycle.beforeStop(task),
  }

  const lifecycle: TaskLifecycle & { close(): void } = {
    start(request) {
      forgetStoppedTasks(request.cluster, clock.now())
      const task = newTask(request, place, nextPrivateIp(), clock.now())
      request.cluster.tasks.set(task.id, task)
      runs.set(task, new TaskRun(task, runDeps, events))
      return task
    },
    stop: (task, reason, code) => runs.get(task)?.stop(reason, code) ?? Promise.resolve(),
    target(task, containerName, containerPort) {
      const container = task.containers.find(({ name }) => name === containerName)
      if (!container?.running) return undefined
      const dial = container.running.address(containerPort)
      return { id: task.privateIp, port: containerPort, dial }
    },
    onChange(listener) {
      listeners.push(listener)
    },
    beforeStop: () => Promise.resolve(),
    close() {
      listeners.length = 0
      for (const run of runs.values()) run.close()
      runs.clear()
    },
  }
  return lifecycle
}
