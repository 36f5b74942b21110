import type { ImageFailure, ImageIdentifier } from '@aws-sdk/client-ecr'
import { imageNotFound, invalidParameter } from '../errors.ts'
import type { ImageRecord, RepositoryRecord } from '../repository.ts'
import type { EcrStore, ImageId } from '../store.ts'
import { checkLength, required } from './checks.ts'

type Lookup = { readonly image: ImageRecord } | { readonly failure: ImageFailure }

/** Finds one image of a batch, or says why not as ECR lists it among the failures. */
export function lookUp(store: EcrStore, repository: RepositoryRecord, id: ImageIdentifier): Lookup {
  const { imageDigest, imageTag } = id
  const fail = (
    failureCode: NonNullable<ImageFailure['failureCode']>,
    failureReason: string,
  ): Lookup => ({
    failure: { imageId: id, failureCode, failureReason },
  })
  if (imageDigest === undefined && imageTag === undefined) {
    return fail(
      'MissingDigestAndTag',
      'Invalid request parameters: both tag and digest cannot be null',
    )
  }
  if (imageDigest !== undefined && !/^[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+$/.test(imageDigest)) {
    return fail(
      'InvalidImageDigest',
      "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    )
  }
  const image = store.findImage(repository, id)
  if (image) return { image }
  const bothExist = repository.images.has(imageDigest ?? '') && repository.tags.has(imageTag ?? '')
  return bothExist
    ? fail(
        'ImageTagDoesNotMatchDigest',
        'The provided tag does not match the provided image digest',
      )
    : fail('ImageNotFound', 'Requested image not found')
}

/** Whether `lookUp` came back with a failure. */
export const isFailure = (lookup: Lookup): lookup is { readonly failure: ImageFailure } =>
  'failure' in lookup

/** Throws ImageNotFoundException. */
export function requireImage(
  store: EcrStore,
  repository: RepositoryRecord,
  id: ImageId,
): ImageRecord {
  if (id.imageDigest === undefined && id.imageTag === undefined) {
    throw invalidParameter('imageIds', 'Both tag and digest cannot be null')
  }
  const image = store.findImage(repository, id)
  if (!image) throw imageNotFound(repository, id)
  return image
}

/** 1 to 100 of them, as every batch of ECR takes. */
export function imageIdsIn(ids: ImageIdentifier[] | undefined): ImageIdentifier[] {
  const list = required('imageIds', ids)
  checkLength('imageIds', list, 1, 100)
  return list
}

/** One identifier for each tag, or a single one without when the image has none. */
export const idsOf = (digest: string, tags: readonly string[]): ImageIdentifier[] =>
  tags.length === 0
    ? [{ imageDigest: digest }]
    : tags.map((imageTag) => ({ imageDigest: digest, imageTag }))
