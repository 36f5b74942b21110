import type { ImageFailure, ImageIdentifier } from '@aws-sdk/client-ecr'
import { sha256 } from '../../../oci/digest.ts'
import { imageAlreadyExists } from '../errors.ts'
import { isListed, tagsOf } from '../repository.ts'
import type { ApiParts, EcrHandlers } from './api-parts.ts'
import { checkLength, checkTag, repositoryIn, required } from './checks.ts'
import { idsOf, imageIdsIn, isFailure, lookUp } from './image-ids.ts'
import { imageShape } from './image-lookups.ts'

const MANIFEST_LIMIT_CHARACTERS = 4_194_304

/** Adding, tagging and deleting images. */
export function imageChangeHandlers({ store }: ApiParts): EcrHandlers {
  return {
    PutImage(input) {
      const repository = repositoryIn(store, input)
      const text = required('imageManifest', input.imageManifest)
      checkLength('imageManifest', text, 1, MANIFEST_LIMIT_CHARACTERS)
      const tag = input.imageTag
      checkTag(tag)
      const content = Buffer.from(text)
      const digest = sha256(content)
      const isThere =
        tag === undefined ? repository.images.has(digest) : repository.tags.get(tag) === digest
      if (isThere) throw imageAlreadyExists(repository, digest, tag)
      const image = store.putImage(repository, {
        content,
        tag,
        mediaType: input.imageManifestMediaType,
        digest: input.imageDigest,
      })
      return { image: imageShape(repository, image, tag) }
    },

    /** By tag: that tag, and the image with its last one. By digest: the image with all its tags. */
    BatchDeleteImage(input) {
      const repository = repositoryIn(store, input)
      const imageIds: ImageIdentifier[] = []
      const failures: ImageFailure[] = []
      for (const id of imageIdsIn(input.imageIds)) {
        const found = lookUp(store, repository, id)
        if (isFailure(found)) {
          failures.push(found.failure)
          continue
        }
        const { digest } = found.image
        if (id.imageTag !== undefined) {
          store.removeTag(repository, id.imageTag)
          imageIds.push({ imageDigest: digest, imageTag: id.imageTag })
        } else if (isListed(repository, digest)) {
          failures.push({
            imageId: id,
            failureCode: 'ImageReferencedByManifestList',
            failureReason: 'Requested image referenced by manifest list',
          })
        } else {
          imageIds.push(...idsOf(digest, tagsOf(repository, digest)))
          store.removeImage(repository, digest)
        }
      }
      return { imageIds, failures }
    },
  }
}
