import { whatHappened, type DeployReport, type FailureReport } from '@ecs-pipeline/rollout'

/** One line for the annotation and the failed step: outcome, cause, and the first group of failed tasks. */
export function headline(report: DeployReport): string {
  const [failure] = report.failures
  const [onTheWayBack] = report.rollbackFailures
  const why = failure ? ` ${failureWords(failure)}` : ''
  const whyNotBack = onTheWayBack ? ` Going back: ${failureWords(onTheWayBack)}` : ''
  return `${report.service}: ${report.outcome}. ${whatHappened(report)}${why}${whyNotBack}`
}

function failureWords({ count, stoppedReason, exitCode, containerReason }: FailureReport): string {
  const exit = exitCode === undefined ? '' : `, exit code ${exitCode}`
  const isSaid = containerReason === undefined || containerReason === stoppedReason
  const detail = isSaid ? '' : ` (${containerReason})`
  return `${count} × ${stoppedReason}${exit}${detail}.`
}
