/** What RunTask refuses. Words from recorded errors unless marked unproven. */
import type {
  CapacityProviderStrategyItem,
  RunTaskRequest,
  TaskOverride,
  TaskVolumeConfiguration,
} from '@aws-sdk/client-ecs'
import { invalidParameter } from '../api.ts'
import type { ClusterRecord, TaskDefinitionRecord } from '../model.ts'

/** The JSON of all overrides may have so many characters (API_RunTask, `overrides`). */
const LONGEST_OVERRIDES = 8192
const LONGEST_STARTED_BY = 128

/**
 * The endpoint has Fargate and no container instances, so it refuses what would need one as ECS does. Gives the
 * capacity provider that the task gets, `undefined` for a launch type.
 */
export function placementOf(
  { launchType, capacityProviderStrategy, networkConfiguration }: RunTaskRequest,
  { shape }: TaskDefinitionRecord,
  cluster: ClusterRecord,
): string | undefined {
  const given = capacityProviderStrategy ?? []
  if (launchType !== undefined && given.length > 0) {
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    )
  }
  const known = cluster.shape.capacityProviders ?? []
  if (given.some(({ capacityProvider = '' }) => !known.includes(capacityProvider))) {
    throw invalidParameter(
      'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.',
    )
  }
  if (shape.networkMode === 'awsvpc' && !networkConfiguration?.awsvpcConfiguration) {
    throw invalidParameter(
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    )
  }
  // The words are unproven.
  if (networkConfiguration?.awsvpcConfiguration?.subnets?.length === 0) {
    throw invalidParameter('subnets can not be empty.')
  }
  const strategy = given.length > 0 ? given : (cluster.shape.defaultCapacityProviderStrategy ?? [])
  const provider = launchType === undefined ? chosenProvider(strategy) : undefined
  const onFargate = launchType === 'FARGATE' || provider?.startsWith('FARGATE') === true
  if (!onFargate) throw invalidParameter('No Container Instances were found in your cluster.')
  if (!shape.compatibilities?.includes('FARGATE')) {
    throw invalidParameter('Task definition does not support launch_type FARGATE.')
  }
  return provider
}

/** For a single task: whoever has a base, else the one with the most weight. */
const chosenProvider = (strategy: readonly CapacityProviderStrategyItem[]): string | undefined =>
  [...strategy].sort(
    (a, b) => (b.base ?? 0) - (a.base ?? 0) || (b.weight ?? 0) - (a.weight ?? 0),
  )[0]?.capacityProvider

export function checkOverrides(
  overrides: TaskOverride | undefined,
  { shape }: TaskDefinitionRecord,
): void {
  const names = shape.containerDefinitions?.map(({ name }) => name) ?? []
  const unknown = overrides?.containerOverrides?.find(({ name }) => !names.includes(name))
  if (unknown) {
    throw invalidParameter(
      `Override for container named ${unknown.name ?? ''} is not a container in the TaskDefinition.`,
    )
  }
  if (overrides && JSON.stringify(overrides).length > LONGEST_OVERRIDES) {
    throw invalidParameter(`Container Overrides length must be at most ${LONGEST_OVERRIDES}`)
  }
}

export function checkVolumes(
  given: readonly TaskVolumeConfiguration[],
  { shape }: TaskDefinitionRecord,
): void {
  const wanted = (shape.volumes ?? []).filter(({ configuredAtLaunch }) => configuredAtLaunch)
  if (given.some(({ name }) => wanted.every((each) => each.name !== name))) {
    throw invalidParameter(
      'Volume configuration provided but no matching configuredAtLaunch volume found in task definition',
    )
  }
  if (wanted.some(({ name }) => given.every((each) => each.name !== name))) {
    throw invalidParameter(
      'Task definition has configuredAtLaunch volume but no volume configuration provided at runtime',
    )
  }
}

/** API_RunTask: letters, numbers, hyphens, slashes and underscores. The words are unproven. */
export function checkStartedBy(startedBy: string | undefined): void {
  if (startedBy === undefined || /^[\w/-]*$/.test(startedBy)) {
    if ((startedBy?.length ?? 0) <= LONGEST_STARTED_BY) return
  }
  throw invalidParameter(
    `startedBy can have at most ${LONGEST_STARTED_BY} letters, numbers, hyphens, slashes and underscores.`,
  )
}
