import type { DeployInputs } from '../../../actions/deploy/inputs.ts'
import { runTaskSchema } from '../../../actions/deploy/run-task-inputs.ts'
import type { RollbackInputs } from '../../../actions/rollback/inputs.ts'
import { CLUSTER } from '../../support/stack.ts'

const NOBODY_TOLD = {
  environment: undefined,
  environmentUrl: undefined,
  githubToken: undefined,
  slackWebhookUrl: undefined,
  snsTopicArn: undefined,
  webhookUrl: undefined,
}

/** The inputs of a plain run, with the defaults of action.yml. */
export const makeInputs = (over: Partial<DeployInputs> = {}): DeployInputs => ({
  cluster: CLUSTER,
  service: 'ledger',
  taskDefinition: undefined,
  images: [],
  desiredCount: undefined,
  forceNewDeployment: false,
  waitForMinutes: 30,
  maxFailedTasks: 3,
  onFailure: 'rollback',
  onTimeout: 'rollback',
  onCancel: 'leave',
  onConcurrent: 'wait',
  allowIdle: false,
  triggers: undefined,
  bakeMinutes: undefined,
  prometheusToken: undefined,
  attach: false,
  olderRun: 'refuse',
  keepRevisions: undefined,
  pollSeconds: 10,
  ...runTaskSchema.read(() => ''),
  ...NOBODY_TOLD,
  ...over,
})

/** The same for the rollback action. */
export const makeRollbackInputs = (over: Partial<RollbackInputs> = {}): RollbackInputs => ({
  cluster: CLUSTER,
  service: 'ledger',
  to: 'previous',
  reason: undefined,
  dryRun: false,
  watchMinutes: undefined,
  triggers: undefined,
  prometheusToken: undefined,
  waitForMinutes: 30,
  maxFailedTasks: 3,
  pollSeconds: 10,
  ...NOBODY_TOLD,
  ...over,
})
