/** What is asked of ECR about the scan of an image. The statuses and their words are those of the API reference. */
import type { Finding } from './finding.ts'

type Open<Known extends string> = Known | (string & {})

export type ScanStatus = Open<
  | 'IN_PROGRESS'
  | 'COMPLETE'
  | 'FAILED'
  | 'UNSUPPORTED_IMAGE'
  | 'ACTIVE'
  | 'PENDING'
  | 'SCAN_ELIGIBILITY_EXPIRED'
  | 'FINDINGS_UNAVAILABLE'
  | 'LIMIT_EXCEEDED'
  | 'IMAGE_ARCHIVED'
>

export interface ScanAnswer {
  readonly status: ScanStatus
  readonly description: string | undefined
  /** When it was complete, milliseconds since the epoch; `undefined` when ECR does not say. */
  readonly completedAt: number | undefined
  /** What found it: told by the findings that the answer has, not by the status. */
  readonly scanner: 'basic' | 'enhanced' | undefined
  /** Of all pages. */
  readonly findings: readonly Finding[]
  /** How many findings ECR counts that it does not list. */
  readonly missing: number
}

/** Errors are those of the ports: {@link import('@ecs-pipeline/rollout').PortError}. */
export interface Scans {
  /** DescribeImageScanFindings, all pages. `undefined`: there is no scan of this image (ScanNotFoundException). */
  read(digest: string): Promise<ScanAnswer | undefined>
  /**
   * StartImageScan. `already-scanned`: ECR scans an image once in 24 hours. `unsupported`: not by hand, as with enhanced
   * scanning. `denied`: the caller may not.
   */
  start(digest: string): Promise<'started' | 'already-scanned' | 'unsupported' | 'denied'>
  /** Which scanning the registry has; `undefined` when the caller may not ask. */
  scanner(): Promise<'basic' | 'enhanced' | undefined>
}
