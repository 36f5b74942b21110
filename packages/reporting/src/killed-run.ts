/**
 * The post part of a step: GitHub runs it when the job was cancelled or failed, also when the main part was killed
 * before it could say anything. What the main part wrote last tells how far it had come.
 */
import {
  readReport,
  type ActionContext,
  type ActionResult,
  type InputSource,
} from '@ecs-pipeline/action-kit'
import { readServing, type DeployReport, type RolloutTools } from '@ecs-pipeline/rollout'
import { NOT_SEEN } from './build-report.ts'
import { createRolloutTools, type ServiceInputs } from './run-tools.ts'
import { savedReportPath, Teller } from './teller.ts'
import type { TellingInputs } from './telling-inputs.ts'

/**
 * Tells in its place what a killed main part has not told. Does nothing when it ended by itself. `complete` does what
 * is left to do and gives the report of the end.
 */
export async function finishKilledRun<Inputs extends TellingInputs & ServiceInputs>(
  { run, input, signal }: ActionContext,
  readInputs: (source: InputSource) => Inputs,
  complete: (left: DeployReport, inputs: Inputs, tools: RolloutTools) => Promise<DeployReport>,
): Promise<ActionResult> {
  const path = savedReportPath()
  const left =
    path === undefined ? undefined : ((await readReport(path)) as DeployReport | undefined)
  if (path === undefined || !left || left.phase === 'ended') return { ok: true }
  const inputs = readInputs(input)
  const tools = createRolloutTools(inputs, signal)
  const report = await withLastLook(await complete(left, inputs, tools), tools)
  await Teller.reopen(inputs, run, path, signal).end(report, tools.journal)
  return { ok: true }
}

/** With what users get now, where the run may have changed it. */
export async function withLastLook(
  report: DeployReport,
  { ports }: RolloutTools,
): Promise<DeployReport> {
  if (report.outcome === 'refused' || report.service === '') return report
  const now = await readServing(ports)
  return { ...report, now, caveats: now ? report.caveats : [...report.caveats, NOT_SEEN] }
}

/** The report of a run that was killed, where nothing is left to do. */
export const endedFromOutside = (
  left: DeployReport,
  { clock, journal }: RolloutTools,
): DeployReport => ({
  ...left,
  phase: 'ended',
  finishedAt: clock.now(),
  reasonCode: 'interrupted',
  caveats: [...left.caveats, ...journal.caveats],
})
