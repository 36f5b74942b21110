import { TagStatus, type Image, type ImageDetail, type ImageFailure } from '@aws-sdk/client-ecr'
import { blobsOf } from '../manifest.ts'
import { tagsOf, type ImageRecord, type RepositoryRecord } from '../repository.ts'
import type { EcrStore } from '../store.ts'
import type { ApiParts, EcrHandlers } from './api-parts.ts'
import { checkEnum, checkLength, nameOf, repositoryIn } from './checks.ts'
import { idsOf, imageIdsIn, isFailure, lookUp, requireImage } from './image-ids.ts'
import { pageOf, refusePaging } from './paging.ts'
import { scanDetail } from './scan-shapes.ts'

/** Reading images. */
export function imageLookupHandlers({ store }: ApiParts): EcrHandlers {
  return {
    DescribeImages(input) {
      const repository = repositoryIn(store, input)
      checkEnum('filter.tagStatus', input.filter?.tagStatus, TagStatus)
      if (input.imageIds) {
        checkLength('imageIds', input.imageIds, 1, 100)
        refusePaging('images with imageIds', input)
        const found = input.imageIds.map((id) => requireImage(store, repository, id))
        return {
          imageDetails: [...new Set(found)].map((image) => detail(store, repository, image)),
        }
      }
      const wanted = [...repository.images.values()].filter((image) =>
        hasStatus(tagsOf(repository, image.digest), input.filter?.tagStatus),
      )
      const page = pageOf(wanted, pushOrder, input)
      return {
        imageDetails: page.items.map((image) => detail(store, repository, image)),
        nextToken: page.nextToken,
      }
    },

    ListImages(input) {
      const repository = repositoryIn(store, input)
      checkEnum('filter.tagStatus', input.filter?.tagStatus, TagStatus)
      const ids = [...repository.images.values()].flatMap((image) => {
        const tags = tagsOf(repository, image.digest)
        return hasStatus(tags, input.filter?.tagStatus) ? idsOf(image.digest, tags) : []
      })
      const page = pageOf(ids, (id) => `${id.imageDigest ?? ''} ${id.imageTag ?? ''}`, input)
      return { imageIds: [...page.items], nextToken: page.nextToken }
    },

    /**
     * An image whose media type `acceptedMediaTypes` leaves out counts as not found. ECR converts some to Docker's
     * schema 1 then, which no client of today asks for; what it does with an index is unproven.
     */
    BatchGetImage(input) {
      const repository = repositoryIn(store, input)
      const accepted = input.acceptedMediaTypes ?? []
      const images: Image[] = []
      const failures: ImageFailure[] = []
      for (const imageId of imageIdsIn(input.imageIds)) {
        const found = lookUp(store, repository, imageId)
        if (isFailure(found)) {
          failures.push(found.failure)
        } else if (accepted.length > 0 && !accepted.includes(found.image.manifest.mediaType)) {
          failures.push({
            imageId,
            failureCode: 'ImageNotFound',
            failureReason: 'Requested image not found',
          })
        } else {
          images.push(imageShape(repository, found.image, imageId.imageTag))
        }
      }
      return { images, failures }
    },
  }
}

/** As BatchGetImage and PutImage give an image. */
export const imageShape = (
  repository: RepositoryRecord,
  image: ImageRecord,
  imageTag: string | undefined,
): Image => ({
  ...nameOf(repository),
  imageId: { imageDigest: image.digest, ...(imageTag === undefined ? {} : { imageTag }) },
  imageManifest: Buffer.from(image.content).toString(),
  imageManifestMediaType: image.manifest.mediaType,
})

/** Images pushed in the same millisecond are told apart by their digests. */
const pushOrder = (image: ImageRecord): string => `${image.pushedAt.toISOString()} ${image.digest}`

export const hasStatus = (tags: readonly string[], status: TagStatus | undefined): boolean =>
  status === 'TAGGED' ? tags.length > 0 : status === 'UNTAGGED' ? tags.length === 0 : true

function detail(store: EcrStore, repository: RepositoryRecord, image: ImageRecord): ImageDetail {
  const tags = tagsOf(repository, image.digest)
  const { manifest } = image
  return {
    ...nameOf(repository),
    imageDigest: image.digest,
    ...(tags.length > 0 ? { imageTags: tags } : {}),
    imageSizeInBytes: sizeOf(repository, image),
    imagePushedAt: image.pushedAt,
    ...scanDetail(store.scanner, repository, image),
    imageManifestMediaType: manifest.mediaType,
    artifactMediaType: manifest.artifactType ?? manifest.config?.mediaType,
    lastRecordedPullTime: image.lastPulledAt,
    subjectManifestDigest: manifest.subject?.digest,
    imageStatus: 'ACTIVE',
  }
}

/** Of a list the largest of its images (API reference, ImageDetail). */
function sizeOf(repository: RepositoryRecord, image: ImageRecord): number {
  const children = image.manifest.children.flatMap(
    (child) => repository.images.get(child.digest) ?? [],
  )
  const own = blobsOf(image.manifest).reduce((sum, blob) => sum + blob.size, 0)
  return Math.max(own, ...children.map((child) => sizeOf(repository, child)))
}
