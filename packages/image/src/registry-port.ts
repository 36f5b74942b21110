/** What is asked of ECR about repositories and images. Errors are the `PortError`s of the rollout package. */
import type { Scans } from './scan/scan-port.ts'

/** A repository as ECR describes it. */
export interface Repository {
  readonly name: string
  /** `123456789012.dkr.ecr.eu-west-1.amazonaws.com/app` */
  readonly uri: string
  /** The account. */
  readonly registryId: string
  /** Whether a tag may be given to another image. */
  readonly mutability: 'mutable' | 'immutable'
  /** Patterns of tags (`*` is any text) for which it is the other way round. */
  readonly exceptTags: readonly string[]
  /** Of the repository itself; a rule of the registry may scan it all the same. */
  readonly scansOnPush: boolean
}

export interface NewRepository {
  readonly name: string
  /** Patterns of the tags that may move. */
  readonly movingTags: readonly string[]
  readonly lifecyclePolicy: string
}

/** What the registry stores under a tag or a digest, as it came. */
export interface StoredImage {
  readonly digest: string
  readonly mediaType: string | undefined
  readonly manifest: string
}

export type ImageName = { readonly tag: string } | { readonly digest: string }

export interface ImageDetails {
  readonly tags: readonly string[]
  /** Compressed bytes, as ECR counts them. */
  readonly bytes: number | undefined
  /** Milliseconds since the epoch. */
  readonly pushedAt: number | undefined
}

/** What `docker login` needs. */
export interface RegistryLogin {
  /** `123456789012.dkr.ecr.eu-west-1.amazonaws.com`; of another address, with its port. */
  readonly host: string
  readonly user: string
  readonly password: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

export type Tagged =
  | { readonly kind: 'tagged' }
  /** The tag names this image already. */
  | { readonly kind: 'already' }
  /** The repository does not let the tag move. */
  | { readonly kind: 'taken' }

export interface Registry extends Scans {
  /** GetAuthorizationToken. */
  login(): Promise<RegistryLogin>
  /** DescribeRepositories; `undefined` when there is none of the name. */
  repository(): Promise<Repository | undefined>
  /** CreateRepository and PutLifecyclePolicy. One that somebody made in the meantime is fine. */
  create(wanted: NewRepository): Promise<void>
  /** BatchGetImage; `undefined` when there is none. */
  image(name: ImageName): Promise<StoredImage | undefined>
  /** DescribeImages; `undefined` when there is none. */
  details(digest: string): Promise<ImageDetails | undefined>
  /** PutImage under one more tag. */
  tag(image: StoredImage, tag: string): Promise<Tagged>
  /** A blob of JSON, such as an image's configuration, by GetDownloadUrlForLayer. */
  json(digest: string): Promise<unknown>
}
