import { isDeepStrictEqual } from 'node:util'
import type { CreateServiceCommandInput } from '@aws-sdk/client-ecs'
import { arn } from '../../../ids.ts'
import { invalidParameter } from '../api.ts'
import type { ClusterRecord, ServiceRecord } from '../model.ts'
import { requireActiveTaskDefinition } from '../resolve.ts'
import { checkTags } from '../tags.ts'
import {
  checkDeploymentConfiguration,
  checkDesiredCount,
  checkLoadBalancers,
  checkNetwork,
  checkServiceName,
} from './service-checks.ts'
import { makePrimary, newTaskSet, settingsOfTaskSet } from '../task-sets/task-set-records.ts'
import type { ServiceDeps } from './service-handlers.ts'
import { settingsFrom } from './settings.ts'
import { checkStrategy } from './strategy-checks.ts'
import { checkVolumeConfigurations } from './volume-checks.ts'

/** `requests`: what made each service; the same request again gives the same service. */
export function createService(
  deps: ServiceDeps,
  requests: WeakMap<ServiceRecord, CreateServiceCommandInput>,
  cluster: ClusterRecord,
  input: CreateServiceCommandInput,
): ServiceRecord {
  const { state, clock, place, scheduler } = deps
  checkServiceName(input.serviceName)
  const name = input.serviceName ?? ''
  const known = cluster.services.get(name)
  if (known && known.status !== 'INACTIVE') return sameService(known, requests.get(known), input)

  const controller = input.deploymentController?.type ?? 'ECS'
  if (input.taskDefinition === undefined && controller !== 'EXTERNAL') {
    throw invalidParameter('TaskDefinition can not be blank.')
  }
  const taskDefinition =
    input.taskDefinition === undefined
      ? undefined
      : requireActiveTaskDefinition(state, input.taskDefinition)
  checkTags(input.tags ?? [])
  checkDesiredCount(input.desiredCount)
  checkDeploymentConfiguration(input.deploymentConfiguration)
  checkNetwork(taskDefinition, input.networkConfiguration)
  const settings = settingsFrom(input)
  checkStrategy(settings, deps.listenerRules)
  checkLoadBalancers(input.loadBalancers, taskDefinition, deps.targetGroups)
  checkVolumeConfigurations(input.volumeConfigurations, taskDefinition)
  const service: ServiceRecord = {
    name,
    arn: arn('ecs', place, `service/${cluster.name}/${name}`),
    cluster,
    settings: { ...settings, taskDefinition: taskDefinition?.arn },
    desiredCount: input.desiredCount ?? 0,
    status: 'ACTIVE',
    deployments: [],
    taskSets: [],
    serviceDeployments: [],
    revisions: new Map(),
    traffic: new Map(),
    events: [],
    createdAt: clock.now(),
    tags: input.tags ?? [],
  }
  cluster.services.set(name, service)
  requests.set(service, input)
  if (controller === 'ECS' && taskDefinition) scheduler.begin(service, taskDefinition)
  // A service of CodeDeploy begins with a task set that no deployment has made.
  if (controller === 'CODE_DEPLOY' && taskDefinition) {
    const set = newTaskSet(service, { ...settingsOfTaskSet(service), taskDefinition }, deps)
    makePrimary(service, set, clock.now())
    scheduler.changed(service)
  }
  return service
}

/** That the very same request is answered with the service, with or without a `clientToken`, is unproven. */
function sameService(
  known: ServiceRecord,
  request: CreateServiceCommandInput | undefined,
  input: CreateServiceCommandInput,
): ServiceRecord {
  if (known.status === 'DRAINING') {
    throw invalidParameter('Unable to Start a service that is still Draining.')
  }
  if (!isDeepStrictEqual(request, input)) {
    throw invalidParameter('Creation of service was not idempotent.')
  }
  return known
}
