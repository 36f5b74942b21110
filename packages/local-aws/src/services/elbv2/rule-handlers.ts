import type * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import { shortHexId } from '../../ids.ts'
import type { Handlers } from '../../wire/service.ts'
import { checkActions, checkConditions } from './actions.ts'
import { defaultRuleKept, invalid, noListener, noRule, priorityInUse } from './errors.ts'
import type { ElbState, ListenerRecord, RuleRecord } from './model.ts'
import { pageOf } from './pages.ts'
import { tooMany } from './quotas.ts'

export function ruleHandlers(state: ElbState): Handlers<typeof elb> {
  const findListener = (listenerArn: string | undefined): ListenerRecord => {
    const found = state.listeners.get(listenerArn ?? '')
    if (!found) throw noListener()
    return found
  }
  const find = (ruleArn: string | undefined): { listener: ListenerRecord; rule: RuleRecord } => {
    for (const listener of state.listeners.values()) {
      const rule = listener.rules.find((each) => each.arn === ruleArn)
      if (rule) return { listener, rule }
    }
    throw noRule()
  }
  return {
    CreateRule(input) {
      const listener = findListener(input.ListenerArn)
      const { Priority = 0, Conditions = [], Actions = [] } = input
      if (listener.rules.some((each) => each.priority === Priority)) throw priorityInUse(Priority)
      if (Conditions.length === 0) throw invalid('A condition must be specified')
      checkConditions(Conditions)
      checkActions(state, listener.loadBalancer, Actions)
      // The default rule is not counted, and is one of the list.
      tooMany.rules(listener.rules.length)
      const rule = newRule(listener.arn, Priority, Conditions, Actions, input.Tags)
      listener.rules.push(rule)
      sortRules(listener)
      return { Rules: [shown(rule)] }
    },
    DescribeRules(input) {
      if (input.ListenerArn === undefined && !input.RuleArns?.length) {
        throw invalid('You must specify either listener rule ARNs or a listener ARN')
      }
      const rules = input.RuleArns?.length
        ? input.RuleArns.map((each) => find(each).rule)
        : findListener(input.ListenerArn).rules
      const { items, NextMarker } = pageOf(rules, input.Marker, input.PageSize)
      return { Rules: items.map(shown), NextMarker }
    },
    ModifyRule(input) {
      const { rule, listener } = find(input.RuleArn)
      const { Actions = rule.actions, Conditions = rule.conditions } = input
      checkConditions(Conditions)
      checkActions(state, listener.loadBalancer, Actions)
      rule.actions = Actions
      rule.conditions = Conditions
      return { Rules: [shown(rule)] }
    },
    DeleteRule(input) {
      const { listener, rule } = find(input.RuleArn)
      if (rule.priority === 'default') throw defaultRuleKept()
      listener.rules = listener.rules.filter((each) => each !== rule)
      return {}
    },
    SetRulePriorities(input) {
      const changes = (input.RulePriorities ?? []).map((each) => ({
        ...find(each.RuleArn),
        priority: each.Priority ?? 0,
      }))
      checkPriorities(changes)
      for (const { rule, priority } of changes) rule.priority = priority
      for (const { listener } of changes) sortRules(listener)
      return { Rules: changes.map(({ rule }) => shown(rule)) }
    },
  }
}

interface PriorityChange {
  readonly listener: ListenerRecord
  readonly rule: RuleRecord
  readonly priority: number
}

/** Rules may swap their priorities in one call; nothing is changed when any of them would be taken. */
function checkPriorities(changes: readonly PriorityChange[]): void {
  const moved = new Set(changes.map(({ rule }) => rule))
  changes.forEach(({ listener, rule, priority }, index) => {
    if (rule.priority === 'default') throw defaultRuleKept()
    const isTaken =
      listener.rules.some((each) => each.priority === priority && !moved.has(each)) ||
      changes
        .slice(0, index)
        .some((each) => each.listener === listener && each.priority === priority)
    if (isTaken) throw priorityInUse(priority)
  })
}

export function newRule(
  listenerArn: string,
  priority: number | 'default',
  conditions: elb.RuleCondition[],
  actions: elb.Action[],
  tags: elb.Tag[] = [],
): RuleRecord {
  const arn = `${listenerArn.replace(':listener/', ':listener-rule/')}/${shortHexId()}`
  return { arn, priority, conditions, actions, tags }
}

const order = ({ priority }: RuleRecord): number => (priority === 'default' ? Infinity : priority)

/** Ordered anew: a request that is being routed keeps the list it has. */
function sortRules(listener: ListenerRecord): void {
  listener.rules = [...listener.rules].sort((a, b) => order(a) - order(b))
}

const shown = (rule: RuleRecord): elb.Rule => ({
  RuleArn: rule.arn,
  Priority: String(rule.priority),
  Conditions: rule.conditions,
  Actions: rule.actions,
  IsDefault: rule.priority === 'default',
})
