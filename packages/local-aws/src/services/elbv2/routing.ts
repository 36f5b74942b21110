/** Where a request goes: choices made from what the state says now. */
import type { IncomingMessage } from 'node:http'
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2'
import { holds } from './conditions.ts'
import type { ListenerRecord, RuleRecord, TargetGroupRecord, TargetRecord } from './model.ts'

/** The first rule, by priority, whose conditions all hold; the default rule is last and holds always. */
export function ruleFor(
  listener: ListenerRecord,
  request: IncomingMessage,
): RuleRecord | undefined {
  return listener.rules.find((rule) => rule.conditions.every((each) => holds(each, request)))
}

/** The action that ends the processing of a request: actions before it (authentication) are not played. */
export const finalAction = (rule: RuleRecord | undefined): Action | undefined =>
  rule?.actions.at(-1)

/** Whose turn it is among the target groups of an action. A changed action (new weights) starts anew. */
export class GroupTurns {
  private readonly credits = new WeakMap<Action, Map<string, number>>()

  /**
   * Smooth weighted turns: after any number of requests each group has had its share to within one request.
   * `undefined` when all weights are 0.
   */
  next(
    action: Action,
    groups: readonly { readonly arn: string; readonly weight: number }[],
  ): string | undefined {
    const weighted = groups.filter(({ weight }) => weight > 0)
    const [only] = weighted
    if (weighted.length <= 1) return only?.arn
    const credits = this.creditsOf(action)
    const total = weighted.reduce((sum, { weight }) => sum + weight, 0)
    let best = { arn: '', credit: -Infinity }
    for (const { arn, weight } of weighted) {
      const credit = (credits.get(arn) ?? 0) + weight
      credits.set(arn, credit)
      if (credit > best.credit) best = { arn, credit }
    }
    credits.set(best.arn, best.credit - total)
    return best.arn
  }

  private creditsOf(action: Action): Map<string, number> {
    let credits = this.credits.get(action)
    if (!credits) {
      credits = new Map()
      this.credits.set(action, credits)
    }
    return credits
  }
}

/**
 * The target whose turn it is. A draining target gets no new request. When none is healthy the load balancer fails
 * open: "the load balancer routes requests to all those targets, regardless of their health status" (Application Load
 * Balancer guide, 'Health checks for target groups'; that new targets count among them is unproven). `undefined`:
 * there is no target.
 */
export function nextTarget(group: TargetGroupRecord): TargetRecord | undefined {
  const present = [...group.targets.values()].filter(({ drained }) => !drained)
  const healthy = present.filter((each) => each.health.State === 'healthy')
  const eligible = healthy.length > 0 ? healthy : present
  return eligible[group.turn++ % eligible.length]
}
