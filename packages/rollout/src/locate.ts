import type { Clock } from './clock.ts'
import { CredentialsExpired, PortError } from './errors.ts'
import type { Journal } from './journal.ts'
import type { Ports } from './ports.ts'
import type {
  ServiceDeploymentArn,
  ServiceDeploymentBrief,
  ServiceView,
  TaskDefinitionArn,
} from './views.ts'

/** How long a new service deployment may take to be listed after UpdateService has answered, in milliseconds. */
const LISTED_WITHIN = 60_000
const ASK_EVERY = 5_000
/**
 * How far apart the creation times of a deployment and of its service deployment may lie, in milliseconds. Both are
 * AWS's, so this machine's clock does not matter. An earlier deployment of the same task definition is not ours.
 */
const SAME_MOMENT = 5_000

export interface JustUpdated {
  /** The service before. */
  readonly before: ServiceView
  readonly taskDefinition: TaskDefinitionArn
  /** Of the new primary deployment, as UpdateService answered; milliseconds since the epoch. */
  readonly createdAt: number
}

/**
 * The service deployment that UpdateService began. The answer and the list are not one moment, so the newest entry
 * is not taken blindly: its target revision has to be of our task definition. `undefined` (with a caveat) means
 * classic mode: the deployment is judged by its id in DescribeServices.
 */
export async function locateServiceDeployment(
  updated: JustUpdated,
  tools: {
    readonly ports: Ports
    readonly clock: Clock
    readonly journal: Journal
    readonly signal: AbortSignal
  },
): Promise<ServiceDeploymentArn | undefined> {
  const { clock, journal, signal } = tools
  const giveUpAt = clock.now() + LISTED_WITHIN
  try {
    for (;;) {
      const found = await lookForServiceDeployment(updated, tools.ports)
      if (found !== undefined) return found
      if (clock.now() >= giveUpAt || signal.aborted) break
      await clock.sleep(ASK_EVERY, signal)
    }
    journal.caveat(
      'ECS did not list the service deployment within a minute, so this deployment is judged by its id in DescribeServices.',
    )
  } catch (error) {
    if (error instanceof CredentialsExpired || !(error instanceof PortError)) throw error
    journal.caveat(
      `The service deployments cannot be listed, so this deployment is judged by its id in DescribeServices: ${error.message}`,
    )
  }
  return undefined
}

/** One look, for a run that does not wait: `undefined` when ECS does not list it yet. Throws the port's error. */
export async function lookForServiceDeployment(
  updated: JustUpdated,
  ports: Ports,
): Promise<ServiceDeploymentArn | undefined> {
  const fresh = await ports.deployments.history({
    createdAfter: updated.createdAt - SAME_MOMENT,
    atMost: 10,
  })
  const candidates = fresh.filter(
    (each) =>
      each.arn !== updated.before.currentServiceDeployment &&
      Math.abs(each.createdAt - updated.createdAt) <= SAME_MOMENT,
  )
  const arns = candidates.flatMap((each) =>
    each.targetRevision === undefined ? [] : [each.targetRevision],
  )
  if (arns.length === 0) return undefined
  const revisions = await ports.deployments.revisions(arns)
  const ours = new Set(
    revisions
      .filter((each) => each.taskDefinition === updated.taskDefinition)
      .map((each) => each.arn),
  )
  // Somebody may deploy the same task definition anew a moment later: that one is theirs.
  const distance = (each: ServiceDeploymentBrief): number =>
    Math.abs(each.createdAt - updated.createdAt)
  return candidates
    .filter((each) => each.targetRevision !== undefined && ours.has(each.targetRevision))
    .sort((a, b) => distance(a) - distance(b))[0]?.arn
}
