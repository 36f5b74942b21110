import * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Clock, MetricSink, Place, TargetGroups } from '../../parts.ts'
import { defineService, type Service } from '../../wire/service.ts'
import { listenerHandlers } from './listener-handlers.ts'
import { loadBalancerHandlers } from './load-balancer-handlers.ts'
import { loadBalancersOf, type ElbState, type ListenerRecord } from './model.ts'
import { openListener } from './proxy.ts'
import { RequestMetrics } from './request-metrics.ts'
import { tagHandlers } from './tag-handlers.ts'
import { targetGroupHandlers } from './target-group-handlers.ts'
import { createTargetGroups } from './targets.ts'

export interface Elbv2 {
  readonly service: Service
  readonly targetGroups: TargetGroups
  /** Where each listener can really be reached; AWS's own names of them do not resolve here. */
  addresses(): readonly { listenerArn: string; loadBalancer: string; port: number; url: string }[]
  close(): Promise<void>
}

const MINUTE = 60_000

/** Elastic Load Balancing (application load balancers): the API, and a data plane of real requests. */
export function createElbv2(deps: {
  readonly clock: Clock
  readonly place: Place
  readonly metrics: MetricSink
}): Elbv2 {
  const { clock, place } = deps
  const state: ElbState = {
    loadBalancers: new Map(),
    targetGroups: new Map(),
    listeners: new Map(),
  }
  const metrics = new RequestMetrics(deps.metrics)
  const targetGroups = createTargetGroups(state, clock)
  const open = (listenerArn: string): ReturnType<typeof openListener> =>
    openListener({ state, clock, metrics }, () => state.listeners.get(listenerArn))
  const closeListener = async (listener: ListenerRecord): Promise<void> => {
    state.listeners.delete(listener.arn)
    await listener.open.close()
  }
  let stopCounting = countHostsEachMinute()

  function countHostsEachMinute(): () => void {
    return clock.after(MINUTE, () => {
      for (const group of state.targetGroups.values()) {
        const states = [...group.targets.values()].map((each) => each.health.State)
        const healthy = states.filter((each) => each === 'healthy').length
        const unhealthy = states.filter((each) => each === 'unhealthy').length
        for (const balancer of loadBalancersOf(state, group.arn)) {
          metrics.hosts(balancer.dimension, group.dimension, healthy, unhealthy)
        }
      }
      stopCounting = countHostsEachMinute()
    })
  }

  const service = defineService(
    elb,
    new elb.ElasticLoadBalancingV2Client({ region: place.region }),
    {
      ...loadBalancerHandlers({
        state,
        clock,
        place,
        closeListenersOf: async (loadBalancer) => {
          const own = [...state.listeners.values()].filter(
            (each) => each.loadBalancer === loadBalancer,
          )
          await Promise.all(own.map(closeListener))
        },
      }),
      ...targetGroupHandlers({ state, place, targetGroups }),
      ...listenerHandlers({ state, open }),
      ...tagHandlers(state),
    },
    CONSTRAINTS,
  )
  return {
    service,
    targetGroups,
    addresses: () =>
      [...state.listeners.values()].map((each) => ({
        listenerArn: each.arn,
        loadBalancer: each.loadBalancer.name,
        port: each.shape.Port ?? 0,
        url: `http://127.0.0.1:${each.open.port}`,
      })),
    close: async () => {
      stopCounting()
      const targets = [...state.targetGroups.values()].flatMap((each) => [...each.targets.values()])
      for (const target of targets) for (const cancel of target.cancel) cancel()
      await Promise.all([...state.listeners.values()].map(closeListener))
    },
  }
}

const CONSTRAINTS = {
  CreateLoadBalancer: [
    { path: 'Type', oneOf: Object.values(elb.LoadBalancerTypeEnum) },
    { path: 'Scheme', oneOf: Object.values(elb.LoadBalancerSchemeEnum) },
    { path: 'IpAddressType', oneOf: Object.values(elb.IpAddressType) },
  ],
  CreateTargetGroup: [
    { path: 'Protocol', oneOf: Object.values(elb.ProtocolEnum) },
    { path: 'TargetType', oneOf: Object.values(elb.TargetTypeEnum) },
    { path: 'Port', minimum: 1, maximum: 65_535 },
  ],
  CreateListener: [
    { path: 'Protocol', oneOf: Object.values(elb.ProtocolEnum) },
    { path: 'Port', minimum: 1, maximum: 65_535 },
    { path: 'DefaultActions.Type', oneOf: Object.values(elb.ActionTypeEnum) },
  ],
  CreateRule: [{ path: 'Actions.Type', oneOf: Object.values(elb.ActionTypeEnum) }],
}
