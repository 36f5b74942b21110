/** Where a run tells what it knows: report.json and outputs at every transition, the summary at its end. */
import {
  log,
  reportPath,
  setOutputs,
  state,
  writeReport,
  writeSummary,
  type RunContext,
} from '@ecs-pipeline/action-kit'
import type { DeployReport, RolloutTools, RunPhase, Verdict } from '@ecs-pipeline/rollout'
import { headline } from './annotation.ts'
import { draftReport, type RunFacts } from './build-report.ts'
import { outputNames, outputsOf } from './outputs.ts'
import { renderSummary } from './summary.ts'

/** The name under which the post part finds the report of the main part. */
const REPORT_STATE = 'report'

export class Teller {
  private readonly context: RunContext
  private readonly path: string

  private constructor(context: RunContext, path: string) {
    this.context = context
    this.path = path
  }

  static async open(context: RunContext, action: 'deploy' | 'rollback'): Promise<Teller> {
    const path = await reportPath(context, action)
    state.save(REPORT_STATE, path)
    return new Teller(context, path)
  }

  /** What stays if the run dies at this moment, before it could say how it ended. */
  async checkpoint(facts: RunFacts, phase: RunPhase, tools: RolloutTools): Promise<void> {
    await this.write(draftReport(facts, interruptedIn(phase), phase, tools))
  }

  /** Outputs first: they are what later steps decide by. */
  async end(report: DeployReport): Promise<void> {
    await this.write(report)
    await writeSummary(renderSummary(report), this.context.files)
    log.info(headline(report))
  }

  private async write(report: DeployReport): Promise<void> {
    await writeReport(this.path, report)
    setOutputs(outputsOf(report, this.path))
  }
}

/** The path of the report that the main part of this step wrote; for its post part. */
export const savedReportPath = (): string | undefined => state.read(REPORT_STATE)

/** The truth about a run that ended without a word. */
export function interruptedIn(phase: RunPhase): Verdict {
  const isBefore = phase === 'preflight' || phase === 'registered'
  return {
    outcome: isBefore ? 'refused' : 'monitoring-lost',
    rolledBackBy: 'none',
    code: 'interrupted',
    reason: isBefore
      ? 'The run ended before it changed the service.'
      : `The run ended from outside (${phase}). ECS goes on alone; how it ends is not known here.`,
  }
}

/** Inputs that cannot be read end the run before AWS is asked anything. */
export async function tellRefusal(
  action: 'deploy' | 'rollback',
  problems: readonly string[],
  context: RunContext,
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
      `## 🛑 ${action}: refused`,
      '**Users get now:** what they got before. Nothing was changed.',
      ...problems,
    ],
    context.files,
  )
}
