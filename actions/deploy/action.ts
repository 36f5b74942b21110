/** The deploy action as GitHub runs it: inputs in, and out come the log, outputs, summary and report.json. */
import { log, realClock, type ActionContext, type ActionResult } from '@ecs-pipeline/action-kit'
import { createPorts, describeCall } from '@ecs-pipeline/aws'
import { Journal, type RolloutTools } from '@ecs-pipeline/rollout'
import { headline, Teller, tellRefusal } from '@ecs-pipeline/reporting'
import { readDeployInputs, type DeployInputs } from './inputs.ts'
import { originOf } from './origin.ts'
import { run } from './run.ts'

export async function main({ run: context, input, signal }: ActionContext): Promise<ActionResult> {
  const inputs = readDeployInputs(input)
  const teller = await Teller.open(inputs, context, 'deploy', signal)
  const tools = createTools(inputs, signal)
  const report = await run(inputs, {
    ...tools,
    workspace: context.workspace,
    origin: originOf(context, inputs),
    checkpoint: (facts, phase) => teller.checkpoint(facts, phase, tools),
  })
  await teller.end(report, tools.journal)
  return report.passed ? { ok: true } : { ok: false, headline: headline(report) }
}

export function createTools(inputs: DeployInputs, signal: AbortSignal): RolloutTools {
  const { cluster, service, prometheusToken } = inputs
  if (prometheusToken !== undefined) log.mask(prometheusToken)
  const clock = realClock
  const ports = createPorts({
    cluster,
    service,
    clock,
    prometheusToken,
    onCall: (record) => {
      log.debug(describeCall(record))
    },
  })
  const journal = new Journal(clock, { progress: log.info, warning: log.warning })
  return { ports, clock, journal, signal }
}

export const refuse = (problems: readonly string[], { run }: ActionContext): Promise<void> =>
  tellRefusal('deploy', problems, run)
