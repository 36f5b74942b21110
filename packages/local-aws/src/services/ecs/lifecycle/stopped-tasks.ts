import type { ClusterRecord } from '../model.ts'
import { STOPPED_TASK_KEPT_MS } from './phases.ts'

/** Drops the tasks that stopped more than an hour ago. Called where tasks are looked up, so that no timer is needed. */
export function forgetStoppedTasks(cluster: ClusterRecord, now: number): void {
  for (const [id, task] of cluster.tasks) {
    if (task.stoppedAt !== undefined && now - task.stoppedAt > STOPPED_TASK_KEPT_MS) {
      cluster.tasks.delete(id)
    }
  }
}
