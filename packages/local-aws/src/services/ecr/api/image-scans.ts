import type { ImageIdentifier, ImageScanFindings } from '@aws-sdk/client-ecr'
import { scanDisabled, scanNotFound, scanQuotaExceeded, unsupportedImageType } from '../errors.ts'
import { isRunnable } from '../manifest.ts'
import type { ImageRecord, RepositoryRecord } from '../repository.ts'
import { basicFinding, enhancedFinding } from '../scanning/findings.ts'
import type { Vulnerability } from '../scanning/outcome.ts'
import type { ScanResult } from '../scanning/scan.ts'
import type { ApiParts, EcrHandlers } from './api-parts.ts'
import { nameOf, repositoryIn, required } from './checks.ts'
import { requireImage } from './image-ids.ts'
import { pageOf } from './paging.ts'
import { scanStatus, summaryOf } from './scan-shapes.ts'

/** Starting scans, and what they have found. */
export function imageScanHandlers({ store, place }: ApiParts): EcrHandlers {
  const { scanner } = store
  const shown = (
    repository: RepositoryRecord,
    image: ImageRecord,
    { completedAt, counts }: ScanResult,
    page: readonly Vulnerability[],
  ): ImageScanFindings => {
    // As users saw it where the result was not there yet, also of enhanced scans (aws/aws-sdk#289).
    if (!completedAt) return { findings: [] }
    const architecture = scanner.architectureOf(repository, image)
    const scanned = { repository, image, place, architecture, completedAt }
    return {
      ...summaryOf(completedAt, counts),
      ...(image.scan?.type === 'ENHANCED'
        ? { enhancedFindings: page.map((each) => enhancedFinding(each, scanned)) }
        : { findings: page.map(basicFinding) }),
    }
  }
  return {
    /** That a registry with enhanced scanning says it by ValidationException is unproven, its words are not. */
    StartImageScan(input) {
      const repository = repositoryIn(store, input)
      const imageId = required('imageId', input.imageId)
      const image = requireImage(store, repository, imageId)
      const { manifest } = image
      if (scanner.settings.scanType === 'ENHANCED') throw scanDisabled()
      if (!isRunnable(manifest)) {
        throw unsupportedImageType(manifest.artifactType ?? manifest.mediaType)
      }
      if (!scanner.start(image)) throw scanQuotaExceeded()
      const state = scanner.look(repository, image) ?? { status: 'PENDING' }
      return {
        ...nameOf(repository),
        imageId: idOf(image, imageId),
        imageScanStatus: scanStatus(state),
      }
    },

    DescribeImageScanFindings(input) {
      const repository = repositoryIn(store, input)
      const imageId = required('imageId', input.imageId)
      const image = requireImage(store, repository, imageId)
      const state = scanner.look(repository, image)
      if (!state) throw scanNotFound(repository, imageId)
      const { result } = state
      const numbered = (result?.findings ?? []).map((finding, index) => ({ finding, index }))
      const page = pageOf(numbered, ({ index }) => String(index).padStart(9, '0'), input)
      const findings = page.items.map(({ finding }) => finding)
      return {
        ...nameOf(repository),
        imageId: idOf(image, imageId),
        imageScanStatus: scanStatus(state),
        ...(result ? { imageScanFindings: shown(repository, image, result, findings) } : {}),
        nextToken: page.nextToken,
      }
    },
  }
}

/** The digest always, the tag only when it was asked by. */
const idOf = ({ digest }: ImageRecord, { imageTag }: ImageIdentifier): ImageIdentifier => ({
  imageDigest: digest,
  ...(imageTag === undefined ? {} : { imageTag }),
})
