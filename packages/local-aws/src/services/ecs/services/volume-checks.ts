/** What CreateService and UpdateService refuse of `volumeConfigurations`. Words unproven unless said otherwise. */
import type {
  ServiceManagedEBSVolumeConfiguration,
  ServiceVolumeConfiguration,
} from '@aws-sdk/client-ecs'
import { invalidParameter } from '../api.ts'
import type { TaskDefinitionRecord } from '../model.ts'

const FILESYSTEMS = ['ext3', 'ext4', 'xfs', 'ntfs']
const VOLUME_TYPES = ['gp2', 'gp3', 'io1', 'io2', 'st1', 'sc1', 'standard']

/** GiB from and to, by volume type (API_ServiceManagedEBSVolumeConfiguration). */
const SIZES: Readonly<Record<string, readonly [number, number]>> = {
  gp2: [1, 16384],
  gp3: [1, 16384],
  io1: [4, 16384],
  io2: [4, 16384],
  st1: [125, 16384],
  sc1: [125, 16384],
  standard: [1, 1024],
}

/** `volumes`: those that the service would have; a volume that the new task definition lacks is in the way too. */
export function checkVolumeConfigurations(
  volumes: readonly ServiceVolumeConfiguration[] | undefined,
  taskDefinition: TaskDefinitionRecord | undefined,
): void {
  const [first, second] = volumes ?? []
  if (first === undefined) return
  // API_Volume: each revision can have one volume that is configured at launch.
  if (second) throw invalidParameter('Only one volume configuration can be provided.')
  checkManagedVolume(first)
  if (!taskDefinition) return
  const isLeftToUs = taskDefinition.shape.volumes?.some(
    ({ name, configuredAtLaunch }) => name === first.name && configuredAtLaunch === true,
  )
  if (isLeftToUs) return
  // Recorded: hashicorp/terraform-provider-aws#49185.
  throw invalidParameter(
    'Volume configuration provided but no matching configuredAtLaunch volume found in task definition.',
  )
}

function checkManagedVolume({ name = '', managedEBSVolume }: ServiceVolumeConfiguration): void {
  const refuse = (why: string): never => {
    // How such an answer begins is recorded: hashicorp/terraform-provider-aws#43502.
    throw invalidParameter(
      `ECS managed EBS volume configuration was invalid for volume '${name}'. ${why}`,
    )
  }
  if (!managedEBSVolume) return refuse('managedEBSVolume must be specified.')
  const why = problemOf(managedEBSVolume)
  if (why !== undefined) refuse(why)
}

function problemOf(volume: ServiceManagedEBSVolumeConfiguration): string | undefined {
  const { sizeInGiB, snapshotId, throughput, volumeType = 'gp3', iops, filesystemType } = volume
  if (sizeInGiB === undefined && snapshotId === undefined) {
    return 'Either sizeInGiB or snapshotId must be specified.'
  }
  if (!VOLUME_TYPES.includes(volumeType)) return `volumeType ${volumeType} is not supported.`
  if (filesystemType !== undefined && !FILESYSTEMS.includes(filesystemType)) {
    return `filesystemType ${filesystemType} is not supported.`
  }
  const [from, to] = SIZES[volumeType] ?? [1, 16384]
  if (sizeInGiB !== undefined && (sizeInGiB < from || sizeInGiB > to)) {
    return `sizeInGiB must be between ${from} and ${to} for ${volumeType}.`
  }
  if (throughput !== undefined && volumeType !== 'gp3') {
    return 'throughput is only supported for gp3.'
  }
  if (iops !== undefined && ['st1', 'sc1', 'standard'].includes(volumeType)) {
    return `iops is not supported for ${volumeType}.`
  }
  if (iops === undefined && ['io1', 'io2'].includes(volumeType)) {
    return `iops must be specified for ${volumeType}.`
  }
  return undefined
}
