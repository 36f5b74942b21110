/**
 * The post part of a step: GitHub runs it when the job was cancelled or failed, also when the main part was killed
 * before it could say anything. What the main part wrote last tells how far it had come.
 */
import {
  log,
  readReport,
  realClock,
  type ActionContext,
  type ActionResult,
  type InputSource,
} from '@ecs-pipeline/action-kit'
import {
  isSetReport,
  readServing,
  setReport,
  type DeployReport,
  type RolloutTools,
  type SetReport,
} from '@ecs-pipeline/rollout'
import { NOT_SEEN } from './build-report.ts'
import type { RunReport } from './run-report.ts'
import { createRolloutTools, type ServiceInputs } from './run-tools.ts'
import { savedReportPath, Teller } from './teller.ts'
import type { TellingInputs } from './telling-inputs.ts'

/** What an action does in its post part. */
export interface AfterKilled<Inputs> {
  /** Of the run on one service, or on each of several. */
  readonly readInputs: (source: InputSource) => Promise<readonly Inputs[]>
  /** Does what is left to do for a service, and gives the report of the end. */
  readonly complete: (
    left: DeployReport,
    inputs: Inputs,
    tools: RolloutTools,
  ) => Promise<DeployReport>
}

/** Tells in its place what a killed main part has not told. Does nothing when it ended by itself. */
export async function finishKilledRun<Inputs extends TellingInputs & ServiceInputs>(
  { run, input, signal }: ActionContext,
  { readInputs, complete }: AfterKilled<Inputs>,
): Promise<ActionResult> {
  const path = savedReportPath()
  const left = path === undefined ? undefined : ((await readReport(path)) as RunReport | undefined)
  if (path === undefined || !left || left.phase === 'ended') return { ok: true }
  const all = await readInputs(input)
  const [step] = all
  if (!step) return { ok: true }
  const finish = async (report: DeployReport): Promise<DeployReport> => {
    const inputs = all.find(({ service }) => service === report.service) ?? step
    const tools = createRolloutTools(inputs, signal)
    return withLastLook(await complete(report, inputs, tools), tools)
  }
  const report = isSetReport(left) ? await finishSet(left, finish) : await finish(left)
  await Teller.reopen(step, run, path, signal).end(report, { caveat: log.warning })
  return { ok: true }
}

async function finishSet(
  left: SetReport,
  finish: (report: DeployReport) => Promise<DeployReport>,
): Promise<SetReport> {
  const services = await Promise.all(
    left.services.map((each) => (each.phase === 'ended' ? Promise.resolve(each) : finish(each))),
  )
  return setReport(services, { ...left, phase: 'ended', finishedAt: realClock.now() })
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
