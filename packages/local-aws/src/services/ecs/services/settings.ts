import { isDeepStrictEqual } from 'node:util'
import type {
  CreateServiceCommandInput,
  Service,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs'
import type { ServiceRecord } from '../model.ts'

/** What ECS fills in when CreateService leaves it out (API_CreateService). */
export function settingsFrom(input: CreateServiceCommandInput): Service {
  const controller = input.deploymentController ?? { type: 'ECS' as const }
  const {
    serviceName: _name,
    cluster: _cluster,
    clientToken: _token,
    desiredCount: _count,
    tags: _tags,
    role: _role,
    ...settings
  } = input
  return {
    ...settings,
    loadBalancers: input.loadBalancers ?? [],
    serviceRegistries: input.serviceRegistries ?? [],
    schedulingStrategy: input.schedulingStrategy ?? 'REPLICA',
    ...(input.capacityProviderStrategy ? {} : { launchType: input.launchType ?? 'EC2' }),
    ...(input.launchType === 'FARGATE'
      ? { platformVersion: input.platformVersion ?? 'LATEST', platformFamily: 'Linux' }
      : {}),
    deploymentController: controller,
    deploymentConfiguration: {
      strategy: 'ROLLING',
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      ...input.deploymentConfiguration,
    },
    placementConstraints: input.placementConstraints ?? [],
    placementStrategy: input.placementStrategy ?? [],
    enableECSManagedTags: input.enableECSManagedTags ?? false,
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    propagateTags: input.propagateTags ?? 'NONE',
    availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? 'DISABLED',
  }
}

/** The members of UpdateService that start a new service deployment when they change (its API documentation). */
const DEPLOYING = [
  'networkConfiguration',
  'loadBalancers',
  'platformVersion',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
] as const

export function startsDeployment(
  service: ServiceRecord,
  taskDefinition: string | undefined,
  input: UpdateServiceCommandInput,
): boolean {
  if (input.forceNewDeployment === true) return true
  if (taskDefinition !== undefined && taskDefinition !== service.settings.taskDefinition)
    return true
  const before = service.settings as Readonly<Record<string, unknown>>
  return DEPLOYING.some(
    (member) =>
      input[member] !== undefined && !isDeepStrictEqual(input[member], before[member] ?? []),
  )
}

/** The settings after UpdateService: what is given replaces what was there, an empty list included. */
export function updated(settings: Service, input: UpdateServiceCommandInput): Service {
  const {
    service: _service,
    cluster: _cluster,
    desiredCount: _count,
    taskDefinition: _taskDefinition,
    forceNewDeployment: _force,
    deploymentConfiguration,
    ...changes
  } = input
  const given = Object.fromEntries(
    Object.entries(changes).filter(([, value]) => value !== undefined),
  )
  return {
    ...settings,
    ...given,
    ...(deploymentConfiguration
      ? {
          deploymentConfiguration: {
            ...settings.deploymentConfiguration,
            ...deploymentConfiguration,
          },
        }
      : {}),
  }
}
