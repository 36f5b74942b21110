import type {
  EncryptionConfiguration,
  ImageTagMutability,
  ImageTagMutabilityExclusionFilter,
  LifecyclePolicyPreviewResult,
} from '@aws-sdk/client-ecr'
import type { Manifest } from './manifest.ts'
import type { Scan } from './scanning/scan.ts'
import { matchesWildcard } from './wildcard.ts'

/** One manifest in a repository: an image, or an index of images. */
export interface ImageRecord {
  readonly digest: string
  /** The bytes as they were pushed; the digest is theirs. */
  readonly content: Uint8Array
  readonly manifest: Manifest
  readonly pushedAt: Date
  lastPulledAt: Date | undefined
  /** The last one, of the type that the registry is set to. */
  scan: Scan | undefined
}

/** What a lifecycle policy would do. */
export interface LifecyclePreview {
  readonly policyText: string
  /** When its results can be read, in milliseconds since the epoch. */
  readonly readyAt: number
  readonly results: readonly LifecyclePolicyPreviewResult[]
}

export interface TagRules {
  readonly mutability: ImageTagMutability
  /** Tags for which the opposite holds, in the modes `…_WITH_EXCLUSION`. */
  readonly exclusions: readonly ImageTagMutabilityExclusionFilter[]
}

export interface RepositoryRecord {
  readonly name: string
  readonly registryId: string
  readonly arn: string
  readonly createdAt: Date
  readonly encryption: EncryptionConfiguration
  scanOnPush: boolean
  tagRules: TagRules
  readonly resourceTags: Map<string, string>
  policy: string | undefined
  lifecyclePolicy: string | undefined
  /** The last one asked for. */
  lifecyclePreview: LifecyclePreview | undefined
  /** By digest, in the order they were pushed. */
  readonly images: Map<string, ImageRecord>
  /** Tag → digest. */
  readonly tags: Map<string, string>
}

/** Whether a tag that exists may be moved to another image. */
export function mayMoveTag(rules: TagRules, tag: string): boolean {
  const excluded = rules.exclusions.some((each) => matchesWildcard(each.filter ?? '', tag))
  switch (rules.mutability) {
    case 'IMMUTABLE':
      return false
    case 'IMMUTABLE_WITH_EXCLUSION':
      return excluded
    case 'MUTABLE_WITH_EXCLUSION':
      return !excluded
    default:
      return true
  }
}

/** The tags of one image, in the order they were given. */
export const tagsOf = (repository: RepositoryRecord, digest: string): string[] =>
  [...repository.tags].filter(([, tagged]) => tagged === digest).map(([tag]) => tag)

/** Whether an index of the repository lists the image. */
export const isListed = (repository: RepositoryRecord, digest: string): boolean =>
  [...repository.images.values()].some((image) =>
    image.manifest.children.some((child) => child.digest === digest),
  )
