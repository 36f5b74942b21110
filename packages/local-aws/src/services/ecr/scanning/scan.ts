import type { ScanFrequency, ScanType } from '@aws-sdk/client-ecr'
import type { ScanOutcome, ScanSeconds, Vulnerability } from './outcome.ts'

/** One scan of an image, from its start on; what it finds is chosen, and looked up when somebody asks. */
export interface Scan {
  readonly type: ScanType
  readonly frequency: ScanFrequency
  /** In milliseconds since the epoch. */
  readonly startedAt: number
}

/** How a scan stands at one moment. */
export interface ScanState {
  readonly status: string
  readonly description?: string
  /** Only of a scan that has something to tell, be it that nothing was found. */
  readonly result?: ScanResult
}

/** `completedAt` is missing where the result is not really there yet. */
export interface ScanResult {
  readonly completedAt?: Date
  readonly findings: readonly Vulnerability[]
  readonly counts: Readonly<Record<string, number>>
}

/** Unproven; Inspector needs longer before it knows of an image at all. */
const USUAL_SECONDS: Readonly<Record<ScanType, ScanSeconds>> = {
  BASIC: { absent: 0, pending: 5, inProgress: 10, empty: 0 },
  ENHANCED: { absent: 10, pending: 20, inProgress: 0, empty: 0 },
}

/** As AWS's documentation and users have quoted them; that FAILED and UNSUPPORTED_IMAGE say the same is unproven. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  COMPLETE: 'The scan was completed successfully.',
  ACTIVE: 'Continuous scan is selected for image.',
  FAILED: 'UnsupportedImageError: The operating system and/or package manager are not supported.',
  UNSUPPORTED_IMAGE:
    'UnsupportedImageError: The operating system and/or package manager are not supported.',
}

/** `undefined` while there is no scan yet. `now` in milliseconds since the epoch. */
export function stateOf(scan: Scan, outcome: ScanOutcome, now: number): ScanState | undefined {
  const { absent, pending, inProgress, empty } = { ...USUAL_SECONDS[scan.type], ...outcome.seconds }
  const passed = (now - scan.startedAt) / 1000
  if (passed < absent) return undefined
  if (passed < absent + pending) return { status: 'PENDING' }
  const end = absent + pending + inProgress
  if (passed < end) return { status: 'IN_PROGRESS' }
  if (passed < end + empty) return complete('COMPLETE', { findings: [], counts: {} })

  const status = outcome.status ?? (scan.frequency === 'CONTINUOUS_SCAN' ? 'ACTIVE' : 'COMPLETE')
  const description = outcome.description ?? DESCRIPTIONS[status]
  const hasResult = status === 'COMPLETE' || status === 'ACTIVE'
  const findings = outcome.findings ?? []
  const completedAt = new Date(scan.startedAt + end * 1000)
  return {
    status,
    ...(description === undefined ? {} : { description }),
    ...(hasResult
      ? { result: { completedAt, findings, counts: outcome.counts ?? countsOf(findings) } }
      : {}),
  }
}

const complete = (status: string, result: ScanResult): ScanState => ({
  status,
  description: DESCRIPTIONS[status] ?? '',
  result,
})

function countsOf(findings: readonly Vulnerability[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { severity } of findings) counts[severity] = (counts[severity] ?? 0) + 1
  return counts
}
