import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2'
import { forwardsOf, type ElbState, type ListenerRecord, type RuleRecord } from './model.ts'
import type { ListenerRules, WeightedGroup } from './part.ts'

/** Listener rules for ECS, which reads and rewrites them without going through the API. */
export function createListenerRules(state: ElbState): ListenerRules {
  const find = (ruleArn: string): { listener: ListenerRecord; rule: RuleRecord } | undefined => {
    for (const listener of state.listeners.values()) {
      const rule = listener.rules.find((each) => each.arn === ruleArn)
      if (rule) return { listener, rule }
    }
    return undefined
  }
  return {
    forwards: (ruleArn) => find(ruleArn)?.rule.actions.flatMap(forwardsOf),
    forward(ruleArn, groups) {
      const found = find(ruleArn)
      if (!found) return
      found.rule.actions = found.rule.actions.map((action) =>
        action.Type === 'forward' ? forwardAction(action, groups) : action,
      )
      if (found.rule.priority !== 'default') return
      const { listener, rule } = found
      listener.shape = { ...listener.shape, DefaultActions: rule.actions }
    },
  }
}

/**
 * `TargetGroupArn` disappears and `ForwardConfig` has both groups, as a live rule was seen after a deployment
 * (go-to-k/cdk-real-drift#1730). A changed action is a new object: the turns of its groups start anew.
 */
function forwardAction(before: Action, groups: readonly WeightedGroup[]): Action {
  const { TargetGroupArn: _scalar, ...action } = before
  const TargetGroups = groups.map(({ arn, weight }) => ({ TargetGroupArn: arn, Weight: weight }))
  return { ...action, ForwardConfig: { ...before.ForwardConfig, TargetGroups } }
}
