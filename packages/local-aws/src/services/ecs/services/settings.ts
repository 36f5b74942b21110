import { isDeepStrictEqual } from 'node:util'
import type {
  CreateServiceCommandInput,
  DeploymentConfiguration,
  Service,
  Tag,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs'
import type { DeploymentRecord, ServiceRecord } from '../model.ts'
import { newConfiguration, updatedConfiguration } from './deployment-configuration.ts'

/** What a service is configured with, and DescribeServices shows of its deployments only. */
type HiddenSettings = Pick<
  CreateServiceCommandInput,
  'serviceConnectConfiguration' | 'volumeConfigurations' | 'vpcLatticeConfigurations'
>
type Settings = Service & HiddenSettings

/**
 * The members that belong to a service revision: UpdateService starts a new service deployment when one of them
 * changes, and a rollback puts them back (API_UpdateService, "This parameter triggers a new service deployment").
 * `taskDefinition` does so too.
 */
const OF_A_REVISION = [
  'networkConfiguration',
  'loadBalancers',
  'platformVersion',
  'serviceRegistries',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
] as const

/** What ECS fills in when CreateService leaves it out (API_CreateService). */
export function settingsFrom(input: CreateServiceCommandInput): Service {
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
    deploymentController: input.deploymentController ?? { type: 'ECS' },
    deploymentConfiguration: withDefaults(newConfiguration(input.deploymentConfiguration)),
    placementConstraints: input.placementConstraints ?? [],
    placementStrategy: input.placementStrategy ?? [],
    enableECSManagedTags: input.enableECSManagedTags ?? false,
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    propagateTags: input.propagateTags ?? 'NONE',
    availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? 'DISABLED',
  }
}

/** Early success criteria that are off are shown with 100 and BLOCKING (kayac/ecspresso#1082). */
function withDefaults(configuration: DeploymentConfiguration): DeploymentConfiguration {
  const { earlySuccessCriteria: criteria } = configuration
  if (!criteria || criteria.enable === true) return configuration
  const { enable, healthyPercent = 100, sourceServiceRevisionCleanup = 'BLOCKING' } = criteria
  return {
    ...configuration,
    earlySuccessCriteria: { enable, healthyPercent, sourceServiceRevisionCleanup },
  }
}

/** Whether UpdateService starts a new service deployment: when it is told to, or when a revision would differ. */
export function startsDeployment(
  service: ServiceRecord,
  taskDefinition: string | undefined,
  input: UpdateServiceCommandInput,
): boolean {
  if (input.forceNewDeployment === true) return true
  if (taskDefinition !== undefined && taskDefinition !== service.settings.taskDefinition)
    return true
  const before = service.settings as Settings
  return OF_A_REVISION.some(
    (member) =>
      input[member] !== undefined && !isDeepStrictEqual(input[member], before[member] ?? []),
  )
}

/**
 * The settings after UpdateService: what is given replaces what was there, an empty list included. Early success
 * criteria that are left out stay as they are (kayac/ecspresso#1082).
 */
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
  const merged = updatedConfiguration(settings.deploymentConfiguration, deploymentConfiguration)
  return { ...settings, ...given, deploymentConfiguration: withDefaults(merged) }
}

/** The settings that a service revision keeps. */
export function revisionSettings(
  settings: Service,
): Pick<Settings, (typeof OF_A_REVISION)[number]> {
  const {
    networkConfiguration,
    loadBalancers,
    platformVersion,
    serviceRegistries,
    serviceConnectConfiguration,
    volumeConfigurations,
    vpcLatticeConfigurations,
  } = settings as Settings
  return {
    networkConfiguration,
    loadBalancers,
    platformVersion,
    serviceRegistries,
    serviceConnectConfiguration,
    volumeConfigurations,
    vpcLatticeConfigurations,
  }
}

/** The settings as DescribeServices shows them. */
export function shownSettings(settings: Service): Service {
  const {
    serviceConnectConfiguration: _connect,
    volumeConfigurations: _volumes,
    vpcLatticeConfigurations: _lattice,
    ...shown
  } = settings as Settings
  return shown
}

/** The tags of a service's new task: ECS's own, and those of what `propagateTags` names. */
export function tagsForTask(
  { settings, cluster, name, tags }: ServiceRecord,
  { taskDefinition }: Pick<DeploymentRecord, 'taskDefinition'>,
): Tag[] {
  const managed: Tag[] = [
    { key: 'aws:ecs:clusterName', value: cluster.name },
    { key: 'aws:ecs:serviceName', value: name },
  ]
  const propagated = { SERVICE: tags, TASK_DEFINITION: taskDefinition.tags, NONE: [] }
  return [
    ...(settings.enableECSManagedTags === true ? managed : []),
    ...propagated[settings.propagateTags ?? 'NONE'],
  ]
}
