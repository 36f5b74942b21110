/** What is wrong with the listener rules of a service when a deployment is to shift traffic by them. */
import type { LoadBalancer } from '@aws-sdk/client-ecs'
import type { ListenerRules } from '../../../parts.ts'
import { groupsOf } from './target-groups.ts'

/**
 * The `statusReason` of a deployment whose load balancers are set up wrongly, in the words of 'Troubleshooting Amazon
 * ECS blue/green deployments'; that of a missing rule as a recording has it. When AWS looks is unproven.
 */
export function networkingFault(
  loadBalancers: readonly LoadBalancer[],
  rules: ListenerRules,
): string | undefined {
  for (const loadBalancer of loadBalancers) {
    const { productionListenerRule = '', testListenerRule } =
      loadBalancer.advancedConfiguration ?? {}
    if (!loadBalancer.advancedConfiguration) continue
    const production = rules.forwards(productionListenerRule)
    const test = testListenerRule === undefined ? [] : rules.forwards(testListenerRule)
    if (!production || !test) return `${INVALID}. One or more rules not found`
    const groups = groupsOf(loadBalancer)
    const known = [...production, ...test].map(({ arn }) => arn)
    const loose = groups.find((arn) => !known.includes(arn))
    if (loose !== undefined) return `${INVALID}: ${NOT_ASSOCIATED(loose)}`
    const serving = production.filter(({ weight }) => weight > 0)
    const stranger = serving.find(({ arn }) => !groups.includes(arn))
    if (stranger) return `${INVALID}. ${UNEXPECTED(stranger.arn, groups)}`
    if (serving.length !== 1)
      return `${INVALID}. ${NOT_ONE(productionListenerRule, serving.length)}`
  }
  return undefined
}

const INVALID = 'Service deployment rolled back because of invalid networking configuration'

const NOT_ASSOCIATED = (group: string): string =>
  `Target group ${group} is not associated with either productionListenerRule or testListenerRule.`

const UNEXPECTED = (group: string, [first = '', second = '']: readonly string[]): string =>
  `Production listener rule is forwarding traffic to unexpected target group ${group}. Expected traffic to be forwarded to either targetGroupArn: ${first} or alternateTargetGroupArn: ${second}`

const NOT_ONE = (rule: string, count: number): string =>
  `productionListenerRule ${rule} should have exactly one target group serving traffic but found ${count} target groups which are serving traffic`
