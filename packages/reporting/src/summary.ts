/** The job summary, written for somebody at two in the morning: what users get now, what happened, why, what to do. */
import {
  elapsed,
  lastPart,
  meaningOf,
  subjectOf,
  type DeployReport,
  type Diagnosis,
  type RolledBackBy,
  type RunningRevision,
} from '@ecs-pipeline/rollout'
import { code, details, plainText, table } from '@ecs-pipeline/action-kit'
import { evidenceBlocks } from './evidence-blocks.ts'
import { oneOffBlocks } from './one-off-task.ts'
import { duration, prose, splitPolicy, stepItem, withoutArns } from './prose.ts'
import { pictureBlock } from './release-picture.ts'
import { trafficBlock } from './traffic-block.ts'
import { triggerBlocks } from './trigger-blocks.ts'

/** One sign for each outcome. */
export const MARK: Readonly<Record<DeployReport['outcome'], string>> = {
  deployed: '✅',
  'deployed-idle': '💤',
  'no-change': '✅',
  registered: '📝',
  unwatched: '▶️',
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
    `## ${MARK[report.outcome]} ${plainText(subjectOf(report))}: ${report.outcome}`,
    nowBlock(report),
    whatHappened(report),
    ...causeBlocks(report),
    dnsBlock(report),
    nextBlock(report),
    pictureBlock(report),
    trafficBlock(report),
    ...oneOffBlocks(report),
    ...triggerBlocks(report.triggers),
    ...evidenceBlocks(report),
    caveatsBlock(report),
    changesBlock(report),
    imagesBlock(report),
    timelineBlock(report),
  ].filter((block) => block !== '')
}

/** The summary of a run whose inputs cannot be read, so that there is no report. */
export const renderRefusal = (
  action: DeployReport['action'],
  problems: readonly string[],
): readonly string[] => [
  `## ${MARK.refused} ${action}: refused`,
  `**Users get now:** ${AS_BEFORE}`,
  `**What happened:** The inputs are wrong.\n\n${bullets(problems)}`,
  '### Next\n\n- Correct the inputs and run again.',
]

const AS_BEFORE = 'what they got before. Nothing was changed.'

const bullets = (lines: readonly string[]): string =>
  lines.map((line) => `- ${prose(line)}`).join('\n')

function withoutLook({ outcome, service }: DeployReport): string {
  if (outcome === 'refused') return AS_BEFORE
  if (service === '') return 'what they got before. Nothing was deployed.'
  return 'not known: the service could not be read.'
}

function nowBlock(report: DeployReport): string {
  const { now } = report
  if (!now) return `**Users get now:** ${withoutLook(report)}`
  const { runningCount: running, desiredCount: desired, targets } = now
  const tasks =
    running > desired
      ? `${running} tasks run, ${desired} wanted`
      : `${running} of ${desired} tasks run`
  const healthy =
    targets && targets.all > 0 ? `, ${targets.healthy} of ${targets.all} targets are healthy` : ''
  const revisions = now.running.map((each) => revisionWords(each, report)).join(' and ')
  return `**Users get now:** ${revisions || '**nothing: no task runs**'}. ${tasks}${healthy}.`
}

function revisionWords(
  { taskDefinition, tasks, images }: RunningRevision,
  report: DeployReport,
): string {
  const digest = images.find((image) => image.digest !== undefined)?.digest
  const shown = digest === undefined ? '' : ` (${code(digest.slice(0, 19))})`
  const isOneOfSome = (report.now?.running.length ?? 0) > 1
  const share = isOneOfSome ? ` on ${tasks} ${tasks === 1 ? 'task' : 'tasks'}` : ''
  return `${roleOf(taskDefinition, report)}${code(lastPart(taskDefinition))}${shown}${share}`
}

/** Empty where there are not two revisions to tell apart. */
function roleOf(taskDefinition: string, report: DeployReport): string {
  const { taskDefinition: after, previousTaskDefinition: before, action } = report
  if (after === undefined || after === before) return ''
  if (taskDefinition === before) return action === 'deploy' ? 'the previous revision ' : 'still '
  if (taskDefinition !== after) return 'another revision '
  return action === 'deploy' ? 'the new revision ' : 'the revision gone back to, '
}

