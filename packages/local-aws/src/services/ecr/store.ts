import { sha256 } from '../../oci/digest.ts'
import { arn } from '../../ids.ts'
import type { Clock, Place } from '../../parts.ts'
import { Blobs } from './blobs.ts'
import {
  digestDoesNotMatch,
  layersNotFound,
  referencedImagesNotFound,
  repositoryAlreadyExists,
  repositoryNotEmpty,
  repositoryNotFound,
  tagIsImmutable,
  tooManyImageTags,
  tooManyReferrers,
} from './errors.ts'
import { blobsOf, parseManifest, type Manifest } from './manifest.ts'
import { isListed, mayMoveTag, tagsOf } from './repository.ts'
import type { ImageRecord, RepositoryRecord } from './repository.ts'
import { Scanner } from './scanning/scanner.ts'
import { Uploads } from './uploads.ts'

type Chosen = 'name' | 'encryption' | 'scanOnPush' | 'tagRules' | 'resourceTags'

/** Most tags of one image, and most manifests that name one as their subject (service quotas). */
const MOST_TAGS = 1000
const MOST_REFERRERS = 100

/** An image to store. */
export interface Pushed {
  readonly content: Uint8Array
  /** As sent with the manifest. */
  readonly mediaType?: string | undefined
  readonly tag?: string | undefined
  /** What the sender takes its digest to be. */
  readonly digest?: string | undefined
}

/** Which image: both when both are given. */
export interface ImageId {
  readonly imageDigest?: string | undefined
  readonly imageTag?: string | undefined
}

/** Everything the registry has, in memory; the API and the registry are two faces of it. */
export class EcrStore {
  readonly blobs = new Blobs()
  readonly uploads = new Uploads()
  readonly repositories = new Map<string, RepositoryRecord>()
  readonly scanner: Scanner
  /** Only those that were put. */
  readonly accountSettings = new Map<string, string>()
  private readonly clock: Clock
  private readonly place: Place

  constructor(clock: Clock, place: Place) {
    this.clock = clock
    this.place = place
    this.scanner = new Scanner(clock, this.blobs)
  }

  /** Throws RepositoryAlreadyExistsException. */
  createRepository(chosen: Pick<RepositoryRecord, Chosen>): RepositoryRecord {
    const registryId = this.place.account
    if (this.repositories.has(chosen.name)) {
      throw repositoryAlreadyExists({ name: chosen.name, registryId })
    }
    const repository: RepositoryRecord = {
      ...chosen,
      registryId,
      arn: arn('ecr', this.place, `repository/${chosen.name}`),
      createdAt: new Date(this.clock.now()),
      policy: undefined,
      lifecyclePolicy: undefined,
      lifecyclePreview: undefined,
      images: new Map(),
      tags: new Map(),
    }
    this.repositories.set(repository.name, repository)
    return repository
  }

  /** Throws RepositoryNotFoundException, also for every other registry than this account's. */
  repository(name: string, registryId = this.place.account): RepositoryRecord {
    const found = registryId === this.place.account ? this.repositories.get(name) : undefined
    if (!found) throw repositoryNotFound({ name, registryId })
    return found
  }

  /** Throws RepositoryNotEmptyException unless `force`. */
  deleteRepository(repository: RepositoryRecord, force: boolean): void {
    if (repository.images.size > 0 && !force) throw repositoryNotEmpty(repository)
    this.repositories.delete(repository.name)
    this.uploads.removeAll(repository.name)
    this.blobs.removeAll(repository.name)
  }

  /**
   * Stores a manifest and tags it; what is there already stays as it is. Throws InvalidParameterException,
   * ImageDigestDoesNotMatchException, ImageTagAlreadyExistsException (immutable), LayersNotFoundException,
   * ReferencedImagesNotFoundException, LimitExceededException.
   */
  putImage(repository: RepositoryRecord, pushed: Pushed): ImageRecord {
    const manifest = parseManifest(pushed.content, pushed.mediaType)
    const digest = sha256(pushed.content)
    if (pushed.digest !== undefined && pushed.digest !== digest) {
      throw digestDoesNotMatch(pushed.digest, digest)
    }
    const { tag } = pushed
    const tagged = tag === undefined ? undefined : repository.tags.get(tag)
    if (tag !== undefined && tagged !== undefined && tagged !== digest) {
      if (!mayMoveTag(repository.tagRules, tag)) throw tagIsImmutable(repository, tag)
    }
    this.requireParts(repository, manifest)
    if (tag !== undefined && tagged !== digest) checkTags(repository, digest, tag)
    if (!repository.images.has(digest)) checkReferrers(repository, manifest)

    const image = repository.images.get(digest) ?? {
      digest,
      content: pushed.content,
      manifest,
      pushedAt: new Date(this.clock.now()),
      lastPulledAt: undefined,
      scan: this.scanner.onPush(repository, manifest),
    }
    repository.images.set(digest, image)
    if (tag !== undefined) repository.tags.set(tag, digest)
    return image
  }

