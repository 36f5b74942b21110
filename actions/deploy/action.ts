/** The deploy action as GitHub runs it: inputs in, and out come the log, outputs, summary and report.json. */
import {
  causeChain,
  log,
  realClock,
  reportPath,
  setOutputs,
  writeReport,
  writeSummary,
  type ActionContext,
  type ActionResult,
  type RunContext,
} from '@ecs-pipeline/action-kit'
import { createPorts } from '@ecs-pipeline/aws'
import { Journal, type DeployReport } from '@ecs-pipeline/rollout'
import { headline } from './annotation.ts'
import { readDeployInputs } from './inputs.ts'
import { outputNames, outputsOf } from './outputs.ts'
import { run } from './run.ts'
import { renderSummary } from './summary.ts'

export async function main({ run: context, input, signal }: ActionContext): Promise<ActionResult> {
  const inputs = readDeployInputs(input)
  const { cluster, service } = inputs
  const clock = realClock
  const report = await run(inputs, {
    ports: createPorts({
      cluster,
      service,
      clock,
      onCall: ({ action, attempt, milliseconds, error }) => {
        const how = error === undefined ? 'answered' : `failed (${causeChain(error)})`
        log.debug(`${action}, attempt ${attempt}: ${how} after ${milliseconds} ms`)
      },
    }),
    clock,
    journal: new Journal(clock, { progress: log.info, warning: log.warning }),
    signal,
    workspace: context.workspace,
    origin: originOf(context),
  })
  await tell(report, context)
  return report.passed ? { ok: true } : { ok: false, headline: headline(report) }
}

/** Tags that say where a task definition came from. */
function originOf({ repository, commit, runId }: RunContext): Record<string, string> {
  const tags = {
    'ecs-pipeline:repository': repository,
    'ecs-pipeline:commit': commit,
    'ecs-pipeline:run': runId,
  }
  return Object.fromEntries(
    Object.entries(tags).filter((tag): tag is [string, string] => tag[1] !== undefined),
  )
}

/** Outputs first: they are what later steps decide by. */
async function tell(report: DeployReport, context: RunContext): Promise<void> {
  const path = await reportPath(context, 'deploy')
  await writeReport(path, report)
  setOutputs(outputsOf(report, path))
  await writeSummary(renderSummary(report), context.files)
  log.info(headline(report))
}

/** Inputs that cannot be read end the run before AWS is asked anything. */
export async function refuse(
  problems: readonly string[],
  { run: context }: ActionContext,
): Promise<void> {
  const empty = Object.fromEntries(outputNames.map((name) => [name, '']))
  const reason = problems.join(' ')
  setOutputs({
    ...empty,
    outcome: 'refused',
    'rolled-back': 'false',
    'rolled-back-by': 'none',
    'reason-code': 'input',
    reason,
  })
  await writeSummary(
    [
      '## 🛑 deploy: refused',
      '**Users get now:** what they got before. Nothing was changed.',
      ...problems,
    ],
    context.files,
  )
}
