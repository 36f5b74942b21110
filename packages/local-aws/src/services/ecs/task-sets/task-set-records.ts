/** Makes and changes the records of task sets. */
import { arn, decimalId } from '../../../ids.ts'
import type { Clock, Place } from '../../../parts.ts'
import type {
  DeploymentRecord,
  ServiceRecord,
  TaskDefinitionRecord,
  TaskSetRecord,
  TaskSetSettings,
} from '../model.ts'

export interface NewTaskSet extends TaskSetSettings {
  readonly taskDefinition: TaskDefinitionRecord
  readonly externalId?: string | undefined
  /** "If an CodeDeploy deployment created the task set, the startedBy parameter is CODE_DEPLOY" (API_TaskSet). */
  readonly startedBy?: string | undefined
  /** Percent; 100 when not given. */
  readonly scale?: number | undefined
}

/** What a task set takes over from its service, where it is not told otherwise. */
export function settingsOfTaskSet({ settings }: ServiceRecord): TaskSetSettings {
  const {
    launchType,
    capacityProviderStrategy,
    platformVersion,
    platformFamily,
    networkConfiguration,
    loadBalancers,
    serviceRegistries,
  } = settings
  return {
    ...(launchType !== undefined && { launchType }),
    ...(capacityProviderStrategy && { capacityProviderStrategy }),
    platformVersion,
    platformFamily,
    networkConfiguration,
    loadBalancers: loadBalancers ?? [],
    serviceRegistries: serviceRegistries ?? [],
  }
}

/** A new task set, ACTIVE; its tasks start when the scheduler looks at the service. */
export function newTaskSet(
  service: ServiceRecord,
  request: NewTaskSet,
  { clock, place }: { readonly clock: Clock; readonly place: Place },
): TaskSetRecord {
  const { taskDefinition, externalId, startedBy, scale = 100, ...settings } = request
  const id = `ecs-svc/${decimalId()}`
  const now = clock.now()
  const set: TaskSetRecord = {
    id,
    arn: arn('ecs', place, `task-set/${service.cluster.name}/${service.name}/${id}`),
    externalId,
    startedBy,
    settings,
    deployment: carrier(id, service, taskDefinition, settings, now),
    status: 'ACTIVE',
    scale,
    stabilityStatus: 'STABILIZING',
    stabilityStatusAt: now,
    createdAt: now,
    updatedAt: now,
    tags: [],
  }
  service.taskSets.unshift(set)
  service.deployments.unshift(set.deployment)
  return set
}

/** The deployment that the tasks of a task set belong to: the scheduler knows tasks by their deployments only. */
function carrier(
  id: string,
  service: ServiceRecord,
  taskDefinition: TaskDefinitionRecord,
  settings: TaskSetSettings,
  now: number,
): DeploymentRecord {
  return {
    id,
    taskDefinition,
    revision: { ...settings, serviceArn: service.arn, taskDefinition: taskDefinition.arn },
    status: 'ACTIVE',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: '',
    failedTasks: 0,
    createdAt: now,
    updatedAt: now,
    serviceDeployment: {},
    isRollback: false,
    adopts: [],
  }
}

/**
 * The service shows the members of its primary task set as its own: users of Terraform have to ignore changes of
 * `task_definition` and `load_balancer` of such services.
 */
export function makePrimary(service: ServiceRecord, chosen: TaskSetRecord, now: number): void {
  for (const set of service.taskSets) {
    if (set === chosen || set.status === 'PRIMARY') {
      set.status = set === chosen ? 'PRIMARY' : 'ACTIVE'
      set.deployment.status = set.status
      set.updatedAt = now
    }
  }
  service.settings = {
    ...service.settings,
    ...chosen.settings,
    taskDefinition: chosen.deployment.taskDefinition.arn,
  }
}

/** Its tasks are stopped and its targets drained; then it is gone. A set that drains shows scale 0. */
export function drainTaskSet(set: TaskSetRecord, now: number): void {
  set.status = 'DRAINING'
  set.deployment.status = 'INACTIVE'
  set.scale = 0
  set.updatedAt = now
}
