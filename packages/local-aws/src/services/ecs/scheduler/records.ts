/** Makes the records of a deployment: the deployment itself, its service deployment and its service revision. */
import type {
  ServiceDeployment,
  ServiceDeploymentRollbackMonitorsStatus,
  ServiceRevision,
} from '@aws-sdk/client-ecs'
import { arn, decimalId, mixedId } from '../../../ids.ts'
import type { Clock, ListenerRules, Place } from '../../../parts.ts'
import type { DeploymentRecord, ServiceRecord, TaskDefinitionRecord } from '../model.ts'
import { revisionSettings } from '../services/settings.ts'
import { resolveLoadBalancers } from '../shifting/target-groups.ts'
import { breakerThreshold } from './circuit-breaker.ts'

export interface RecordDeps {
  readonly clock: Clock
  readonly place: Place
  readonly listenerRules: ListenerRules
}

/** A new revision of the service, as its settings are now. Digests are filled in when its first task has pulled. */
export function newRevision(
  service: ServiceRecord,
  taskDefinition: TaskDefinitionRecord,
  { clock, place, listenerRules }: RecordDeps,
): ServiceRevision {
  const { settings, cluster } = service
  const resource = `service-revision/${cluster.name}/${service.name}/${decimalId()}`
  const containers = taskDefinition.shape.containerDefinitions ?? []
  const revision: ServiceRevision = {
    serviceRevisionArn: arn('ecs', place, resource),
    serviceArn: service.arn,
    clusterArn: cluster.arn,
    taskDefinition: taskDefinition.arn,
    launchType: settings.launchType,
    platformFamily: settings.platformFamily,
    capacityProviderStrategy: settings.capacityProviderStrategy,
    ...revisionSettings(settings),
    containerImages: containers.map(({ name, image }) => ({ containerName: name, image })),
    resolvedConfiguration: { loadBalancers: resolveLoadBalancers(service, listenerRules) },
    guardDutyEnabled: false,
    createdAt: new Date(clock.now()),
  }
  service.revisions.set(revision.serviceRevisionArn ?? '', revision)
  return revision
}

/** PENDING. `canGoBack`: whether an earlier deployment has completed; alarms are not watched without one. */
export function newServiceDeployment(
  service: ServiceRecord,
  target: ServiceRevision,
  canGoBack: boolean,
  { clock, place }: RecordDeps,
): ServiceDeployment {
  const { settings, cluster } = service
  const now = new Date(clock.now())
  const { deploymentConfiguration } = settings
  const { deploymentCircuitBreaker: breaker, alarms } = deploymentConfiguration ?? {}
  const resource = `service-deployment/${cluster.name}/${service.name}/${mixedId()}`
  const sources = new Set(service.deployments.map(({ revision }) => revision.serviceRevisionArn))
  const deployment: ServiceDeployment = {
    serviceDeploymentArn: arn('ecs', place, resource),
    serviceArn: service.arn,
    clusterArn: cluster.arn,
    createdAt: now,
    updatedAt: now,
    status: 'PENDING',
    sourceServiceRevisions: [...sources].map((each) => ({ arn: each })),
    targetServiceRevision: { arn: target.serviceRevisionArn },
    deploymentConfiguration,
    deploymentCircuitBreaker: {
      status: monitoring(breaker?.enable === true),
      failureCount: 0,
      threshold: breaker ? breakerThreshold(breaker, service.desiredCount) : 0,
    },
    alarms: {
      status: monitoring(alarms?.enable === true && canGoBack),
      alarmNames: alarms?.alarmNames ?? [],
      triggeredAlarmNames: [],
    },
  }
  service.serviceDeployments.unshift(deployment)
  return deployment
}

const monitoring = (isOn: boolean): ServiceDeploymentRollbackMonitorsStatus =>
  isOn ? 'MONITORING' : 'DISABLED'

export type NewDeployment = Pick<
  DeploymentRecord,
  'taskDefinition' | 'revision' | 'serviceDeployment' | 'isRollback' | 'adopts'
>

/** Becomes the primary deployment; those before stay ACTIVE until their tasks are gone. */
export function newPrimary(
  service: ServiceRecord,
  made: NewDeployment,
  reason: (deployment: { readonly id: string }) => string,
  { clock }: RecordDeps,
): DeploymentRecord {
  const id = `ecs-svc/${decimalId()}`
  for (const other of service.deployments) other.status = 'ACTIVE'
  const record: DeploymentRecord = {
    ...made,
    id,
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: reason({ id }),
    failedTasks: 0,
    createdAt: clock.now(),
    updatedAt: clock.now(),
  }
  service.deployments.unshift(record)
  service.settings = { ...service.settings, taskDefinition: made.taskDefinition.arn }
  return record
}
