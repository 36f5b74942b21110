/** The job summary, written for somebody at two in the morning: first what users get now, then why. */
import {
  elapsed,
  meaningOf,
  type DeployReport,
  type FailureReport,
  type RunningRevision,
} from '@ecs-pipeline/rollout'
import { triggerBlocks } from './trigger-blocks.ts'
import { bulletList, code, codeBlock, details, plainText, table } from '@ecs-pipeline/action-kit'

const MARK: Readonly<Record<DeployReport['outcome'], string>> = {
  deployed: '✅',
  'deployed-idle': '💤',
  'no-change': '✅',
  'rolled-back': '⏪',
  'rollback-failed': '🔥',
  'failed-no-rollback': '❌',
  superseded: '⏭️',
  'timed-out': '⏱️',
  'monitoring-lost': '❓',
  cancelled: '🚫',
  refused: '🛑',
}

/** Markdown blocks, most important first; a block is never cut in the middle. */
export function renderSummary(report: DeployReport): readonly string[] {
  return [
    `## ${MARK[report.outcome]} ${plainText(report.service)}: ${report.outcome}`,
    nowBlock(report),
    whatHappened(report),
    causeBlock(report),
    pictureBlock(report),
    ...triggerBlocks(report.triggers),
    ...failureBlocks(report),
    targetsBlock(report),
    eventsBlock(report),
    nextBlock(report),
    caveatsBlock(report),
    changesBlock(report),
    imagesBlock(report),
    timelineBlock(report),
  ].filter((block) => block !== '')
}

function nowBlock(report: DeployReport): string {
  const { now } = report
  if (!now) {
    const known =
      report.outcome === 'refused'
        ? 'The service was not changed.'
        : 'Not known: the service could not be read.'
    return `**Users get now:** ${known}`
  }
  const counts = `${now.runningCount} of ${now.desiredCount} tasks running`
  const targets = now.targets
    ? `, ${now.targets.healthy} of ${now.targets.all} targets healthy`
    : ''
  const revisions = now.running.map(revisionLine).join(' and ')
  return `**Users get now:** ${revisions || 'nothing: no task runs'} (${counts}${targets}).`
}

function revisionLine(revision: RunningRevision): string {
  const digests = revision.images.flatMap((image) =>
    image.digest === undefined ? [] : [image.digest],
  )
  const shown = digests[0] === undefined ? '' : ` (${code(digests[0].slice(0, 19))})`
  return `${code(shortArn(revision.taskDefinition))}${shown}`
}

function whatHappened(report: DeployReport): string {
  const by = report.rolledBackBy === 'none' ? '' : ` Rolled back by: ${report.rolledBackBy}.`
  const took = elapsed(report.finishedAt - report.startedAt)
  return `**What happened:** ${meaningOf(report)} ${plainText(report.reason)}${by} It took ${took}.`
}

function causeBlock(report: DeployReport): string {
  if (report.diagnoses.length === 0) return ''
  const lines = report.diagnoses.map(({ cause, fix }) => `${cause} ${fix}`)
  return `### Likely cause\n\n${bulletList(lines)}`
}

function failureBlocks(report: DeployReport): readonly string[] {
  if (report.failures.length === 0) return []
  const rows = report.failures.map((group) => [
    String(group.count),
    group.stopCode,
    group.stoppedReason,
    group.container ?? '',
    group.exitCode === undefined ? '' : String(group.exitCode),
    group.containerReason ?? '',
  ])
  const header = ['Tasks', 'Stop code', 'Reason', 'Container', 'Exit code', 'Detail']
  return ['### Failed tasks', table(header, rows), ...report.failures.map(logBlock)].filter(
    (block) => block !== '',
  )
}

function logBlock(group: FailureReport): string {
  if (!group.logTail || group.logTail.length === 0) return ''
  const count =
    group.logTail.length === 1 ? 'The last log line' : `The last ${group.logTail.length} log lines`
  const title = `${count} of ${group.container ?? 'the container'} in task ${group.taskIds[0] ?? ''}`
  return details(title, codeBlock(group.logTail.join('\n')), true)
}

function targetsBlock(report: DeployReport): string {
  if (report.unhealthyTargets.length === 0) return ''
  const rows = report.unhealthyTargets.map((target) => [
    `${target.id}:${target.port ?? '?'}`,
    target.reason ?? '',
    target.description ?? '',
  ])
  return `### Unhealthy targets\n\n${table(['Target', 'Reason', 'Description'], rows)}`
}

function eventsBlock(report: DeployReport): string {
  if (report.events.length === 0) return ''
  const rows = report.events.map((event) => [time(event.at), event.text])
  return details('Service events', table(['Time (UTC)', 'Event'], rows))
}

function nextBlock(report: DeployReport): string {
  if (report.nextSteps.length === 0) return ''
  return `### Next\n\n${report.nextSteps.map((step) => `- ${step}`).join('\n')}`
}

function caveatsBlock(report: DeployReport): string {
  if (report.caveats.length === 0) return ''
  return `### Not checked, or odd\n\n${bulletList(report.caveats)}`
}

function changesBlock(report: DeployReport): string {
  if (report.changes.length === 0) return ''
  const rows = report.changes.map((each) => [each.path, each.before ?? '–', each.after ?? '–'])
  const count = rows.length === 1 ? 'One change' : `${rows.length} changes`
  return details(`${count} of the task definition`, table(['Member', 'Before', 'After'], rows))
}

function imagesBlock(report: DeployReport): string {
  if (report.images.length === 0) return ''
  const rows = report.images.map((image) => [
    image.container,
    image.image,
    image.digest ?? 'not pinned',
  ])
  const previous = report.previousTaskDefinition
  const lines = [
    `Revision: ${code(shortArn(report.taskDefinition ?? 'none'))}`,
    previous === undefined ? '' : `, before: ${code(shortArn(previous))}`,
  ]
  return details('Images', `${lines.join('')}\n\n${table(['Container', 'Image', 'Digest'], rows)}`)
}

/** Where the release went, as a picture that GitHub draws. */
function pictureBlock(report: DeployReport): string {
  if (report.outcome === 'refused' || report.outcome === 'no-change') return ''
  const before = label(report.previousTaskDefinition)
  const after = label(report.taskDefinition)
  const isBack = report.outcome === 'rolled-back' && !report.passed
  const back = isBack ? [`  new -- "${report.reasonCode}" --> old`] : []
  const now = report.now?.running[0]?.taskDefinition
  const served =
    now === undefined
      ? []
      : [`  users(("users")) ==> ${now === report.taskDefinition ? 'new' : 'old'}`]
  const lines = ['graph LR', `  old["${before}"] --> new["${after}"]`, ...back, ...served]
  return `\`\`\`mermaid\n${lines.join('\n')}\n\`\`\``
}

/** Families are letters, digits, `-` and `_`, so nothing in them can break the picture. */
const label = (arn: string | undefined): string => shortArn(arn ?? 'none').replace(/[^\w:.-]/g, '?')

function timelineBlock(report: DeployReport): string {
  if (report.timeline.length === 0) return ''
  const rows = report.timeline.map((entry) => [elapsed(entry.at - report.startedAt), entry.text])
  return details('Timeline', table(['Elapsed', 'What'], rows))
}

const time = (at: number): string => new Date(at).toISOString().slice(11, 19)

/** `family:revision` of a task definition ARN. */
export const shortArn = (arn: string): string => arn.split('/').at(-1) ?? arn
