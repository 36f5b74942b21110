/** The deploy action as GitHub runs it: inputs in, and out come the log, outputs, summary and report.json. */
import { log, realClock, type ActionContext, type ActionResult } from '@ecs-pipeline/action-kit'
import {
  createRolloutTools,
  createSetTools,
  Teller,
  tellingOf,
  tellRefusal,
  type RunReport,
} from '@ecs-pipeline/reporting'
import { readDeployInputs } from './inputs.ts'
import { originOf } from './origin.ts'
import { run } from './run.ts'
import { runSet } from './set/run-set.ts'
import { readSetInputs, type SetInputs } from './set/set-inputs.ts'
import { keepHeapSmall } from './set/small-heap.ts'

export async function main(context: ActionContext): Promise<ActionResult> {
  const set = await readSetInputs(context.input)
  return set ? mainOfSet(set, context) : mainOfOne(context)
}

async function mainOfOne({ run: context, input, signal }: ActionContext): Promise<ActionResult> {
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
  return resultOf(report)
}

async function mainOfSet(
  { members, step, ...policy }: SetInputs,
  { run: context, signal }: ActionContext,
): Promise<ActionResult> {
  keepHeapSmall()
  const teller = await Teller.open(step, context, 'deploy', signal)
  const toolsOf = createSetTools(step, signal)
  const { workspace } = context
  const services = members.map(({ inputs, wave }) => {
    const tools = { ...toolsOf(inputs.service), workspace, origin: originOf(context, inputs) }
    return { inputs, wave, tools }
  })
  const report = await runSet(services, {
    ...policy,
    cluster: step.cluster,
    interval: step.pollSeconds * 1000,
    now: () => realClock.now(),
    progress: log.info,
    draft: (draft, isChanging) => teller.draft(draft, isChanging),
  })
  await teller.end(report, { caveat: log.warning })
  return resultOf(report)
}

const resultOf = (report: RunReport): ActionResult =>
  report.passed ? { ok: true } : { ok: false, headline: tellingOf(report, '').headline }

export const refuse = (problems: readonly string[], { run }: ActionContext): Promise<void> =>
  tellRefusal('deploy', problems, run)
