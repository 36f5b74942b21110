/** Where a request goes: pure choices, made from what the state says now. */
import type { IncomingMessage } from 'node:http'
import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { ListenerRecord, RuleRecord, TargetGroupRecord, TargetRecord } from './model.ts'

/** The first rule, by priority, whose conditions all hold; the default rule holds always. */
export function ruleFor(
  listener: ListenerRecord,
  request: IncomingMessage,
): RuleRecord | undefined {
  return listener.rules.find((rule) => rule.conditions.every((each) => holds(each, request)))
}

function holds(condition: RuleCondition, request: IncomingMessage): boolean {
  const url = new URL(request.url ?? '/', 'http://localhost')
  switch (condition.Field) {
    case 'path-pattern':
      return matchesAny(condition.PathPatternConfig?.Values ?? condition.Values, url.pathname)
    case 'host-header': {
      const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
      return matchesAny(condition.HostHeaderConfig?.Values ?? condition.Values, host)
    }
    case 'http-header': {
      const name = condition.HttpHeaderConfig?.HttpHeaderName?.toLowerCase() ?? ''
      return matchesAny(condition.HttpHeaderConfig?.Values, String(request.headers[name] ?? ''))
    }
    case 'http-request-method':
      return (condition.HttpRequestMethodConfig?.Values ?? []).includes(request.method ?? '')
    case 'query-string':
      return (condition.QueryStringConfig?.Values ?? []).some(({ Key, Value = '' }) =>
        [...url.searchParams].some(
          ([key, value]) =>
            (Key === undefined || wildcard(Key).test(key)) && wildcard(Value).test(value),
        ),
      )
    default:
      return false
  }
}

const matchesAny = (patterns: readonly string[] | undefined, value: string): boolean =>
  (patterns ?? []).some((pattern) => wildcard(pattern).test(value))

/** `*` is anything, `?` is one character. */
function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`)
}

/** The action that ends the processing of a request: actions before it (authentication) are not played. */
export const finalAction = (rule: RuleRecord): Action | undefined => rule.actions.at(-1)

/**
 * Smooth weighted turns: after any number of requests each group has had its share to within one request. `credits`
 * is kept by the caller between calls.
 */
export function nextGroup<Group extends { readonly arn: string; readonly weight: number }>(
  groups: readonly Group[],
  credits: Map<string, number>,
): Group | undefined {
  const total = groups.reduce((sum, { weight }) => sum + weight, 0)
  if (total === 0) return groups[0]
  for (const { arn, weight } of groups) credits.set(arn, (credits.get(arn) ?? 0) + weight)
  const best = groups.reduce((a, b) =>
    (credits.get(b.arn) ?? 0) > (credits.get(a.arn) ?? 0) ? b : a,
  )
  credits.set(best.arn, (credits.get(best.arn) ?? 0) - total)
  return best
}

/**
 * The target whose turn it is. When none is healthy the load balancer fails open: every registered target gets
 * requests (Elastic Load Balancing guide, 'Health checks for target groups'). `undefined`: there is no target.
 */
export function nextTarget(group: TargetGroupRecord): TargetRecord | undefined {
  const present = [...group.targets.values()].filter((each) => each.health.State !== 'draining')
  const healthy = present.filter((each) => each.health.State === 'healthy')
  const eligible = healthy.length > 0 ? healthy : present
  return eligible[group.turn++ % eligible.length]
}
