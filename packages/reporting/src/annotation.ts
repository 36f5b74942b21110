import { meaningOf, subjectOf, type DeployReport } from '@ecs-pipeline/rollout'

/** One line for the annotation and the failed step: outcome, cause, and the first group of failed tasks. */
export function headline(report: DeployReport): string {
  const first = report.failures[0]
  const exit = first?.exitCode === undefined ? '' : `, exit code ${first.exitCode}`
  const detail = first?.containerReason === undefined ? '' : ` (${first.containerReason})`
  const why = first ? ` ${first.count} × ${first.stoppedReason}${exit}${detail}.` : ''
  return `${subjectOf(report)}: ${report.outcome}. ${meaningOf(report)} ${report.reason}${why}`
}
