/** What is asked of ECR about repositories and images. Errors are the `PortError`s of the rollout package. */
import type { Scans } from './scan/scan-port.ts'

/** A repository as ECR describes it. */
export interface Repository {
  readonly name: string
  /** `123456789012.dkr.ecr.eu-west-1.amazonaws.com/app` */
  readonly uri: string
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

/** What `docker login` needs. */
export interface RegistryLogin {
  /** `123456789012.dkr.ecr.eu-west-1.amazonaws.com`; of another address, with its port. */
  readonly host: string
  readonly user: string
  readonly password: string
}

/** `already`: the tag names this image. `taken`: it names another one, and the repository does not let it move. */
export type Tagged = 'tagged' | 'already' | 'taken'

export interface Registry extends Scans {
  /** GetAuthorizationToken. */
  login(): Promise<RegistryLogin>
  /** DescribeRepositories; `undefined` when there is none of the name. */
  repository(): Promise<Repository | undefined>
  /** CreateRepository and PutLifecyclePolicy. One that somebody made in the meantime is fine. */
  create(wanted: NewRepository): Promise<void>
  /** BatchGetImage; `undefined` when there is none. */
  image(name: ImageName): Promise<StoredImage | undefined>
  /** The compressed bytes, as ECR counts them (DescribeImages); `undefined` when it does not say. */
  size(digest: string): Promise<number | undefined>
  /** PutImage under one more tag. */
  tag(image: StoredImage, tag: string): Promise<Tagged>
  /** A blob of JSON, such as an image's configuration, by GetDownloadUrlForLayer. */
  json(digest: string): Promise<unknown>
}
