import { createPorts } from '@ecs-pipeline/aws'
import { Journal, type DeployReport } from '@ecs-pipeline/rollout'
import type { RollbackInputs } from '../../actions/rollback/inputs.ts'
import { run } from '../../actions/rollback/run.ts'
import type { Stage } from '../../test/scenarios/support/stage.ts'
import { CLUSTER } from '../../test/support/stack.ts'
import { ROOT } from '../root.ts'

/** Runs the rollback action to its end; AWS time passes only while it sleeps. */
export function rollback(
  stage: Stage,
  service: string,
  over: Partial<RollbackInputs>,
): Promise<DeployReport> {
  return stage.clock.run((clock) =>
    run(makeInputs({ service, ...over }), {
      ports: createPorts({ cluster: CLUSTER, service, clock, random: () => 0.5 }),
      clock,
      journal: new Journal(clock, { progress: () => undefined, warning: () => undefined }),
      signal: new AbortController().signal,
      workspace: ROOT,
      checkpoint: () => Promise.resolve(),
    }),
  )
}

/** The inputs of a plain rollback, with the defaults of action.yml. */
const makeInputs = (over: Partial<RollbackInputs>): RollbackInputs => ({
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
  environment: undefined,
  environmentUrl: undefined,
  githubToken: undefined,
  slackWebhookUrl: undefined,
  snsTopicArn: undefined,
  webhookUrl: undefined,
  ...over,
})
