import type { RolloutTools, RunPhase } from '@ecs-pipeline/rollout'
import type { RunFacts } from '@ecs-pipeline/reporting'

/** What the deploy action is given to work with; tests give their own. */
export interface DeployTools extends RolloutTools {
  /** The folder that relative file names count from. */
  readonly workspace: string
  /** Tags for the task definition: which commit and run it came from. */
  readonly origin: Readonly<Record<string, string>>
  /** Told at every transition, before the run goes on: what stays if it dies there. */
  readonly checkpoint: (facts: RunFacts, phase: RunPhase) => Promise<void>
}
