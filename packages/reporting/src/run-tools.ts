import { log, realClock } from '@ecs-pipeline/action-kit'
import {
  createClusterPorts,
  createPorts,
  describeCall,
  type ClusterPortOptions,
} from '@ecs-pipeline/aws'
import { Journal, lastPart, type RolloutTools, type RunPhase } from '@ecs-pipeline/rollout'
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
export const createRolloutTools = (inputs: ServiceInputs, signal: AbortSignal): RolloutTools => ({
  ports: createPorts({ ...portOptions(inputs), service: inputs.service ?? '' }),
  clock: realClock,
  journal: new Journal(realClock, {
    progress: log.info,
    warning: log.warning,
    quote: log.fold,
  }),
  signal,
})

/** The same for each of several services: they share their calls, and their lines begin with their names. */
export function createSetTools(
  inputs: Omit<ServiceInputs, 'service'>,
  signal: AbortSignal,
): (service: string) => RolloutTools {
  const portsOf = createClusterPorts(portOptions(inputs))
  return (service) => {
    const name = lastPart(service)
    const journal = new Journal(realClock, {
      progress: (line) => {
        log.info(`${name}  ${line}`)
      },
      warning: (line) => {
        log.warning(`${name}: ${line}`)
      },
      quote: log.fold,
    })
    return { ports: portsOf(service), clock: realClock, journal, signal }
  }
}

function portOptions({
  cluster,
  prometheusToken,
  maxRetries,
}: Omit<ServiceInputs, 'service'>): ClusterPortOptions {
  if (prometheusToken !== undefined) log.mask(prometheusToken)
  return {
    cluster,
    clock: realClock,
    prometheusToken,
    maxRetries,
    onCall: (record) => {
      log.debug(describeCall(record))
    },
  }
}
