import type { Deployment, Service } from '@aws-sdk/client-ecs'
import { dateOf } from '../api.ts'
import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../model.ts'
import { belongsTo, isOngoing } from '../scheduler/rollout.ts'

const PENDING = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING'])

/** A service as DescribeServices shows it. */
export function shapeOf(service: ServiceRecord, withTags = false): Service {
  const group = `service:${service.name}`
  const tasks = [...service.cluster.tasks.values()].filter((task) => task.group === group)
  const { running, pending } = countsOf(tasks)
  const current = service.serviceDeployments.find((each) => isOngoing(each.status))
  const { volumeConfigurations: _volumes, ...settings } = service.settings as Service & {
    volumeConfigurations?: unknown
  }
  return {
    ...settings,
    serviceName: service.name,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: running,
    pendingCount: pending,
    deployments: service.deployments.map((each) => deploymentShape(service, each, tasks)),
    events: service.events,
    createdAt: dateOf(service.createdAt),
    ...(current ? { currentServiceDeployment: current.serviceDeploymentArn } : {}),
    currentServiceRevisions: service.deployments.map((each) => ({
      arn: each.revision.serviceRevisionArn,
      requestedTaskCount: each.status === 'PRIMARY' ? service.desiredCount : 0,
      ...revisionCounts(tasks, each),
    })),
    ...(withTags ? { tags: service.tags } : {}),
  }
}

function deploymentShape(
  service: ServiceRecord,
  record: DeploymentRecord,
  tasks: readonly TaskRecord[],
): Deployment {
  const { running, pending } = countsOf(ofDeployment(service, tasks, record))
  return {
    id: record.id,
    status: record.status,
    taskDefinition: record.taskDefinition.arn,
    desiredCount: record.status === 'PRIMARY' ? service.desiredCount : 0,
    runningCount: running,
    pendingCount: pending,
    failedTasks: record.failedTasks,
    createdAt: dateOf(record.createdAt),
    updatedAt: dateOf(record.updatedAt),
    launchType: service.settings.launchType,
    platformVersion: service.settings.platformVersion,
    networkConfiguration: service.settings.networkConfiguration,
    rolloutState: record.rolloutState,
    rolloutStateReason: record.rolloutStateReason,
  }
}

/** The newest deployment that claims a task has it: a rollback takes tasks over from the one it goes back to. */
function ofDeployment(
  service: ServiceRecord,
  tasks: readonly TaskRecord[],
  record: DeploymentRecord,
): TaskRecord[] {
  return tasks.filter(
    (task) => service.deployments.find((each) => belongsTo(each, task)) === record,
  )
}

function countsOf(tasks: readonly TaskRecord[]): { running: number; pending: number } {
  return {
    running: tasks.filter((task) => task.lastStatus === 'RUNNING').length,
    pending: tasks.filter((task) => PENDING.has(task.lastStatus)).length,
  }
}

/** The counts that service deployments show of a revision. */
export function revisionCounts(
  tasks: readonly TaskRecord[],
  { taskDefinition }: Pick<DeploymentRecord, 'taskDefinition'>,
): { runningTaskCount: number; pendingTaskCount: number } {
  const own = tasks.filter((task) => task.taskDefinition === taskDefinition)
  const { running, pending } = countsOf(own)
  return { runningTaskCount: running, pendingTaskCount: pending }
}
