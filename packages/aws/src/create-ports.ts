import type { Clock, Ports } from '@ecs-pipeline/rollout'
import { createCall, type CallRecord } from './call.ts'
import { createClients, type TimeLimits } from './clients.ts'
import { createCodeDeployments } from './codedeploy.ts'
import { createDeployments } from './deployments.ts'
import { createDns } from './dns.ts'
import { createImages } from './images.ts'
import { createLogTails } from './log-tails.ts'
import { createMetrics } from './metrics/metrics.ts'
import { createOneOffTasks } from './one-off-tasks.ts'
import { createScaling } from './scaling.ts'
import { sharedImages } from './shared-images.ts'
import { createSharedReads } from './shared-reads.ts'
import { createTargets } from './targets.ts'
import { createTaskDefinitions } from './task-definitions.ts'
import { createTasks } from './tasks.ts'
import type { Toolbox } from './toolbox.ts'
import { createWeb } from './web.ts'

/** How long one who asks waits for other services that are looked at in the same moment, in milliseconds. */
const WINDOW = 25

export interface ClusterPortOptions {
  /** Name or ARN. */
  readonly cluster: string
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

export interface PortOptions extends ClusterPortOptions {
  /** Name or ARN. */
  readonly service: string
}

/** The ports of one ECS service, over the AWS SDK. Nothing is sent, and no client made, before a port is used. */
export const createPorts = ({ service, ...options }: PortOptions): Ports =>
  portsOfCluster(options, 0)(service)

/**
 * Makes the ports of each service of a cluster that is deployed together with others: whoever asks at the same moment
 * asks in one call, where AWS has a call for several.
 */
export const createClusterPorts = (options: ClusterPortOptions): ((service: string) => Ports) =>
  portsOfCluster(options, WINDOW)

function portsOfCluster(options: ClusterPortOptions, window: number): (service: string) => Ports {
  const { cluster, clock, region, signal, maxRetries, prometheusToken } = options
  const { random = Math.random, onCall } = options
  const clients = createClients(region, options.timeLimits)
  const call = createCall({
    clock,
    random,
    ...(onCall && { onCall }),
    ...(signal && { signal }),
    ...(maxRetries !== undefined && { maxRetries }),
  })
  const reads = createSharedReads({ clients, call, cluster, clock, window })
  const prometheus = { token: prometheusToken, timeLimit: options.timeLimits?.answer }
  const metrics = createMetrics({ clients, call, clock, window, prometheus })
  const own = createImages({ clients, call })
  const images = window === 0 ? own : sharedImages(own, clock)
  const web = createWeb(signal)
  return (service) => {
    const toolbox: Toolbox = { cluster, service, clients, call, reads }
    return {
      deployments: createDeployments(toolbox),
      taskDefinitions: createTaskDefinitions(toolbox),
      tasks: createTasks(toolbox),
      targets: createTargets(toolbox),
      metrics,
      images,
      logTails: createLogTails(toolbox),
      scaling: createScaling(toolbox),
      web,
      oneOffTasks: createOneOffTasks(toolbox),
      codeDeploy: createCodeDeployments(toolbox),
      dns: createDns(toolbox),
    }
  }
}
