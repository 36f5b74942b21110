/** What may stand in a listener's or a rule's actions and conditions. */
import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'
import { invalid, noTargetGroup, otherLoadBalancer } from './errors.ts'
import { forwardsOf, loadBalancersOf, type ElbState, type LoadBalancerRecord } from './model.ts'
import { QUOTAS, tooMany } from './quotas.ts'

const FINAL_TYPES: readonly unknown[] = ['forward', 'redirect', 'fixed-response']

/** Throws unless the actions end in one that answers, and forward only to groups that this load balancer may use. */
export function checkActions(
  state: ElbState,
  loadBalancer: LoadBalancerRecord,
  actions: readonly Action[],
): void {
  const final = actions.filter(({ Type }) => FINAL_TYPES.includes(Type))
  if (final.length !== 1 || final[0] !== actions.at(-1)) {
    throw invalid(
      'The actions must end in exactly one action of type forward, redirect or fixed-response',
    )
  }
  for (const action of actions) {
    const forwards = forwardsOf(action)
    if (action.Type === 'forward' && forwards.length === 0) {
      throw invalid('A target group ARN must be specified')
    }
    if (forwards.length > QUOTAS['target-groups-per-action-on-application-load-balancer']) {
      throw invalid('A forward action cannot have more than 5 target groups')
    }
    for (const { arn } of forwards) {
      if (!state.targetGroups.has(arn)) throw noTargetGroup()
      if (loadBalancersOf(state, arn).some((each) => each !== loadBalancer)) {
        throw otherLoadBalancer(arn)
      }
    }
  }
  tooMany.uniqueTargetGroups(groupsOf(state, loadBalancer, actions).size)
}

function groupsOf(
  state: ElbState,
  loadBalancer: LoadBalancerRecord,
  more: readonly Action[],
): Set<string> {
  const own = [...state.listeners.values()].filter((each) => each.loadBalancer === loadBalancer)
  const actions = own.flatMap(({ rules }) => rules.flatMap((rule) => rule.actions))
  return new Set([...actions, ...more].flatMap(forwardsOf).map(({ arn }) => arn))
}

const ONCE: readonly string[] = ['host-header', 'http-request-method', 'path-pattern', 'source-ip']

/** API reference, RuleCondition: which conditions there are, and which of them only once in a rule. */
export function checkConditions(conditions: readonly RuleCondition[]): void {
  const fields = conditions.map(({ Field = '' }) => Field)
  for (const field of fields) {
    if (![...ONCE, 'http-header', 'query-string'].includes(field)) {
      throw invalid(`Condition field '${field}' must be one of '[path-pattern, host-header]'`)
    }
    if (ONCE.includes(field) && fields.filter((each) => each === field).length > 1) {
      throw invalid(`A rule can only have one '${field}' condition`)
    }
  }
  const counts = conditions.map((each) => valuesOf(each).length)
  if (counts.includes(0)) throw invalid('A condition value must be specified')
  if (counts.reduce((sum, each) => sum + each, 0) > QUOTAS['condition-values-per-alb-rule']) {
    throw invalid(
      `A rule can only have '${QUOTAS['condition-values-per-alb-rule']}' condition values`,
    )
  }
}

const valuesOf = (condition: RuleCondition): readonly unknown[] =>
  [
    condition.HostHeaderConfig?.Values,
    condition.HttpHeaderConfig?.Values,
    condition.HttpRequestMethodConfig?.Values,
    condition.PathPatternConfig?.Values,
    condition.QueryStringConfig?.Values,
    condition.SourceIpConfig?.Values,
    condition.Values,
  ].find((each) => each !== undefined && each.length > 0) ?? []
