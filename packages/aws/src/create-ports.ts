import type { Clock, Ports } from '@ecs-pipeline/rollout'
import { createCall, type CallRecord } from './call.ts'
import { createClients, type TimeLimits } from './clients.ts'
import { createDeployments } from './deployments.ts'
import { createImages } from './images.ts'
import { createLogTails } from './log-tails.ts'
import { createMetrics } from './metrics/metrics.ts'
import { createOneOffTasks } from './one-off-tasks.ts'
import { createScaling } from './scaling.ts'
import { createTargets } from './targets.ts'
import { createTaskDefinitions } from './task-definitions.ts'
import { createTasks } from './tasks.ts'
import type { Toolbox } from './toolbox.ts'
import { createWeb } from './web.ts'

export interface PortOptions {
  /** Name or ARN. */
  readonly cluster: string
  /** Name or ARN. */
  readonly service: string
  /** Pauses between attempts are slept on it. */
  readonly clock: Clock
  /** Without it, the environment's (`AWS_REGION`). */
  readonly region?: string
  /** In [0, 1): spreads the pauses between attempts. */
  readonly random?: () => number
  /** Told of every attempt, for debug logs. */
  readonly onCall?: (record: CallRecord) => void
  /** How often a request is sent again at most. */
  readonly maxRetries?: number | undefined
  /** Ends all calls of these ports. What has to be done after a cancellation needs ports of its own. */
  readonly signal?: AbortSignal
  /** Shorter than the real ones, for tests in which AWS never answers. */
  readonly timeLimits?: TimeLimits
  /** Sent to the Prometheus server that a trigger file names. */
  readonly prometheusToken?: string | undefined
}

/** The ports of one ECS service, over the AWS SDK. Nothing is sent, and no client made, before a port is used. */
export function createPorts(options: PortOptions): Ports {
  const { cluster, service, region, random = Math.random, maxRetries, ...rest } = options
  const toolbox: Toolbox = {
    cluster,
    service,
    clients: createClients(region, options.timeLimits),
    call: createCall({
      ...rest,
      random,
      ...(maxRetries !== undefined && { maxRetries }),
    }),
  }
  return {
    deployments: createDeployments(toolbox),
    taskDefinitions: createTaskDefinitions(toolbox),
    tasks: createTasks(toolbox),
    targets: createTargets(toolbox),
    metrics: createMetrics(toolbox, {
      token: options.prometheusToken,
      timeLimit: options.timeLimits?.answer,
    }),
    images: createImages(toolbox),
    logTails: createLogTails(toolbox),
    scaling: createScaling(toolbox),
    web: createWeb(options.signal),
    oneOffTasks: createOneOffTasks(toolbox),
  }
}
