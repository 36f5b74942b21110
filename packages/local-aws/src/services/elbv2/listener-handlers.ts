import type * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import { shortHexId } from '../../ids.ts'
import type { Handlers } from '../../wire/service.ts'
import {
  duplicateListener,
  invalid,
  noListener,
  noLoadBalancer,
  noRule,
  noTargetGroup,
  priorityInUse,
} from './errors.ts'
import { forwardsOf, type ElbState, type ListenerRecord, type RuleRecord } from './model.ts'
import { pageOf } from './pages.ts'
import type { OpenListener } from './proxy.ts'

export interface ListenerDeps {
  readonly state: ElbState
  readonly open: (listenerArn: string) => Promise<OpenListener>
}

export function listenerHandlers({ state, open }: ListenerDeps): Handlers<typeof elb> {
  const find = (listenerArn: string | undefined): ListenerRecord => {
    const found = state.listeners.get(listenerArn ?? '')
    if (!found) throw noListener()
    return found
  }
  const checkActions = (actions: readonly elb.Action[]): void => {
    for (const { arn } of actions.flatMap(forwardsOf)) {
      if (!state.targetGroups.has(arn)) throw noTargetGroup()
    }
  }
  return {
    async CreateListener(input) {
      const loadBalancer = state.loadBalancers.get(input.LoadBalancerArn ?? '')
      if (!loadBalancer) throw noLoadBalancer()
      const { Port = 80, Protocol = 'HTTP', DefaultActions = [] } = input
      if (Protocol !== 'HTTP') throw invalid('The local endpoint opens HTTP listeners only')
      const isTaken = [...state.listeners.values()].some(
        (each) => each.loadBalancer === loadBalancer && each.shape.Port === Port,
      )
      if (isTaken) throw duplicateListener()
      checkActions(DefaultActions)
      const arn = `${loadBalancer.arn.replace(':loadbalancer/', ':listener/')}/${shortHexId()}`
      const record: ListenerRecord = {
        arn,
        loadBalancer,
        shape: {
          ListenerArn: arn,
          LoadBalancerArn: loadBalancer.arn,
          Port,
          Protocol,
          DefaultActions,
        },
        rules: [newRule(arn, 'default', [], DefaultActions)],
        open: await open(arn),
        tags: input.Tags ?? [],
      }
      state.listeners.set(arn, record)
      return { Listeners: [record.shape] }
    },
    DescribeListeners(input) {
      const { LoadBalancerArn, ListenerArns } = input
      if (LoadBalancerArn !== undefined && !state.loadBalancers.has(LoadBalancerArn)) {
        throw noLoadBalancer()
      }
      const chosen = ListenerArns
        ? ListenerArns.map(find)
        : [...state.listeners.values()].filter((each) => each.loadBalancer.arn === LoadBalancerArn)
      const { items, NextMarker } = pageOf(chosen, input.Marker, input.PageSize)
      return { Listeners: items.map((each) => each.shape), NextMarker }
    },
    ModifyListener(input) {
      const record = find(input.ListenerArn)
      if (input.DefaultActions) {
        checkActions(input.DefaultActions)
        const rule = record.rules.at(-1)
        if (rule) rule.actions = input.DefaultActions
        record.shape = { ...record.shape, DefaultActions: input.DefaultActions }
      }
      return { Listeners: [record.shape] }
    },
    async DeleteListener(input) {
      const record = find(input.ListenerArn)
      state.listeners.delete(record.arn)
      await record.open.close()
      return {}
    },
    ...ruleHandlers(state, find, checkActions),
  }
}

function ruleHandlers(
  state: ElbState,
  findListener: (arn: string | undefined) => ListenerRecord,
  checkActions: (actions: readonly elb.Action[]) => void,
): Handlers<typeof elb> {
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
      if (Priority < 1 || Priority > 50_000) {
        throw invalid(`Priority '${Priority}' must be between '1' and '50000'`)
      }
      if (listener.rules.some((each) => each.priority === Priority)) throw priorityInUse(Priority)
      checkActions(Actions)
      const rule = newRule(listener.arn, Priority, Conditions, Actions, input.Tags)
      listener.rules.push(rule)
      sortRules(listener)
      return { Rules: [shown(rule)] }
    },
    DescribeRules(input) {
      const rules = input.RuleArns
        ? input.RuleArns.map((each) => find(each).rule)
        : findListener(input.ListenerArn).rules
      const { items, NextMarker } = pageOf(rules, input.Marker, input.PageSize)
      return { Rules: items.map(shown), NextMarker }
    },
    ModifyRule(input) {
      const { rule } = find(input.RuleArn)
      if (input.Actions) {
        checkActions(input.Actions)
        rule.actions = input.Actions
      }
      if (input.Conditions) rule.conditions = input.Conditions
      return { Rules: [shown(rule)] }
    },
    DeleteRule(input) {
      const { listener, rule } = find(input.RuleArn)
      if (rule.priority === 'default') throw invalid('Default rule cannot be deleted')
      listener.rules = listener.rules.filter((each) => each !== rule)
      return {}
    },
    SetRulePriorities(input) {
      const changes = (input.RulePriorities ?? []).map((each) => ({
        ...find(each.RuleArn),
        priority: each.Priority ?? 0,
      }))
      for (const { rule, priority } of changes) rule.priority = priority
      for (const { listener } of changes) sortRules(listener)
      return { Rules: changes.map(({ rule }) => shown(rule)) }
    },
  }
}

function newRule(
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

function sortRules(listener: ListenerRecord): void {
  listener.rules.sort((a, b) => order(a) - order(b))
}

const shown = (rule: RuleRecord): elb.Rule => ({
  RuleArn: rule.arn,
  Priority: String(rule.priority),
  Conditions: rule.conditions,
  Actions: rule.actions,
  IsDefault: rule.priority === 'default',
})
