import type { DeployReport } from '@ecs-pipeline/rollout'

/** The outputs that every action has which watches a deployment; action.yml declares the same names. */
export const outputNames = [
  'outcome',
  'rolled-back',
  'rolled-back-by',
  'reason-code',
  'reason',
  'trigger-name',
  'service-deployment-arn',
  'task-definition-arn',
  'previous-task-definition-arn',
  'running-task-definition-arn',
  'image-digest',
  'report-json',
] as const
export type OutputName = (typeof outputNames)[number]

/** What the deploy action tells beside them. */
export const deployOutputNames = ['run-task-arn'] as const

/** All outputs of an action. */
export const outputNamesOf = (action: DeployReport['action']): readonly string[] =>
  action === 'deploy' ? [...outputNames, ...deployOutputNames] : outputNames

/** `reportFile` is the path of report.json. A fact that is not known is an empty string. */
export function outputsOf(
  report: DeployReport,
  reportFile: string,
): Readonly<Record<string, string>> {
  return {
    ...sharedOutputs(report, reportFile),
    ...(report.action === 'deploy' && ownOutputs(report)),
  }
}

/** The ARNs as the official action writes them: a JSON list. */
function ownOutputs({
  oneOffTask,
}: DeployReport): Readonly<Record<(typeof deployOutputNames)[number], string>> {
  return { 'run-task-arn': oneOffTask?.arns === undefined ? '' : JSON.stringify(oneOffTask.arns) }
}

function sharedOutputs(
  report: DeployReport,
  reportFile: string,
): Readonly<Record<OutputName, string>> {
  return {
    outcome: report.outcome,
    'rolled-back': String(report.outcome === 'rolled-back'),
    'rolled-back-by': report.rolledBackBy,
    'reason-code': report.reasonCode,
    reason: report.reason,
    'trigger-name': report.trigger ?? '',
    'service-deployment-arn': report.serviceDeployment ?? '',
    'task-definition-arn': report.taskDefinition ?? '',
    'previous-task-definition-arn': report.previousTaskDefinition ?? '',
    'running-task-definition-arn': report.now?.running[0]?.taskDefinition ?? '',
    'image-digest': report.images.find((image) => image.digest !== undefined)?.digest ?? '',
    'report-json': reportFile,
  }
}
