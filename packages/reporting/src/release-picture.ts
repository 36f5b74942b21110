/** Where the release went and whom users reach, as a picture that GitHub draws. */
import { BAD, codeBlock, GOOD } from '@ecs-pipeline/action-kit'
import { lastPart, type DeployReport } from '@ecs-pipeline/rollout'

const HAS_FAILED: readonly DeployReport['outcome'][] = ['rollback-failed', 'failed-no-rollback']

export function pictureBlock(report: DeployReport): string {
  const { outcome, previousTaskDefinition: before, taskDefinition: after } = report
  if (['refused', 'no-change', 'registered'].includes(outcome)) return ''
  if (before === undefined || after === undefined || before === after) return ''
  const role = report.action === 'deploy' ? 'new' : 'after'
  const arrow = isWayBackThatFailed(report) ? '-- "rollback failed" --x' : '-->'
  const lines = [
    'graph LR',
    `  old["${label(before)} (before)"] ${arrow} new["${label(after)} (${role})"]`,
    ...wayBack(report),
    ...successor(report, before, after),
    ...usersReach(report, before, after),
    ...colours(report),
  ]
  return codeBlock(lines.join('\n'), 'mermaid')
}

const isTakenBack = ({ outcome, passed }: DeployReport): boolean =>
  outcome === 'rolled-back' && !passed

function wayBack(report: DeployReport): readonly string[] {
  if (isTakenBack(report)) return [`  new -- "rolled back: ${report.reasonCode}" --> old`]
  const hasFailed = report.outcome === 'rollback-failed' && !isWayBackThatFailed(report)
  return hasFailed ? ['  new -- "rollback failed" --x old'] : []
}

/** Of the rollback action what comes after is what was to be gone back to. */
const isWayBackThatFailed = ({ action, outcome }: DeployReport): boolean =>
  action === 'rollback' && outcome === 'rollback-failed'

/** What the service was told to run by somebody else. */
function successor(
  { outcome, now }: DeployReport,
  before: string,
  after: string,
): readonly string[] {
  if (outcome !== 'superseded' || !now || now.taskDefinition === after) return []
  const theirs = now.taskDefinition === before ? 'old' : nodeOf(now.taskDefinition)
  return [`  new -- "superseded" --> ${theirs}`]
}

/** A revision that is neither the one before nor the one that this run deployed. */
const nodeOf = (arn: string): string =>
  `${label(arn).replace(/\W/g, '_')}["${label(arn)} (somebody else's)"]`

/** In a rollout users reach two revisions at once, and somebody else's may be among them. */
function usersReach({ now }: DeployReport, before: string, after: string): readonly string[] {
  if (!now) return []
  if (now.running.length === 0) return ['  users(("users")) --x nothing["no task runs"]']
  return now.running.map(({ taskDefinition }) => {
    if (taskDefinition === after) return '  users(("users")) ==> new'
    if (taskDefinition === before) return '  users(("users")) ==> old'
    return `  users(("users")) ==> ${nodeOf(taskDefinition)}`
  })
}

function colours(report: DeployReport): readonly string[] {
  const isNothing = report.now?.running.length === 0
  const nothing = isNothing ? [`  style nothing ${BAD}`] : []
  if (isTakenBack(report) || HAS_FAILED.includes(report.outcome)) {
    return [`  style new ${BAD}`, ...nothing]
  }
  return report.outcome === 'deployed' || report.outcome === 'rolled-back'
    ? [`  style new ${GOOD}`]
    : []
}

/** Families are letters, digits, `-` and `_`, so nothing in them can break the picture. */
const label = (arn: string): string => lastPart(arn).replace(/[^\w:.-]/g, '?')
