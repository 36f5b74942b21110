/** The job summary: which image it is and whether it may be deployed, what was found in it, and what to do. */
import {
  BAD,
  bulletList,
  code,
  codeBlock,
  details,
  GOOD,
  plainText,
  table,
  withCode,
} from '@ecs-pipeline/action-kit'
import { plural, SEVERITIES, type Finding } from '@ecs-pipeline/image'
import type { Outcome } from './ending.ts'
import { imageOf, type ImageReport } from './report.ts'

const MARK: Readonly<Record<Outcome, string>> = {
  pushed: '✅',
  reused: '♻️',
  refused: '🛑',
  'build-failed': '❌',
  'push-failed': '❌',
  'scan-failed': '🛡️',
  'not-scanned': '❓',
  failed: '❌',
  cancelled: '🚫',
}

/** More rows are no longer read. */
const MOST_ROWS = 50

/** Markdown blocks, most important first; a block is never cut in the middle. */
export function renderSummary(report: ImageReport): readonly string[] {
  return [
    `## ${MARK[report.outcome]} ${plainText(nameOf(report))}: ${report.outcome}`,
    deployBlock(report),
    `**What happened:** ${plainText(report.reason)}`,
    report.next.length === 0
      ? ''
      : `### Next\n\n${report.next.map((step) => `- ${withCode(step)}`).join('\n')}`,
    pictureBlock(report),
    ...scanBlocks(report),
    factsBlock(report),
    report.caveats.length === 0 ? '' : `### Not checked, or odd\n\n${bulletList(report.caveats)}`,
  ].filter((block) => block !== '')
}

/** The summary of a run whose inputs cannot be read. */
export const renderRefusal = (problems: readonly string[]): readonly string[] => [
  `## ${MARK.refused} ecr-push: refused`,
  '**Image to deploy:** none. Nothing was built or pushed.',
  `**What happened:** The inputs are wrong.\n\n${bulletList(problems)}`,
]

const nameOf = ({ repository }: ImageReport): string => repository?.name ?? 'ecr-push'

function deployBlock(report: ImageReport): string {
  const image = imageOf(report)
  if (image !== '') return `**Image to deploy:** ${code(image)}`
  if (report.digest === undefined) return '**Image to deploy:** none. Nothing was pushed.'
  return `**Image to deploy:** none. What was pushed is kept for a look at it: ${code(report.digest)}`
}

/** How far the image came. */
function pictureBlock(report: ImageReport): string {
  const { digest, plan, scanResult, scan, passed, reused, tags } = report
  if (digest === undefined || !plan) return ''
  const others = tags.filter(({ tag, result }) => tag !== plan.primary && result !== 'not-set')
  const lines = [
    'graph LR',
    `  image["${reused ? 'used again' : 'built'}<br>${digest.slice(7, 19)}"] --> primary["${plan.primary.slice(0, 40)}"]`,
    scan
      ? `  primary --> scan["${scan.scanner}<br>${plural(scan.verdict.blocking.length, 'blocking finding')}"]`
      : `  primary --> scan["no scan<br>${scanResult}"]`,
    passed
      ? `  scan --> deploy["may be deployed${others.map(({ tag }) => `<br>${tag}`).join('')}"]`
      : '  scan --x deploy["not to be deployed"]',
    `  style deploy ${passed ? GOOD : BAD}`,
  ]
  return codeBlock(lines.join('\n'), 'mermaid')
}

function scanBlocks({ scan, scanResult }: ImageReport): readonly string[] {
  if (!scan) {
    const isSilent = scanResult === 'not-reached'
    return isSilent ? [] : [`### Scan\n\nThere was none (${scanResult}).`]
  }
  const { verdict, scanner } = scan
  const counts = SEVERITIES.filter((each) => verdict.counts[each] > 0).map(
    (each) => `${verdict.counts[each]} ${each}`,
  )
  const ignored = verdict.ignored.map(({ finding, exception }) => [
    ...rowOf(finding),
    `${exception.reason} (until ${exception.expires})`,
  ])
  return [
    `### Scan\n\n${plainText(scanner)}: ${counts.join(', ') || 'nothing found'}.`,
    findingsTable(verdict.blocking),
    ignored.length === 0
      ? ''
      : details(
          `${plural(ignored.length, 'finding')} that may pass for a while`,
          table([...HEADER, 'Why'], ignored.slice(0, MOST_ROWS)),
        ),
    verdict.tolerated.length === 0
      ? ''
      : details(
          plural(verdict.tolerated.length, 'finding') + ' below the limit',
          findingsTable(verdict.tolerated),
        ),
  ]
}

const HEADER = ['Severity', 'Finding', 'Package', 'Version', 'Fixed in']

function findingsTable(findings: readonly Finding[]): string {
  if (findings.length === 0) return ''
  const rest = findings.length - MOST_ROWS
  const more = rest > 0 ? `\n\n${rest} more are in the report.` : ''
  return `${table(HEADER, findings.slice(0, MOST_ROWS).map(rowOf))}${more}`
}

const rowOf = ({ severity, id, package: name, version, fixedVersion }: Finding): string[] => [
  severity,
  id,
  name,
  version,
  fixedVersion ?? '',
]

function factsBlock(report: ImageReport): string {
  const { digest, bytes, content, tags, commit, imageVersion } = report
  if (digest === undefined) return ''
  const rows = [
    ['Digest', digest],
    ['Commit', commit ?? ''],
    ['Version', imageVersion ?? ''],
    ['Tags', tags.map(({ tag, result }) => `${tag} (${result})`).join(', ')],
    ['Platforms', content?.platforms.map(({ platform }) => platform).join(', ') ?? ''],
    ['Size', bytes === undefined ? '' : `${(bytes / 1_000_000).toFixed(1)} MB compressed`],
  ].filter(([, value]) => value !== '')
  return details('The image', table(['', ''], rows))
}
