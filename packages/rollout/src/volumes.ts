/**
 * Volumes that a task definition leaves to the service. ECS keeps those of a service until it is given others, and
 * refuses a task definition that has no such volume (terraform-provider-aws#49185 shows its words).
 */
import type { Ports, ServiceChange } from './ports.ts'
import type {
  ServiceView,
  TaskDefinitionArn,
  TaskDefinitionDocument,
  VolumeConfiguration,
} from './views.ts'

/** Those that the service has now. */
export const volumesOf = ({ deployments }: ServiceView): readonly VolumeConfiguration[] =>
  deployments.find((each) => each.status === 'PRIMARY')?.volumeConfigurations ?? []

interface Volume {
  readonly name?: string
  readonly configuredAtLaunch?: boolean
}

/** The names of those that the task definition leaves to the service. */
export const volumesAtLaunch = (document: TaskDefinitionDocument): readonly string[] =>
  ((document['volumes'] ?? []) as readonly Volume[]).flatMap(({ name, configuredAtLaunch }) =>
    configuredAtLaunch === true ? (name ?? []) : [],
  )

/** Takes them from a service that is to run a task definition without them. */
export function withoutLostVolumes(
  service: ServiceView,
  document: TaskDefinitionDocument,
): Pick<ServiceChange, 'volumeConfigurations'> {
  const names = volumesAtLaunch(document)
  const isLost = volumesOf(service).some(({ name }) => !names.includes(name))
  return isLost ? { volumeConfigurations: [] } : {}
}

/** The same for a task definition that is not read yet. Throws the port's error. */
export async function volumesLostWith(
  taskDefinition: TaskDefinitionArn,
  service: ServiceView,
  { taskDefinitions }: Ports,
): Promise<Pick<ServiceChange, 'volumeConfigurations'>> {
  if (volumesOf(service).length === 0) return {}
  const { document } = await taskDefinitions.describe(taskDefinition)
  return withoutLostVolumes(service, document)
}
