import type { RunTools } from '@ecs-pipeline/reporting'
import type { Probes } from './probes.ts'

export interface DeployTools extends RunTools {
  /** Tags for the task definition: which commit and run it came from. */
  readonly origin: Readonly<Record<string, string>>
  /** Shared by services that are deployed together. */
  readonly probes?: Probes
}
