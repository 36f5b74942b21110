import type { RolloutTools, RunPhase } from '@ecs-pipeline/rollout'
import type { RunFacts } from '@ecs-pipeline/reporting'

/** What the rollback action is given to work with; tests give their own. */
export interface RollbackTools extends RolloutTools {
  /** The folder that relative file names count from. */
  readonly workspace: string
  /** Told at every transition, before the run goes on: what stays if it dies there. */
  readonly checkpoint: (facts: RunFacts, phase: RunPhase) => Promise<void>
}
