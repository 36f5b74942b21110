/** Makes the records of a deployment: the deployment itself, its service deployment and its service revision. */
import type {
  ServiceDeployment,
  ServiceDeploymentRollbackMonitorsStatus,
  ServiceRevision,
} from '@aws-sdk/client-ecs'
import { arn, decimalId, mixedId } from '../../../ids.ts'
import type { Clock, Place } from '../../../parts.ts'
import type { DeploymentRecord, ServiceRecord, TaskDefinitionRecord } from '../model.ts'
import { breakerThreshold } from './circuit-breaker.ts'
import { ROLLOUT } from './words.ts'

export interface RecordDeps {
  readonly clock: Clock
  readonly place: Place
}

/** A new revision of the service, as its settings are now. */
export function newRevision(
  service: ServiceRecord,
  taskDefinition: TaskDefinitionRecord,
  { clock, place }: RecordDeps,
): ServiceRevision {
  const { settings, cluster } = service
  const resource = `service-revision/${cluster.name}/${service.name}/${decimalId()}`
  const revision: ServiceRevision = {
    serviceRevisionArn: arn('ecs', place, resource),
    serviceArn: service.arn,
    clusterArn: cluster.arn,
    taskDefinition: taskDefinition.arn,
    launchType: settings.launchType,
    platformVersion: settings.platformVersion,
    platformFamily: settings.platformFamily,
    capacityProviderStrategy: settings.capacityProviderStrategy,
    loadBalancers: settings.loadBalancers,
    serviceRegistries: settings.serviceRegistries,
    networkConfiguration: settings.networkConfiguration,
    containerImages: (taskDefinition.shape.containerDefinitions ?? []).map(({ name, image }) => ({
      containerName: name,
      image,
    })),
    resolvedConfiguration: {
      loadBalancers: (settings.loadBalancers ?? []).map(({ targetGroupArn }) => ({
        targetGroupArn,
      })),
    },
    guardDutyEnabled: false,
    createdAt: new Date(clock.now()),
  }
  service.revisions.set(revision.serviceRevisionArn ?? '', revision)
  return revision
}

export function newServiceDeployment(
  service: ServiceRecord,
  target: ServiceRevision,
  sources: readonly ServiceRevision[],
  { clock, place }: RecordDeps,
): ServiceDeployment {
  const { settings, cluster } = service
  const now = new Date(clock.now())
  const breaker = settings.deploymentConfiguration?.deploymentCircuitBreaker
  const alarms = settings.deploymentConfiguration?.alarms
  const monitoring = (on: boolean | undefined): ServiceDeploymentRollbackMonitorsStatus =>
    on === true ? 'MONITORING' : 'DISABLED'
  const deployment: ServiceDeployment = {
    serviceDeploymentArn: arn(
      'ecs',
      place,
      `service-deployment/${cluster.name}/${service.name}/${mixedId()}`,
    ),
    serviceArn: service.arn,
    clusterArn: cluster.arn,
    createdAt: now,
    startedAt: now,
    updatedAt: now,
    status: 'IN_PROGRESS',
    sourceServiceRevisions: sources.map((each) => ({ arn: each.serviceRevisionArn })),
    targetServiceRevision: { arn: target.serviceRevisionArn },
    deploymentConfiguration: settings.deploymentConfiguration,
    deploymentCircuitBreaker: {
      status: monitoring(breaker?.enable),
      failureCount: 0,
      threshold: breaker ? breakerThreshold(breaker, service.desiredCount) : 0,
    },
    alarms: {
      status: monitoring(alarms?.enable),
      alarmNames: alarms?.alarmNames ?? [],
      triggeredAlarmNames: [],
    },
  }
  service.serviceDeployments.unshift(deployment)
  return deployment
}

export interface NewDeployment {
  readonly taskDefinition: TaskDefinitionRecord
  readonly revision: ServiceRevision
  readonly serviceDeployment: ServiceDeployment
  readonly isRollback: boolean
  readonly adopts: readonly string[]
}

/** Becomes the primary deployment; the one before stays as ACTIVE until its tasks are gone. */
export function newPrimary(
  service: ServiceRecord,
  made: NewDeployment,
  { clock }: RecordDeps,
): DeploymentRecord {
  const id = `ecs-svc/${decimalId()}`
  for (const other of service.deployments) other.status = 'ACTIVE'
  const record: DeploymentRecord = {
    ...made,
    id,
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: made.isRollback ? ROLLOUT.rollingBack(id) : ROLLOUT.inProgress(id),
    failedTasks: 0,
    createdAt: clock.now(),
    updatedAt: clock.now(),
  }
  service.deployments.unshift(record)
  return record
}
