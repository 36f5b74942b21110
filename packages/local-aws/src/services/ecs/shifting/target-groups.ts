/** Which of its two target groups a revision is in. */
import type {
  LoadBalancer,
  ServiceRevision,
  ServiceRevisionLoadBalancer,
} from '@aws-sdk/client-ecs'
import type { ListenerRules } from '../../../parts.ts'
import type { DeploymentRecord, ServiceRecord } from '../model.ts'

/**
 * The deployment that a new one replaces: the last that completed; while that is missing, one that goes back to it;
 * else the newest. Only the first is documented.
 */
export const replacedBy = (
  deployments: readonly DeploymentRecord[],
): DeploymentRecord | undefined =>
  deployments.find(({ rolloutState }) => rolloutState === 'COMPLETED') ??
  deployments.find(({ isRollback }) => isRollback) ??
  deployments[0]

/** `resolvedConfiguration.loadBalancers` of the next revision of the service. */
export function resolveLoadBalancers(
  { settings, deployments }: ServiceRecord,
  rules: ListenerRules,
): ServiceRevisionLoadBalancer[] {
  const before = replacedBy(deployments)?.revision
  const isRolling = (settings.deploymentConfiguration?.strategy ?? 'ROLLING') === 'ROLLING'
  return (settings.loadBalancers ?? []).map((loadBalancer) => {
    const { targetGroupArn, advancedConfiguration } = loadBalancer
    if (!advancedConfiguration) return { targetGroupArn }
    const { productionListenerRule } = advancedConfiguration
    const current = currentGroup(loadBalancer, before, rules)
    return {
      targetGroupArn: isRolling ? (current ?? targetGroupArn) : otherGroup(loadBalancer, current),
      productionListenerRule,
    }
  })
}

/**
 * The group of the revision that is replaced; for the first, the one that the production rule forwards to now. So the
 * first deployment goes to the group without traffic, as it was seen live (go-to-k/cdk-real-drift#1730: "green=100/blue=0
 * after the initial deployment"). That a rolling deployment stays in the group with the traffic is unproven.
 */
function currentGroup(
  loadBalancer: LoadBalancer,
  before: ServiceRevision | undefined,
  rules: ListenerRules,
): string | undefined {
  const pair = groupsOf(loadBalancer)
  const known = loadBalancersOf(before)
    .map(({ targetGroupArn }) => targetGroupArn ?? '')
    .find((arn) => pair.includes(arn))
  if (known !== undefined) return known
  const rule = loadBalancer.advancedConfiguration?.productionListenerRule ?? ''
  return rules.forwards(rule)?.find(({ arn, weight }) => weight > 0 && pair.includes(arn))?.arn
}

/** The two groups of a load balancer that traffic can be shifted on, the one named first first. */
export const groupsOf = ({
  targetGroupArn,
  advancedConfiguration,
}: LoadBalancer): readonly string[] =>
  [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].filter(
    (arn) => arn !== undefined,
  )

/** Without a current group: the first. */
export const otherGroup = (
  loadBalancer: LoadBalancer,
  current: string | undefined,
): string | undefined =>
  current === undefined
    ? loadBalancer.targetGroupArn
    : groupsOf(loadBalancer).find((arn) => arn !== current)

/** The load balancers of a revision with the target groups that it really is in. */
export function loadBalancersOf(revision: ServiceRevision | undefined): readonly LoadBalancer[] {
  const resolved = revision?.resolvedConfiguration?.loadBalancers ?? []
  return (revision?.loadBalancers ?? []).map((loadBalancer, index) => ({
    ...loadBalancer,
    targetGroupArn: resolved[index]?.targetGroupArn ?? loadBalancer.targetGroupArn,
  }))
}
