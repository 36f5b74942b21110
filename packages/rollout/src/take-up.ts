/**
 * A deployment that is there already and is what this run would begin: another run began it and died, or is still
 * at it. It is seen to its end instead of being begun again.
 */
import type { History, KnownGoodChoice } from './known-good.ts'
import type { Ports } from './ports.ts'
import { isUndecided } from './service-deployment-states.ts'
import type { ServiceDeploymentBrief, ServiceView } from './views.ts'
import type { DeploymentIdentity } from './watch/observer.ts'

/** The deployment that is under way, by the names that a watch knows it by; `undefined` when there is none. */
export function ongoingDeployment(
  service: ServiceView,
  history: History,
): DeploymentIdentity | undefined {
  const primary = service.deployments.find((each) => each.status === 'PRIMARY')
  if (!primary) return undefined
  const listed = history?.find(isUndecided)
  const isUnderWay = history === undefined ? primary.rolloutState === 'IN_PROGRESS' : listed
  if (!isUnderWay) return undefined
  return identity(primary, listed)
}

/** The deployment that put the present revision there. */
export function finishedDeployment(
  service: ServiceView,
  history: History,
): DeploymentIdentity | undefined {
  const primary = service.deployments.find((each) => each.status === 'PRIMARY')
  const newest = history?.[0]
  return primary && identity(primary, newest?.status === 'SUCCESSFUL' ? newest : undefined)
}

const identity = (
  primary: { readonly id: string; readonly createdAt: number },
  listed: ServiceDeploymentBrief | undefined,
): DeploymentIdentity => ({
  deploymentId: primary.id,
  serviceDeployment: listed?.arn,
  createdAt: primary.createdAt,
})

/** StopServiceDeployment goes back to the source revision: the cheap way, where that is the good one. */
export async function withStopTarget(
  choice: KnownGoodChoice,
  { serviceDeployment }: DeploymentIdentity,
  ports: Ports,
): Promise<KnownGoodChoice> {
  if (!choice.chosen || serviceDeployment === undefined) return choice
  const deployment = await ports.deployments.serviceDeployment(serviceDeployment)
  const sources = deployment?.sources.map((each) => each.revision) ?? []
  const isSource = choice.chosen.revision !== undefined && sources.includes(choice.chosen.revision)
  return isSource ? { ...choice, chosen: { ...choice.chosen, isCurrent: true } } : choice
}
