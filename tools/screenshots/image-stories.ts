/** Runs of ecr-push whose job summaries are shown on its page. */
import { renderSummary } from '../../actions/ecr-push/summary.ts'
import type { Outcome } from '../../actions/ecr-push/ending.ts'
import {
  COMMIT,
  pushOnStage,
  storeImage,
  type PushOptions,
} from '../../test/scenarios/support/push-on-stage.ts'
import { Stage } from '../../test/scenarios/support/stage.ts'

type ScanFindings = NonNullable<Parameters<Stage['aws']['scans']['choose']>[1]['findings']>

export interface ImageStory {
  readonly kind: string
  /** A run that ends otherwise is not the one that the page tells of. */
  readonly outcome: Outcome
  readonly findings: ScanFindings
  readonly options: PushOptions
}

const REPOSITORY = 'finance'

const FINDINGS: ScanFindings = [
  {
    id: 'CVE-2026-0001',
    severity: 'CRITICAL',
    package: 'zlib',
    version: '1.2.13',
    fixedIn: '1.3.1',
  },
  {
    id: 'CVE-2026-0002',
    severity: 'HIGH',
    package: 'openssl',
    version: '3.0.11',
    fixedIn: '3.0.15',
  },
  { id: 'CVE-2026-0003', severity: 'LOW', package: 'bash', version: '5.1' },
]

export const IMAGE_STORIES: readonly ImageStory[] = [
  {
    kind: 'image-reused',
    outcome: 'reused',
    findings: FINDINGS.slice(1),
    options: { inputs: { tags: 'sha, branch, latest' } },
  },
  { kind: 'image-scan-failed', outcome: 'scan-failed', findings: FINDINGS, options: {} },
]

/** The job summary of the run, on a local AWS of its own. */
export async function imageSummaryOf(story: ImageStory): Promise<string> {
  const stage = await Stage.open()
  try {
    const { ecr } = stage.clients
    await ecr.putRegistryScanningConfiguration({
      scanType: 'ENHANCED',
      rules: [
        {
          scanFrequency: 'CONTINUOUS_SCAN',
          repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }],
        },
      ],
    })
    await ecr.createRepository({ repositoryName: REPOSITORY, imageTagMutability: 'MUTABLE' })
    stage.aws.scans.choose(`${REPOSITORY}:${COMMIT}`, { findings: story.findings })
    await storeImage(stage, REPOSITORY)
    const { report } = await pushOnStage(stage, REPOSITORY, story.options)
    if (report.outcome !== story.outcome) {
      throw new Error(`The run of ${story.kind} ended ${report.outcome}: ${report.reason}`)
    }
    // The address of the local registry has a port that differs in every run.
    return renderSummary(report)
      .join('\n\n')
      .replaceAll(stage.endpoint.registry, '123456789012.dkr.ecr.us-east-1.amazonaws.com')
  } finally {
    await stage.close()
  }
}
