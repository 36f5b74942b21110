import type { Clock, Journal, Ports } from '@ecs-pipeline/rollout'

/** What the deploy action is given to work with; tests give their own. */
export interface DeployTools {
  readonly ports: Ports
  readonly clock: Clock
  readonly journal: Journal
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal
  /** The folder that relative file names count from. */
  readonly workspace: string
  /** Tags for the task definition: which commit and run it came from. */
  readonly origin: Readonly<Record<string, string>>
}
