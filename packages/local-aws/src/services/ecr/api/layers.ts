import type { Layer } from '@aws-sdk/client-ecr'
import { isDigest } from '../../../oci/digest.ts'
import {
  emptyUpload,
  invalidLayer,
  invalidLayerPart,
  invalidParameter,
  layerAlreadyExists,
  layerNotFound,
  layerPartTooSmall,
  tooManyParts,
} from '../errors.ts'
import { blobsOf } from '../manifest.ts'
import type { RepositoryRecord } from '../repository.ts'
import type { ApiParts, EcrHandlers } from './api-parts.ts'
import { checkLength, nameOf, repositoryIn, required } from './checks.ts'

/** What ECR tells a client to send at a time, and the bounds of a part (API reference). Bytes. */
const PART_SIZE = 10 * 1024 * 1024
const SMALLEST_PART = 5 * 1024 * 1024
const LARGEST_PART = 20 * 1024 * 1024
/** Service quotas; for this way of uploading only. */
const MOST_PARTS = 4200

/** Layers: whether they are there, and the API's own way to upload and download them. */
export function layerHandlers({ store, tokens, registryHost }: ApiParts): EcrHandlers {
  return {
    BatchCheckLayerAvailability(input) {
      const repository = repositoryIn(store, input)
      const digests = required('layerDigests', input.layerDigests)
      checkLength('layerDigests', digests, 1, 100)
      return {
        layers: digests.filter(isDigest).map((layerDigest): Layer => {
          const content = store.blobs.get(repository.name, layerDigest)
          if (!content) return { layerDigest, layerAvailability: 'UNAVAILABLE' }
          return {
            layerDigest,
            layerAvailability: 'AVAILABLE',
            layerSize: content.byteLength,
            mediaType: mediaTypeOf(repository, layerDigest),
          }
        }),
        failures: digests
          .filter((digest) => !isDigest(digest))
          .map((layerDigest) => ({
            layerDigest,
            failureCode: 'InvalidLayerDigest',
            failureReason:
              "Invalid request parameters: layer digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
          })),
      }
    },

    GetDownloadUrlForLayer(input) {
      const repository = repositoryIn(store, input)
      const layerDigest = required('layerDigest', input.layerDigest)
      if (!store.blobs.has(repository.name, layerDigest))
        throw layerNotFound(repository, layerDigest)
      const path = `/v2/${repository.name}/blobs/${layerDigest}`
      return { layerDigest, downloadUrl: `http://${registryHost()}${path}?${tokens.link(path)}` }
    },

    InitiateLayerUpload(input) {
      const upload = store.uploads.start(repositoryIn(store, input))
      return { uploadId: upload.id, partSize: PART_SIZE }
    },

    UploadLayerPart(input) {
      const repository = repositoryIn(store, input)
      const upload = store.uploads.find(repository, required('uploadId', input.uploadId))
      const part = required('layerPartBlob', input.layerPartBlob)
      const first = required('partFirstByte', input.partFirstByte)
      const last = required('partLastByte', input.partLastByte)
      if (part.byteLength > LARGEST_PART) {
        throw invalidParameter(
          'layerPartBlob',
          `Member must have length less than or equal to ${LARGEST_PART}`,
        )
      }
      if (first !== upload.size || last - first + 1 !== part.byteLength) {
        throw invalidLayerPart(repository, upload.id, upload.size - 1)
      }
      if (upload.partSizes.length >= MOST_PARTS) throw tooManyParts(MOST_PARTS)
      upload.append(part)
      upload.partSizes.push(part.byteLength)
      return { ...nameOf(repository), uploadId: upload.id, lastByteReceived: upload.size - 1 }
    },

    CompleteLayerUpload(input) {
      const repository = repositoryIn(store, input)
      const upload = store.uploads.find(repository, required('uploadId', input.uploadId))
      const digests = required('layerDigests', input.layerDigests)
      checkLength('layerDigests', digests, 1, 100)
      if (upload.size === 0) throw emptyUpload()
      if (upload.partSizes.slice(0, -1).some((size) => size < SMALLEST_PART)) {
        throw layerPartTooSmall()
      }
      const layerDigest = upload.digest()
      if (!digests.includes(layerDigest)) throw invalidLayer()
      store.uploads.end(upload)
      if (store.blobs.has(repository.name, layerDigest)) {
        throw layerAlreadyExists(repository, layerDigest)
      }
      store.blobs.add(repository.name, layerDigest, upload.content())
      return { ...nameOf(repository), uploadId: upload.id, layerDigest }
    },
  }
}

/** As the first image that has the layer calls it; a layer on its own has no media type. */
function mediaTypeOf(repository: RepositoryRecord, digest: string): string | undefined {
  for (const image of repository.images.values()) {
    const blob = blobsOf(image.manifest).find((each) => each.digest === digest)
    if (blob) return blob.mediaType
  }
  return undefined
}
