/** The quality-gate action as GitHub runs it: inputs in, and out come the log, annotations, outputs, summary and files. */
import { dirname, join } from 'node:path'
import {
  createFolderCache,
  log,
  realClock,
  reportPath,
  runProgram,
  setOutputs,
  writeReport,
  writeSummary,
  type ActionContext,
  type ActionResult,
  type RunContext,
} from '@ecs-pipeline/action-kit'
import { annotate } from './annotate.ts'
import { commentOnly, commentOptions } from './comment-only.ts'
import { commentOnRun } from './comment/comment-on-run.ts'
import { readGateInputs, type GateInputs } from './inputs.ts'
import { outputNames, outputsOf } from './outputs.ts'
import { run, type GateRun } from './run.ts'
import { sarifText } from './sarif.ts'
import { renderRefusal, renderSummary } from './summary/summary.ts'
import { logLines } from './summary/log-lines.ts'
import type { Tools } from './tools.ts'

/** Milliseconds that the downloads of a package manager may take to come or go. */
const PACKAGES_LIMIT = 10 * 60_000

export async function main({ run: context, input, signal }: ActionContext): Promise<ActionResult> {
  const inputs = readGateInputs(input)
  if (inputs.commentFrom === 'workflow_run') return commentOnly(inputs, context, signal)
  const path = await reportPath(context, 'quality-gate')
  const caveats: string[] = []
  const done = await run(inputs, createTools(context, dirname(path), signal, caveats), caveats)
  const { report } = done
  await tell(done, inputs, context, path)
  await commentOnRun(report, commentOptions(inputs, report.name, context, signal))
  return report.passed
    ? { ok: true }
    : { ok: false, headline: `${report.result}: ${report.reason}` }
}

function createTools(
  context: RunContext,
  folder: string,
  signal: AbortSignal,
  caveats: string[],
): Tools {
  return {
    context,
    clock: realClock,
    signal,
    run: runProgram,
    folder,
    cache: createFolderCache({ clock: realClock }),
    packages: createFolderCache({ clock: realClock, timeLimit: PACKAGES_LIMIT }),
    log,
    notice: log.notice,
    caveat: (text) => {
      caveats.push(text)
      log.info(text)
    },
  }
}

async function tell(
  { report, evidence }: GateRun,
  inputs: GateInputs,
  context: RunContext,
  path: string,
): Promise<void> {
  for (const line of logLines(report)) log.info(line)
  annotate(report, inputs)
  const sarif = join(dirname(path), 'quality-gate.sarif')
  await writeReport(sarif, [sarifText(report, evidence)])
  await writeReport(path, [`${JSON.stringify(report, undefined, 2)}\n`])
  setOutputs(outputsOf(report, { report: path, sarif }))
  await writeSummary(renderSummary(report), context.files)
}

export async function refuse(
  problems: readonly string[],
  { run: context }: ActionContext,
): Promise<void> {
  const empty = Object.fromEntries(outputNames.map((name) => [name, '']))
  setOutputs({ ...empty, result: 'refused', reason: problems.join('\n') })
  await writeSummary(renderRefusal(problems), context.files)
}
