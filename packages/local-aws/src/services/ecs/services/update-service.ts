import type { UpdateServiceCommandInput } from '@aws-sdk/client-ecs'
import type { ServiceRecord, TaskDefinitionRecord } from '../model.ts'
import { requireActiveTaskDefinition } from '../resolve.ts'
import { checkController } from './controller-checks.ts'
import {
  checkDeploymentConfiguration,
  checkDesiredCount,
  checkLoadBalancers,
} from './service-checks.ts'
import type { ServiceDeps } from './service-handlers.ts'
import { revisionSettings, startsDeployment, updated } from './settings.ts'
import { checkStrategy } from './strategy-checks.ts'
import { checkVolumeConfigurations } from './volume-checks.ts'

/** Changes the service, with a new service deployment when one of the members that need it has changed. */
export function updateService(
  { state, scheduler, targetGroups, listenerRules }: ServiceDeps,
  service: ServiceRecord,
  input: UpdateServiceCommandInput,
): void {
  checkController(service.settings, input)
  const given =
    input.taskDefinition === undefined
      ? undefined
      : requireActiveTaskDefinition(state, input.taskDefinition)
  const settings = updated(service.settings, input)
  checkDesiredCount(input.desiredCount)
  checkDeploymentConfiguration(settings.deploymentConfiguration)
  checkStrategy(settings, listenerRules)
  const isNew = startsDeployment(service, given?.arn, input)
  const isDeployable = (settings.deploymentController?.type ?? 'ECS') === 'ECS'
  const target = isNew && isDeployable ? (given ?? current()) : undefined
  if (target) {
    checkLoadBalancers(settings.loadBalancers, target, targetGroups)
    checkVolumeConfigurations(revisionSettings(settings).volumeConfigurations, target)
  }

  service.settings = settings
  if (input.desiredCount !== undefined) service.desiredCount = input.desiredCount
  if (target) scheduler.begin(service, target)
  else scheduler.changed(service)

  function current(): TaskDefinitionRecord {
    return requireActiveTaskDefinition(state, service.settings.taskDefinition)
  }
}
