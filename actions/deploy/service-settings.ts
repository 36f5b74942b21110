/** What UpdateService is told beside the task definition: tags of new tasks, and the volumes that ECS makes for them. */
import { choice, flag, text } from '@ecs-pipeline/action-kit'
import {
  volumesOf,
  withoutLostVolumes,
  type ServiceChange,
  type ServiceView,
  type TaskDefinitionDocument,
  type VolumeConfiguration,
} from '@ecs-pipeline/rollout'
import { isDeepStrictEqual } from 'node:util'
import { checkVolume, readVolume } from './ebs-volume.ts'
import type { Findings } from './findings.ts'

export const serviceSettingKinds = {
  'propagate-tags': choice(['SERVICE', 'TASK_DEFINITION', 'NONE']),
  'enable-ecs-managed-tags': flag(),
  'service-managed-ebs-volume-name': text(),
  'service-managed-ebs-volume': text(),
}

interface Given {
  readonly propagateTags: string | undefined
  readonly enableEcsManagedTags: boolean | undefined
  readonly serviceManagedEbsVolumeName: string | undefined
  readonly serviceManagedEbsVolume: string | undefined
}

/** Only what was asked for has a member; what nobody set is not sent. */
export type ServiceSettings = Pick<
  ServiceChange,
  'propagateTags' | 'enableEcsManagedTags' | 'volumeConfigurations'
>

export function readServiceSettings(given: Given, findings: Findings): ServiceSettings {
  const { propagateTags, enableEcsManagedTags } = given
  const volume = readVolume(
    'service-managed-ebs-volume',
    given.serviceManagedEbsVolumeName,
    given.serviceManagedEbsVolume,
    findings,
  )
  return {
    ...(propagateTags !== undefined && { propagateTags }),
    ...(enableEcsManagedTags !== undefined && { enableEcsManagedTags }),
    ...(volume && { volumeConfigurations: [volume] }),
  }
}

/** Whether the service is set so already. ECS fills in members of a volume that were not given. */
export function hasSettings(service: ServiceView, settings: ServiceSettings): boolean {
  const { propagateTags, enableEcsManagedTags, volumeConfigurations } = settings
  return (
    (propagateTags ?? service.propagateTags) === service.propagateTags &&
    (enableEcsManagedTags ?? service.enableEcsManagedTags) === service.enableEcsManagedTags &&
    (volumeConfigurations ?? []).every((wanted) =>
      volumesOf(service).some((present) => includes(present, wanted)),
    )
  )
}

const includes = (present: VolumeConfiguration, wanted: VolumeConfiguration): boolean =>
  present.name === wanted.name &&
  Object.entries(wanted.managedEBSVolume ?? {}).every(([member, value]) =>
    isDeepStrictEqual(value, present.managedEBSVolume?.[member]),
  )

/** What UpdateService is told: what was asked for, and what the task definition makes necessary. */
export const settingsToSend = (
  settings: ServiceSettings,
  service: ServiceView,
  document: TaskDefinitionDocument,
): ServiceSettings => ({ ...withoutLostVolumes(service, document), ...settings })

/** Volumes belong to a revision of the service: whoever goes back to an earlier one needs those that it had. */
export const undoSettings = (
  service: ServiceView,
  { volumeConfigurations }: ServiceSettings,
): ServiceChange | undefined => volumeConfigurations && { volumeConfigurations: volumesOf(service) }

/** Throws a Refusal when the task definition leaves no volume of that name to the service. */
export function checkVolumes(
  document: TaskDefinitionDocument,
  { volumeConfigurations = [] }: ServiceSettings,
): void {
  for (const volume of volumeConfigurations) {
    checkVolume('service-managed-ebs-volume', volume, document)
  }
}
