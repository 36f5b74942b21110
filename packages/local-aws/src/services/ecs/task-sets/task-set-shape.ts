import type { TaskSet } from '@aws-sdk/client-ecs'
import { dateOf } from '../api.ts'
import type { ServiceRecord, TaskSetRecord } from '../model.ts'
import { tasksOf } from '../scheduler/deployments.ts'
import { countsOf } from '../services/task-counts.ts'

/** "Calculated by multiplying the service's desiredCount by the task set's scale percentage. The result is always rounded up." */
export const computedDesiredCount = (
  { desiredCount }: Pick<ServiceRecord, 'desiredCount'>,
  { scale }: Pick<TaskSetRecord, 'scale'>,
): number => Math.ceil((desiredCount * scale) / 100)

/** A task set as DescribeServices and DescribeTaskSets show it. */
export function taskSetShape(service: ServiceRecord, set: TaskSetRecord): TaskSet {
  const { running, pending } = countsOf(
    tasksOf(service).filter(({ startedBy }) => startedBy === set.id),
  )
  return {
    id: set.id,
    taskSetArn: set.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    ...(set.startedBy !== undefined && { startedBy: set.startedBy }),
    ...(set.externalId !== undefined && { externalId: set.externalId }),
    status: set.status,
    taskDefinition: set.deployment.taskDefinition.arn,
    computedDesiredCount: computedDesiredCount(service, set),
    pendingCount: pending,
    runningCount: running,
    createdAt: dateOf(set.createdAt),
    updatedAt: dateOf(set.updatedAt),
    ...set.settings,
    scale: { value: set.scale, unit: 'PERCENT' },
    stabilityStatus: set.stabilityStatus,
    stabilityStatusAt: dateOf(set.stabilityStatusAt),
    tags: set.tags,
  }
}
