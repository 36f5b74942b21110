import type { Clock } from './clock.ts'
import { isCrowd, untilNextLook, type Company } from './company.ts'
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
  /** Of the new primary deployment, as UpdateService answered. */
  readonly deploymentId: string
  /** Of the same; milliseconds since the epoch. */
  readonly createdAt: number
}

export interface LocateTools {
  readonly ports: Ports
  readonly clock: Clock
  readonly journal: Journal
  readonly signal: AbortSignal
  readonly company?: Company
}

/**
 * The service deployment that UpdateService began. The answer and the list are not one moment, so the newest entry
 * is not taken blindly: its target revision has to be of our task definition. `undefined` (with a caveat) means
 * classic mode: the deployment is judged by its id in DescribeServices.
 */
export async function locateServiceDeployment(
  updated: JustUpdated,
  tools: LocateTools,
): Promise<ServiceDeploymentArn | undefined> {
  const { clock, journal, signal } = tools
  const giveUpAt = clock.now() + LISTED_WITHIN
  try {
    const current = await seeCurrent(updated, tools)
    if (current !== undefined) return current
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

/**
 * A list is of one service. Where there are many, what the service itself names as its current one is asked for
 * instead, at the next moment at which all of them look, in calls that answer for several. `undefined`: it is not
 * certain that this is ours.
 */
async function seeCurrent(
  { before, taskDefinition, deploymentId, createdAt }: JustUpdated,
  { ports, clock, signal, company }: LocateTools,
): Promise<ServiceDeploymentArn | undefined> {
  if (!isCrowd(company) || before.controller !== 'ECS') return undefined
  const now = clock.now()
  await clock.sleep(untilNextLook(now, now, company.interval, company), signal)
  if (signal.aborted) return undefined
  try {
    const service = await ports.deployments.service()
    const primary = service.deployments.find((each) => each.status === 'PRIMARY')
    const arn = service.currentServiceDeployment
    // As long as the primary deployment is ours, nobody has begun another one.
    if (arn === undefined || primary?.id !== deploymentId) return undefined
    const deployment = await ports.deployments.serviceDeployment(arn)
    if (deployment?.targetRevision === undefined || !isSameMoment(deployment, createdAt)) {
      return undefined
    }
    const [revision] = await ports.deployments.revisions([deployment.targetRevision])
    return revision?.taskDefinition === taskDefinition ? arn : undefined
  } catch (error) {
    if (error instanceof CredentialsExpired || !(error instanceof PortError)) throw error
    return undefined
  }
}

const isSameMoment = (each: { readonly createdAt: number }, moment: number): boolean =>
  Math.abs(each.createdAt - moment) <= SAME_MOMENT

/** One look, for a run that does not wait: `undefined` when ECS does not list it yet. Throws the port's error. */
export async function lookForServiceDeployment(
  updated: Omit<JustUpdated, 'deploymentId'>,
  ports: Ports,
): Promise<ServiceDeploymentArn | undefined> {
  const fresh = await ports.deployments.history({
    createdAfter: updated.createdAt - SAME_MOMENT,
    atMost: 10,
  })
  const candidates = fresh.filter(
    (each) =>
      each.arn !== updated.before.currentServiceDeployment && isSameMoment(each, updated.createdAt),
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
