/** The deploy action as GitHub runs it: inputs in, and out come the log, outputs, summary and report.json. */
import type { ActionContext, ActionResult } from '@ecs-pipeline/action-kit'
import { createRolloutTools, headline, Teller, tellRefusal } from '@ecs-pipeline/reporting'
import { readDeployInputs } from './inputs.ts'
import { originOf } from './origin.ts'
import { run } from './run.ts'

export async function main({ run: context, input, signal }: ActionContext): Promise<ActionResult> {
  const inputs = readDeployInputs(input)
  const teller = await Teller.open(inputs, context, 'deploy', signal)
  const tools = createRolloutTools(inputs, signal)
  const report = await run(inputs, {
    ...tools,
    workspace: context.workspace,
    origin: originOf(context, inputs),
    checkpoint: (facts, phase) => teller.checkpoint(facts, phase, tools),
  })
  await teller.end(report, tools.journal)
  return report.passed ? { ok: true } : { ok: false, headline: headline(report) }
}

export const refuse = (problems: readonly string[], { run }: ActionContext): Promise<void> =>
  tellRefusal('deploy', problems, run)
