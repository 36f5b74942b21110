/** What speaks for the verdict: failed tasks with their logs, unhealthy targets, events. */
import { codeBlock, details, table } from '@ecs-pipeline/action-kit'
import type { DeployReport, FailureReport } from '@ecs-pipeline/rollout'
import { withoutArns } from './prose.ts'

export const evidenceBlocks = (report: DeployReport): readonly string[] => [
  ...failureBlocks('Failed tasks of the revision gone back to', report.rollbackFailures),
  ...failureBlocks('Failed tasks', report.failures),
  targetsBlock(report),
  eventsBlock(report),
]

function failureBlocks(title: string, failures: readonly FailureReport[]): readonly string[] {
  if (failures.length === 0) return []
  const rows = failures.map((group) => [
    String(group.count),
    withoutArns(group.stoppedReason),
    withoutArns(detailOf(group)),
    group.container ?? '',
    group.exitCode === undefined ? '' : String(group.exitCode),
    group.stopCode,
  ])
  const header = ['Tasks', 'Reason', 'Detail', 'Container', 'Exit code', 'Stop code']
  return [`### ${title}`, filledTable(header, rows), ...failures.map(logBlock)]
}

/** Of a task that failed to start the container says the same again. */
const detailOf = ({ containerReason = '', stoppedReason }: FailureReport): string =>
  containerReason === stoppedReason ? '' : containerReason

/** Without the columns that say nothing in any row: a page is not wide. */
function filledTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const isFilled = (_: string, column: number): boolean =>
    rows.some((row) => (row[column] ?? '') !== '')
  const kept = rows.map((row) => row.filter(isFilled))
  return table(header.filter(isFilled), kept)
}

function logBlock(group: FailureReport): string {
  if (!group.logTail || group.logTail.length === 0) return ''
  const count =
    group.logTail.length === 1 ? 'The last log line' : `The last ${group.logTail.length} log lines`
  const title = `${count} of ${group.container ?? 'the container'} in task ${group.taskIds[0] ?? ''}`
  return details(title, codeBlock(group.logTail.join('\n')), true)
}

/** As they were while the release was watched; after a rollback they may be gone. */
function targetsBlock(report: DeployReport): string {
  if (report.unhealthyTargets.length === 0) return ''
  const rows = report.unhealthyTargets.map((target) => [
    `${target.id}:${target.port ?? '?'}`,
    target.reason ?? '',
    target.description ?? '',
  ])
  const title = '### Targets that were unhealthy at the last look'
  return `${title}\n\n${filledTable(['Target', 'Reason', 'Description'], rows)}`
}

function eventsBlock(report: DeployReport): string {
  if (report.events.length === 0) return ''
  const rows = report.events.map((event) => [time(event.at), withoutArns(event.text)])
  return details('Service events', table(['Time (UTC)', 'Event'], rows))
}

const time = (at: number): string => new Date(at).toISOString().slice(11, 19)
