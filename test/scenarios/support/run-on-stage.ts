import { createPorts } from '@ecs-pipeline/aws'
import { draftReport, interruptedIn } from '@ecs-pipeline/reporting'
import { Journal, type Clock, type DeployReport } from '@ecs-pipeline/rollout'
import type { DeployInputs } from '../../../actions/deploy/inputs.ts'
import type { RollbackInputs } from '../../../actions/rollback/inputs.ts'
import type { RunTools } from '@ecs-pipeline/reporting'
import { ROOT } from '../../support/run-bundle.ts'
import { CLUSTER } from '../../support/stack.ts'
import type { Stage } from './stage.ts'

export interface ActionRun {
  readonly report: DeployReport
  /** The operations that the action called, in order, by name. */
  readonly calls: readonly string[]
  /** Milliseconds of AWS time. */
  readonly took: number
  /** What it printed. */
  readonly lines: readonly string[]
  /** What was written at each transition. */
  readonly drafts: readonly DeployReport[]
}

interface RunOptions {
  readonly workspace?: string
  readonly signal?: AbortSignal
  /** Told of every transition, before the action goes on. */
  readonly onCheckpoint?: (draft: DeployReport) => Promise<void>
  /** Real requests through the load balancer, one every so many seconds of AWS time, as long as the action runs. */
  readonly requestEvery?: number
  /**
   * Runs beside the action, on the same clock; for example somebody else's deployment. `over`: the action has ended, and
   * time stands still.
   */
  readonly meanwhile?: (sleep: (ms: number) => Promise<void>, over: AbortSignal) => Promise<void>
}

export interface DeployOptions extends RunOptions {
  readonly inputs?: Partial<DeployInputs>
  readonly origin?: Readonly<Record<string, string>>
}

export interface RollbackOptions extends RunOptions {
  readonly inputs?: Partial<RollbackInputs>
}

/** Runs an action to its end, with what runs beside it; AWS time passes only while all of them sleep. */
export async function runOnStage(
  stage: Stage,
  service: string,
  options: RunOptions,
  action: (tools: RunTools) => Promise<DeployReport>,
): Promise<ActionRun> {
  const lines: string[] = []
  const drafts: DeployReport[] = []
  stage.aws.calls.clear()
  const startedAt = stage.clock.now()
  const report = await stage.clock.run(async (clock) => {
    const over = new AbortController()
    const beside = startBeside(stage, service, options, over.signal)
    const done = await action(toolsFor(service, options, clock, lines, drafts))
    // At once: time stands still while the action does not sleep any more.
    over.abort()
    await beside
    return done
  })
  const calls = stage.aws.calls.entries().map((call) => call.operation)
  return { report, calls, took: stage.clock.now() - startedAt, lines, drafts }
}

async function startBeside(
  stage: Stage,
  service: string,
  { meanwhile, requestEvery }: RunOptions,
  over: AbortSignal,
): Promise<void> {
  const other =
    meanwhile && stage.clock.accompany((clock) => meanwhile((ms) => clock.sleep(ms, over), over))
  const users =
    requestEvery === undefined
      ? undefined
      : stage.clock.accompany((clock) =>
          stage.sendRequests(service, requestEvery * 1000, clock, over),
        )
  await Promise.all([other, users])
}

export function toolsFor(
  service: string,
  options: RunOptions,
  clock: Clock,
  lines: string[],
  drafts: DeployReport[],
): RunTools {
  const tools = {
    ports: createPorts({ cluster: CLUSTER, service, clock, random: () => 0.5 }),
    clock,
    journal: new Journal(clock, {
      progress: (line) => lines.push(line),
      warning: (line) => lines.push(`warning: ${line}`),
    }),
    signal: options.signal ?? new AbortController().signal,
  }
  return {
    ...tools,
    workspace: options.workspace ?? ROOT,
    checkpoint: (facts, phase) => {
      const draft = draftReport(facts, interruptedIn(phase), phase, tools)
      drafts.push(draft)
      return options.onCheckpoint?.(draft) ?? Promise.resolve()
    },
  }
}
