import type { ImageScanFindingsSummary, ImageScanStatus, ScanStatus } from '@aws-sdk/client-ecr'
import type { ImageRecord, RepositoryRecord } from '../repository.ts'
import type { ScanState } from '../scanning/scan.ts'
import type { Scanner } from '../scanning/scanner.ts'

/** What DescribeImages tells of a scan; that it does so for enhanced scans too is unproven. */
export function scanDetail(
  scanner: Scanner,
  repository: RepositoryRecord,
  image: ImageRecord,
): {
  readonly imageScanStatus?: ImageScanStatus
  readonly imageScanFindingsSummary?: ImageScanFindingsSummary
} {
  const state = scanner.look(repository, image)
  if (!state) return {}
  const { completedAt, counts = {} } = state.result ?? {}
  return {
    imageScanStatus: scanStatus(state),
    ...(completedAt ? { imageScanFindingsSummary: summaryOf(completedAt, counts) } : {}),
  }
}

export const scanStatus = ({ status, description }: ScanState): ImageScanStatus => ({
  status: status as ScanStatus,
  ...(description === undefined ? {} : { description }),
})

export const summaryOf = (
  completedAt: Date,
  counts: Readonly<Record<string, number>>,
): ImageScanFindingsSummary => ({
  imageScanCompletedAt: completedAt,
  vulnerabilitySourceUpdatedAt: completedAt,
  findingSeverityCounts: { ...counts },
})
