import type { DeployReport } from '@ecs-pipeline/rollout'

/** The outputs of the action; action.yml declares the same names. */
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

/** `reportFile` is the path of report.json. A fact that is not known is an empty string. */
export function outputsOf(
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
