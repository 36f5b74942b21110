import type * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import { shortHexId } from '../../ids.ts'
import type { Handlers } from '../../wire/service.ts'
import { checkActions } from './actions.ts'
import { duplicateListener, invalid, noListener, noLoadBalancer } from './errors.ts'
import type { OpenListener } from './listener-server.ts'
import type { ElbState, ListenerRecord, LoadBalancerRecord } from './model.ts'
import { pageOf } from './pages.ts'
import { tooMany } from './quotas.ts'
import { newRule } from './rule-handlers.ts'

export interface ListenerDeps {
  readonly state: ElbState
  readonly open: (
    loadBalancer: LoadBalancerRecord,
    listenerArn: string,
    port: number,
  ) => Promise<OpenListener>
  readonly close: (listener: ListenerRecord) => Promise<void>
}

export function listenerHandlers({ state, open, close }: ListenerDeps): Handlers<typeof elb> {
  const find = (listenerArn: string | undefined): ListenerRecord => {
    const found = state.listeners.get(listenerArn ?? '')
    if (!found) throw noListener()
    return found
  }
  const listenersOf = (loadBalancer: LoadBalancerRecord): ListenerRecord[] =>
    [...state.listeners.values()].filter((each) => each.loadBalancer === loadBalancer)
  const checkPort = (loadBalancer: LoadBalancerRecord, port: number): void => {
    const taken = listenersOf(loadBalancer).some((each) => each.shape.Port === port)
    if (taken) throw duplicateListener()
  }
  return {
    async CreateListener(input) {
      const loadBalancer = state.loadBalancers.get(input.LoadBalancerArn ?? '')
      if (!loadBalancer) throw noLoadBalancer()
      const { Port, Protocol, DefaultActions = [] } = input
      if (Port === undefined) throw invalid('A listener port must be specified')
      checkProtocol(Protocol)
      checkPort(loadBalancer, Port)
      checkActions(state, loadBalancer, DefaultActions)
      tooMany.listeners(listenersOf(loadBalancer).length + 1)
      const arn = `${loadBalancer.arn.replace(':loadbalancer/', ':listener/')}/${shortHexId()}`
      const shape: elb.Listener = {
        ListenerArn: arn,
        LoadBalancerArn: loadBalancer.arn,
        Port,
        Protocol,
        DefaultActions,
      }
      const opened = await open(loadBalancer, arn, Port)
      state.listeners.set(arn, {
        arn,
        loadBalancer,
        shape,
        rules: [newRule(arn, 'default', [], DefaultActions)],
        open: opened,
        tags: input.Tags ?? [],
      })
      return { Listeners: [shape] }
    },
    DescribeListeners(input) {
      const { LoadBalancerArn, ListenerArns } = input
      if (LoadBalancerArn === undefined && !ListenerArns?.length) {
        throw invalid('You must specify either listener ARNs or a load balancer ARN')
      }
      const loadBalancer = state.loadBalancers.get(LoadBalancerArn ?? '')
      if (LoadBalancerArn !== undefined && !loadBalancer) throw noLoadBalancer()
      const chosen = loadBalancer ? listenersOf(loadBalancer) : (ListenerArns ?? []).map(find)
      const { items, NextMarker } = pageOf(chosen, input.Marker, input.PageSize)
      return { Listeners: items.map((each) => each.shape), NextMarker }
    },
    ModifyListener(input) {
      const record = find(input.ListenerArn)
      const { Port, Protocol, DefaultActions } = input
      if (Protocol !== undefined) checkProtocol(Protocol)
      if (Port !== undefined && Port !== record.shape.Port) checkPort(record.loadBalancer, Port)
      if (DefaultActions) {
        checkActions(state, record.loadBalancer, DefaultActions)
        const rule = record.rules.at(-1)
        if (rule) rule.actions = DefaultActions
      }
      // The real port stays: requests that come in by it are not lost.
      record.shape = {
        ...record.shape,
        Port: Port ?? record.shape.Port,
        DefaultActions: DefaultActions ?? record.shape.DefaultActions,
      }
      return { Listeners: [record.shape] }
    },
    async DeleteListener(input) {
      await close(find(input.ListenerArn))
      return {}
    },
  }
}

function checkProtocol(protocol: string | undefined): void {
  if (protocol === undefined) throw invalid('A listener protocol must be specified')
  if (protocol !== 'HTTP') throw invalid('The local endpoint opens HTTP listeners only')
}
