import type {
  Deployment,
  Service,
  ServiceDeployment,
  ServiceRevisionSummary,
} from '@aws-sdk/client-ecs'
import type { Place } from '../../../parts.ts'
import { dateOf } from '../api.ts'
import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../model.ts'
import { deploymentOf, tasksOf } from '../scheduler/deployments.ts'
import { isOngoing } from '../scheduler/service-deployment-states.ts'
import { taskSetShape } from '../task-sets/task-set-shape.ts'
import { shownSettings } from './settings.ts'
import { countsOf } from './task-counts.ts'

/** A service as DescribeServices shows it. */
export function shapeOf(service: ServiceRecord, place: Place, withTags = false): Service {
  const { running, pending } = countsOf(tasksOf(service))
  const current = service.serviceDeployments.find(isOngoing)
  const isDeployedByEcs = (service.settings.deploymentController?.type ?? 'ECS') === 'ECS'
  // "Used only when a service uses the ECS deployment controller type" (API_Deployment): others have task sets.
  const deployments = service.taskSets.length > 0 ? [] : service.deployments
  return {
    ...shownSettings(service.settings),
    serviceName: service.name,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    roleArn: `arn:aws:iam::${place.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: running,
    pendingCount: pending,
    ...(!isDeployedByEcs && {
      taskSets: service.taskSets.map((each) => taskSetShape(service, each)),
    }),
    deployments: deployments.map((each) => deploymentShape(service, each)),
    events: service.events,
    createdAt: dateOf(service.createdAt),
    ...(current && { currentServiceDeployment: current.serviceDeploymentArn }),
    currentServiceRevisions: deployments.map(({ revision }) =>
      revisionSummary(service, revision.serviceRevisionArn),
    ),
    ...(withTags && { tags: service.tags }),
  }
}

function deploymentShape(service: ServiceRecord, record: DeploymentRecord): Deployment {
  const tasks = tasksOf(service).filter((task) => deploymentOf(service, task) === record)
  const { running, pending } = countsOf(tasks)
  const { launchType, platformFamily } = service.settings
  const { networkConfiguration, platformVersion } = record.revision
  return {
    id: record.id,
    status: record.status,
    taskDefinition: record.taskDefinition.arn,
    desiredCount: record.status === 'PRIMARY' ? service.desiredCount : wanted(tasks),
    runningCount: running,
    pendingCount: pending,
    failedTasks: record.failedTasks,
    createdAt: dateOf(record.createdAt),
    updatedAt: dateOf(record.updatedAt),
    launchType,
    platformFamily,
    platformVersion,
    networkConfiguration,
    volumeConfigurations: record.revision.volumeConfigurations,
    serviceConnectConfiguration: record.revision.serviceConnectConfiguration,
    rolloutState: record.rolloutState,
    rolloutStateReason: record.rolloutStateReason,
  }
}

/** The counts of a revision now, as services and service deployments show them. */
function revisionSummary(
  service: ServiceRecord,
  revisionArn: string | undefined,
): ServiceRevisionSummary {
  const tasks = tasksOf(service).filter(
    (task) => deploymentOf(service, task)?.revision.serviceRevisionArn === revisionArn,
  )
  const primary = service.deployments.find(({ status }) => status === 'PRIMARY')
  const isPrimary = primary?.revision.serviceRevisionArn === revisionArn
  const { running, pending } = countsOf(tasks)
  return {
    arn: revisionArn,
    requestedTaskCount: isPrimary ? service.desiredCount : wanted(tasks),
    runningTaskCount: running,
    pendingTaskCount: pending,
    ...service.traffic.get(revisionArn ?? ''),
  }
}

/** The members of a service deployment that count tasks, with the counts of now. */
export function countsNow(
  service: ServiceRecord,
  { targetServiceRevision: target, sourceServiceRevisions: sources = [] }: ServiceDeployment,
): Pick<ServiceDeployment, 'targetServiceRevision' | 'sourceServiceRevisions'> {
  return {
    ...(target && { targetServiceRevision: revisionSummary(service, target.arn) }),
    sourceServiceRevisions: sources.map(({ arn }) => revisionSummary(service, arn)),
  }
}

/** How many tasks of a deployment that is being replaced have not been told to stop yet. */
const wanted = (tasks: readonly TaskRecord[]): number =>
  tasks.filter(({ desiredStatus }) => desiredStatus === 'RUNNING').length
