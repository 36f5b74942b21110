/** Which target groups a revision stands behind; with traffic shifting, two groups change places at each deployment. */
import { PortError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { RolloutTools } from '../tools.ts'
import type { ServiceView, TargetGroupArn } from '../views.ts'
import type { DeploymentIdentity } from '../watch/observer.ts'

/** Whether the revisions of a service can be in either of two groups, whatever its strategy is now. */
export const hasAlternates = (service: ServiceView): boolean =>
  service.loadBalancers.some((each) => each.alternateTargetGroupArn !== undefined)

/** Those that users are on now. Throws the port's error. */
export async function servingGroups(
  service: ServiceView,
  ports: Ports,
): Promise<readonly TargetGroupArn[]> {
  const configured = service.loadBalancers.map((each) => each.targetGroupArn)
  if (!hasAlternates(service) || service.currentRevisions.length === 0) return configured
  const revisions = await ports.deployments.revisions(service.currentRevisions)
  const newest = revisions.toSorted((a, b) => a.createdAt - b.createdAt)[0]
  return newest && newest.targetGroups.length > 0 ? newest.targetGroups : configured
}

/**
 * Those of the revision that a deployment brings; `serving`: those that users were on before, and stay on unless traffic
 * is shifted.
 */
export async function groupsOfDeployment(
  service: ServiceView,
  { serving, isShifting }: { serving: readonly TargetGroupArn[]; isShifting: boolean },
  { serviceDeployment }: DeploymentIdentity,
  tools: Pick<RolloutTools, 'ports' | 'journal'>,
): Promise<readonly TargetGroupArn[]> {
  if (!hasAlternates(service)) return serving
  const asked = serviceDeployment && (await readGroups(serviceDeployment, tools))
  if (asked) return asked
  return isShifting ? service.loadBalancers.flatMap((each) => otherOf(each, serving)) : serving
}

async function readGroups(
  serviceDeployment: string,
  { ports: { deployments }, journal }: Pick<RolloutTools, 'ports' | 'journal'>,
): Promise<readonly TargetGroupArn[] | undefined> {
  try {
    const arn = (await deployments.serviceDeployment(serviceDeployment))?.targetRevision
    const [revision] = arn === undefined ? [] : await deployments.revisions([arn])
    return revision && revision.targetGroups.length > 0 ? revision.targetGroups : undefined
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    journal.caveat(
      `The target groups of the new revision cannot be read, so that they are taken from its strategy: ${error.message}`,
    )
    return undefined
  }
}

function otherOf(
  { targetGroupArn, alternateTargetGroupArn: alternate }: ServiceView['loadBalancers'][number],
  serving: readonly TargetGroupArn[],
): readonly TargetGroupArn[] {
  if (alternate === undefined) return [targetGroupArn]
  return [serving.includes(alternate) ? targetGroupArn : alternate]
}
