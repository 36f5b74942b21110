import type { SeverityCounts } from '@ecs-pipeline/image'
import { imageOf, registryOf, type ImageReport } from './report.ts'

/** The outputs of the action, in the order of ecr-push/action.yml. */
export const outputNames = [
  'outcome',
  'image',
  'digest',
  'repository',
  'registry',
  'tags',
  'version',
  'reused',
  'platform-digests',
  'image-size',
  'scan-result',
  'sarif',
  'imagedefinitions',
  'reason',
  'report-json',
] as const

type OutputName = (typeof outputNames)[number]

/** Where files are that the outputs name. */
export interface OutputFiles {
  readonly report: string
  /** Empty when there is none. */
  readonly imageDefinitions: string
}

/** What may be deployed is empty unless all is well, so that a step with `if: always()` cannot deploy it. */
export function outputsOf(report: ImageReport, files: OutputFiles): Record<OutputName, string> {
  const { passed, content } = report
  const tags = report.tags.filter(({ result }) => result !== 'not-set').map(({ tag }) => tag)
  const platforms = content?.platforms.map(({ platform, digest }) => [platform, digest]) ?? []
  return {
    outcome: report.outcome,
    image: imageOf(report),
    digest: passed ? (report.digest ?? '') : '',
    // Apart from the registry: GitHub drops an output that holds a masked account id.
    repository: report.repository?.name ?? '',
    registry: registryOf(report),
    tags: JSON.stringify(tags),
    version: report.imageVersion ?? '',
    reused: String(report.reused),
    'platform-digests': JSON.stringify(Object.fromEntries(platforms)),
    'image-size': report.bytes === undefined ? '' : String(report.bytes),
    'scan-result': JSON.stringify(scanResultOf(report)),
    sarif: report.scan?.sarif ?? '',
    imagedefinitions: files.imageDefinitions,
    reason: report.reason,
    'report-json': files.report,
  }
}

interface ScanResult {
  readonly result: ImageReport['scanResult']
  readonly scanner?: string
  readonly counts?: SeverityCounts
  readonly blocking?: readonly string[]
  readonly ignored?: readonly string[]
}

function scanResultOf({ scan, scanResult }: ImageReport): ScanResult {
  if (!scan) return { result: scanResult }
  const { counts, blocking, ignored } = scan.verdict
  return {
    result: scanResult,
    scanner: scan.scanner,
    counts,
    blocking: [...new Set(blocking.map(({ id }) => id))],
    ignored: [...new Set(ignored.map(({ finding }) => finding.id))],
  }
}
