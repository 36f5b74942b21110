import type { RunTools } from '@ecs-pipeline/reporting'

export interface DeployTools extends RunTools {
  /** Tags for the task definition: which commit and run it came from. */
  readonly origin: Readonly<Record<string, string>>
}
