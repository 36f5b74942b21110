import type { Clock } from './clock.ts'
import { NotFound, PortError, Unanswered, Unreachable } from './errors.ts'
import type { Journal } from './journal.ts'
import type { Ports, ServiceChange } from './ports.ts'
import type { DeploymentView, ServiceView, TaskDefinitionArn } from './views.ts'

/** How often, and how many milliseconds apart, the service is looked at when UpdateService has not answered. */
const LOOKS = 4
const LOOK_EVERY = 5_000

/**
 * Sends the change and gives the deployment that it began. An update without an answer may have arrived all the
 * same: the service itself tells, though not at once, because DescribeServices may be a few seconds old.
 */
export async function beginDeployment(
  change: ServiceChange & { readonly taskDefinition: TaskDefinitionArn },
  before: ServiceView,
  tools: {
    readonly ports: Ports
    readonly clock: Clock
    readonly journal: Journal
    readonly signal: AbortSignal
  },
): Promise<DeploymentView> {
  try {
    const primary = primaryOf(await tools.ports.deployments.update(change))
    if (primary) return primary
    throw new NotFound('UpdateService answered without a deployment', 'ecs:UpdateService')
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    return lookForDeployment(change, before, error, tools)
  }
}

type Tools = Parameters<typeof beginDeployment>[2]

async function lookForDeployment(
  change: ServiceChange,
  before: ServiceView,
  error: Unreachable,
  { clock, journal, ports, signal }: Tools,
): Promise<DeploymentView> {
  let doubt: string | undefined
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await clock.sleep(LOOK_EVERY, signal)
    try {
      const service = await ports.deployments.service()
      const begun = newDeployment(service, before, change)
      if (begun) {
        journal.caveat(
          `UpdateService did not answer, but the service was updated: ${error.message}`,
        )
        return begun
      }
      const primary = primaryOf(service)
      // Ours may have failed, or have been replaced, and be gone from the list already.
      const isUnchanged = primary?.id === primaryOf(before)?.id
      doubt = isUnchanged ? undefined : `its primary deployment is ${primary?.id ?? 'none'} now`
    } catch (failure) {
      if (!(failure instanceof PortError)) throw failure
      doubt = failure.message
    }
  }
  if (doubt === undefined) throw error
  throw new Unanswered(
    `${error.message} Whether the service was updated all the same is not known: ${doubt}`,
    error.action,
    { cause: error },
  )
}

const primaryOf = (service: ServiceView): DeploymentView | undefined =>
  service.deployments.find((each) => each.status === 'PRIMARY')

/** The oldest one, in case somebody deploys the same task definition anew a moment later. */
const newDeployment = (
  service: ServiceView,
  before: ServiceView,
  { taskDefinition }: ServiceChange,
): DeploymentView | undefined =>
  service.deployments
    .filter((each) => each.taskDefinition === taskDefinition)
    .filter((each) => before.deployments.every(({ id }) => id !== each.id))
    .sort((a, b) => a.createdAt - b.createdAt)[0]
