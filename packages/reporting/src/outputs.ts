import { culprit, isOfCodeDeploy, type DeployReport, type SetReport } from '@ecs-pipeline/rollout'

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
export const deployOutputNames = [
  'codedeploy-deployment-id',
  'run-task-arn',
  'services-json',
] as const

type Outputs = Readonly<Record<string, string>>
type ServiceOutputs = Readonly<Record<Exclude<OutputName, 'report-json'>, string>>

/** All outputs of an action. */
export const outputNamesOf = (action: DeployReport['action']): readonly string[] =>
  action === 'deploy' ? [...outputNames, ...deployOutputNames] : outputNames

/** `reportFile` is the path of report.json. A fact that is not known is an empty string. */
export const outputsOf = (report: DeployReport, reportFile: string): Outputs => ({
  ...outputsOfService(report),
  ...(report.action === 'deploy' && ownOutputs([report])),
  'report-json': reportFile,
})

/** What is a fact of one service alone is empty; `services-json` has it for each. */
export function outputsOfSet(report: SetReport, reportFile: string): Outputs {
  const { services, outcome, reason } = report
  const first = culprit(services) ?? services[0]
  const shared: ServiceOutputs = {
    outcome,
    'rolled-back': String(services.some((each) => each.outcome === 'rolled-back')),
    'rolled-back-by': first?.rolledBackBy ?? 'none',
    'reason-code': first?.reasonCode ?? '',
    reason,
    'trigger-name': first?.trigger ?? '',
    'service-deployment-arn': '',
    'task-definition-arn': '',
    'previous-task-definition-arn': '',
    'running-task-definition-arn': '',
    'image-digest': '',
  }
  return { ...shared, ...ownOutputs(services), 'report-json': reportFile }
}

/** `run-task-arn`: the ARNs as the official action writes them, a JSON list. */
function ownOutputs(
  services: readonly DeployReport[],
): Readonly<Record<(typeof deployOutputNames)[number], string>> {
  const arns = services.flatMap(({ oneOffTask }) => oneOffTask?.arns ?? [])
  const hasRun = services.some(({ oneOffTask }) => oneOffTask?.arns !== undefined)
  const [only = ''] = services.length === 1 ? services.map(codeDeployIdOf) : []
  return {
    'codedeploy-deployment-id': only,
    'run-task-arn': hasRun ? JSON.stringify(arns) : '',
    'services-json': servicesJson(services),
  }
}

/** For `fromJSON` in a workflow: a list in the order in which the services were given. */
const servicesJson = (services: readonly DeployReport[]): string =>
  JSON.stringify(
    services.map((report) => ({
      service: report.service,
      passed: report.passed,
      ...outputsOfService(report),
      'codedeploy-deployment-id': codeDeployIdOf(report),
    })),
  )

const codeDeployIdOf = ({ serviceDeployment = '' }: DeployReport): string =>
  isOfCodeDeploy(serviceDeployment) ? serviceDeployment : ''

function outputsOfService(report: DeployReport): ServiceOutputs {
  const { serviceDeployment: deployment = '' } = report
  return {
    outcome: report.outcome,
    'rolled-back': String(report.outcome === 'rolled-back'),
    'rolled-back-by': report.rolledBackBy,
    'reason-code': report.reasonCode,
    reason: report.reason,
    'trigger-name': report.trigger ?? '',
    'service-deployment-arn': isOfCodeDeploy(deployment) ? '' : deployment,
    'task-definition-arn': report.taskDefinition ?? '',
    'previous-task-definition-arn': report.previousTaskDefinition ?? '',
    'running-task-definition-arn': report.now?.running[0]?.taskDefinition ?? '',
    'image-digest': report.images.find((image) => image.digest !== undefined)?.digest ?? '',
  }
}
