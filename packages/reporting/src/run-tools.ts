import { log, realClock } from '@ecs-pipeline/action-kit'
import { createPorts, describeCall } from '@ecs-pipeline/aws'
import { Journal, type RolloutTools, type RunPhase } from '@ecs-pipeline/rollout'
import type { RunFacts } from './build-report.ts'

/** What an action that watches a deployment is given to work with; tests give their own. */
export interface RunTools extends RolloutTools {
  /** The folder that relative file names count from. */
  readonly workspace: string
  /** Told at every transition, before the run goes on: what stays if it dies there. */
  readonly checkpoint: (facts: RunFacts, phase: RunPhase) => Promise<void>
}

export interface ServiceInputs {
  readonly cluster: string
  /** `undefined`: the run is about a task definition only. */
  readonly service: string | undefined
  readonly prometheusToken: string | undefined
  readonly maxRetries?: number | undefined
}

/** AWS, real time and the log of the step. */
export function createRolloutTools(
  { cluster, service, prometheusToken, maxRetries }: ServiceInputs,
  signal: AbortSignal,
): RolloutTools {
  if (prometheusToken !== undefined) log.mask(prometheusToken)
  const clock = realClock
  const ports = createPorts({
    cluster,
    service: service ?? '',
    clock,
    prometheusToken,
    maxRetries,
    onCall: (record) => {
      log.debug(describeCall(record))
    },
  })
  const journal = new Journal(clock, { progress: log.info, warning: log.warning, quote: log.fold })
  return { ports, clock, journal, signal }
}