  findImage(repository: RepositoryRecord, id: ImageId): ImageRecord | undefined {
    const tagged = id.imageTag === undefined ? undefined : repository.tags.get(id.imageTag)
    if (id.imageDigest === undefined) return repository.images.get(tagged ?? '')
    if (id.imageTag !== undefined && tagged !== id.imageDigest) return undefined
    return repository.images.get(id.imageDigest)
  }

  /** As {@link findImage}, and notes that the image was pulled. */
  pullImage(repository: RepositoryRecord, id: ImageId): ImageRecord | undefined {
    const image = this.findImage(repository, id)
    if (image) image.lastPulledAt = new Date(this.clock.now())
    return image
  }

  /** Takes the tag away; an image that loses its last tag goes with it, unless an index lists it. */
  removeTag(repository: RepositoryRecord, tag: string): void {
    const digest = repository.tags.get(tag)
    repository.tags.delete(tag)
    if (digest === undefined || tagsOf(repository, digest).length > 0) return
    if (!isListed(repository, digest)) this.removeImage(repository, digest)
  }

  /** Takes the image, its tags, and the blobs that no other image of the repository needs. */
  removeImage(repository: RepositoryRecord, digest: string): void {
    const image = repository.images.get(digest)
    if (!image) return
    for (const tag of tagsOf(repository, digest)) repository.tags.delete(tag)
    repository.images.delete(digest)
    const needed = new Set(
      [...repository.images.values()].flatMap((each) =>
        blobsOf(each.manifest).map((blob) => blob.digest),
      ),
    )
    for (const blob of blobsOf(image.manifest)) {
      if (!needed.has(blob.digest)) this.blobs.remove(repository.name, blob.digest)
    }
  }

  /**
   * Gives `repository` a blob of another one, without moving bytes, and says whether it now has it. ECR does so only
   * when the account's setting BLOB_MOUNTING is ENABLED, where both are encrypted by the same key (user guide, 'Blob
   * mounting'), and when an image of the other one has the blob (aws/containers-roadmap#2860).
   */
  mountBlob(repository: RepositoryRecord, digest: string, from: string): boolean {
    if (this.blobs.has(repository.name, digest)) return true
    const source = this.repositories.get(from)
    if (!source || this.accountSettings.get('BLOB_MOUNTING') !== 'ENABLED') return false
    const { encryptionType, kmsKey } = repository.encryption
    const isSameKey =
      source.encryption.encryptionType === encryptionType && source.encryption.kmsKey === kmsKey
    const isReferenced = [...source.images.values()].some((image) =>
      blobsOf(image.manifest).some((blob) => blob.digest === digest),
    )
    return isSameKey && isReferenced && this.blobs.mount(repository.name, digest, from)
  }

  /** Lets go of everything. */
  clear(): void {
    for (const repository of [...this.repositories.values()]) {
      this.deleteRepository(repository, true)
    }
  }

  private requireParts(repository: RepositoryRecord, manifest: Manifest): void {
    const digests = (missing: readonly { readonly digest: string }[]): string[] =>
      missing.map((each) => each.digest)
    const blobs = blobsOf(manifest).filter((each) => !this.blobs.has(repository.name, each.digest))
    if (blobs.length > 0) throw layersNotFound(repository, digests(blobs))
    const children = manifest.children.filter((each) => !repository.images.has(each.digest))
    if (children.length > 0) throw referencedImagesNotFound(repository, digests(children))
  }
}

function checkTags(repository: RepositoryRecord, digest: string, tag: string): void {
  if (tagsOf(repository, digest).length < MOST_TAGS) return
  throw tooManyImageTags(repository, tag, MOST_TAGS)
}

function checkReferrers(repository: RepositoryRecord, { subject }: Manifest): void {
  if (!subject) return
  const referrers = [...repository.images.values()].filter(
    (image) => image.manifest.subject?.digest === subject.digest,
  )
  if (referrers.length >= MOST_REFERRERS) throw tooManyReferrers(MOST_REFERRERS)
}