const dnsBlock = ({ dns }: DeployReport): string => (dns ? `**DNS:** ${prose(dns.said)}` : '')

/** True as well of a rollback that did not succeed. */
const ROLLED_BACK_BY: Readonly<Record<RolledBackBy, string>> = {
  none: '',
  action: ' The rollback was begun by this action.',
  'ecs-circuit-breaker': ' The rollback was begun by the circuit breaker of ECS.',
  'ecs-alarm': ' The rollback was begun by an alarm of the ECS deployment.',
  'ecs-hook': ' The rollback was begun by ECS, at a hook of the deployment.',
  codedeploy: ' The rollback was begun by CodeDeploy.',
  manual: ' The rollback was begun by hand.',
}

function whatHappened(report: DeployReport): string {
  const { words, block } = splitPolicy(report.reason)
  const lines = words.split('\n').filter((line) => line.trim() !== '')
  // The line above has said that nothing was changed.
  const meaning = report.outcome === 'refused' ? '' : `${meaningOf(report)} `.trimStart()
  const milliseconds = report.finishedAt - report.startedAt
  const took = milliseconds < 1000 ? '' : ` It took ${duration(milliseconds)}.`
  // Who asked for it knows who did it.
  const by = report.reasonCode === 'asked' ? '' : ROLLED_BACK_BY[report.rolledBackBy]
  const end = `${by}${took}`
  const told =
    lines.length > 1
      ? `${meaning}${lines.length} things are wrong.${end}\n\n${bullets(lines)}`
      : `${meaning}${prose(words)}${end}`
  return [`**What happened:** ${told}`, block].filter((part) => part !== '').join('\n\n')
}

/** Where both have failed, going back comes first: users wait for that. */
function causeBlocks(report: DeployReport): readonly string[] {
  const { diagnoses, rollbackDiagnoses, rollbackFailures } = report
  if (rollbackDiagnoses.length === 0 && rollbackFailures.length === 0) {
    return [causeBlock('Likely cause', diagnoses)]
  }
  return [
    causeBlock('Likely cause of the failed rollback', rollbackDiagnoses),
    causeBlock('Likely cause of the failed release', diagnoses),
  ]
}

function causeBlock(title: string, diagnoses: readonly Diagnosis[]): string {
  if (diagnoses.length === 0) return ''
  const lines = diagnoses.map(({ cause, fix }) => `- **${prose(cause)}** ${prose(fix)}`)
  return `### ${title}\n\n${lines.join('\n')}`
}

function nextBlock(report: DeployReport): string {
  if (report.nextSteps.length === 0) return ''
  return `### Next\n\n${report.nextSteps.map(stepItem).join('\n')}`
}

/** What a caveat shares with the reason by chance is shorter. */
const SAME_MESSAGE = 40

/** A caveat whose message is what ended the run is left out: it has been said. */
function caveatsBlock(report: DeployReport): string {
  const isSaid = (caveat: string): boolean => {
    const message = caveat.slice(caveat.indexOf(': ') + 2)
    return message.length >= SAME_MESSAGE && report.reason.includes(message)
  }
  const caveats = report.caveats.filter((caveat) => !isSaid(caveat))
  if (caveats.length === 0) return ''
  return `### Not checked, or odd\n\n${bullets(caveats)}`
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
    `Revision: ${code(lastPart(report.taskDefinition ?? 'none'))}`,
    previous === undefined ? '' : `, before: ${code(lastPart(previous))}`,
  ]
  return details('Images', `${lines.join('')}\n\n${table(['Container', 'Image', 'Digest'], rows)}`)
}

function timelineBlock(report: DeployReport): string {
  if (report.timeline.length === 0) return ''
  const rows = report.timeline.map((entry) => [
    elapsed(entry.at - report.startedAt),
    withoutArns(entry.text),
  ])
  return details('Timeline', table(['Elapsed', 'What'], rows))
}
