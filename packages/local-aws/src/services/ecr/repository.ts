import type {
  EncryptionConfiguration,
  ImageTagMutability,
  ImageTagMutabilityExclusionFilter,
} from '@aws-sdk/client-ecr'
import type { Manifest } from './manifest.ts'

/** One manifest in a repository: an image, or an index of images. */
export interface ImageRecord {
  readonly digest: string
  /** The bytes as they were pushed; the digest is theirs. */
  readonly content: Uint8Array
  readonly manifest: Manifest
  readonly pushedAt: Date
  lastPulledAt: Date | undefined
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
  readonly scanOnPush: boolean
  tagRules: TagRules
  readonly resourceTags: Map<string, string>
  policy: string | undefined
  lifecyclePolicy: string | undefined
  /** By digest, in the order they were pushed. */
  readonly images: Map<string, ImageRecord>
  /** Tag → digest. */
  readonly tags: Map<string, string>
}

/** Whether a tag that exists may be moved to another image. */
export function mayMoveTag(rules: TagRules, tag: string): boolean {
  const excluded = rules.exclusions.some((each) => matches(each.filter ?? '', tag))
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

/** ECR's wildcard: `*` stands for any characters, everything else for itself. */
function matches(filter: string, tag: string): boolean {
  const literal = filter.split('*').map((part) => part.replace(/[.]/g, '\\.'))
  return new RegExp(`^${literal.join('.*')}$`).test(tag)
}

/** The tags of one image, in the order they were given. */
export const tagsOf = (repository: RepositoryRecord, digest: string): string[] =>
  [...repository.tags].filter(([, tagged]) => tagged === digest).map(([tag]) => tag)

/** Whether an index of the repository lists the image. */
export const isListed = (repository: RepositoryRecord, digest: string): boolean =>
  [...repository.images.values()].some((image) =>
    image.manifest.children.some((child) => child.digest === digest),
  )
