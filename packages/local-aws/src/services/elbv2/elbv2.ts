import * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import type {
  Clock,
  ListenerRules,
  MetricSink,
  Place,
  TargetGroups,
  TrafficRoutes,
} from '../../parts.ts'
import { defineService, type Service } from '../../wire/service.ts'
import { CONSTRAINTS } from './constraints.ts'
import { noListener } from './errors.ts'
import { countHostsEachMinute } from './host-counts.ts'
import { listenerHandlers } from './listener-handlers.ts'
import { createListenerRules } from './listener-rules.ts'
import { HOST, openListener } from './listener-server.ts'
import { loadBalancerHandlers } from './load-balancer-handlers.ts'
import { endTargets, type ElbState, type ListenerRecord } from './model.ts'
import { quotaHandlers } from './quotas.ts'
import { RequestMetrics } from './request-metrics.ts'
import { ruleHandlers } from './rule-handlers.ts'
import { tagHandlers } from './tag-handlers.ts'
import { targetGroupHandlers } from './target-group-handlers.ts'
import { targetHandlers } from './target-handlers.ts'
import { createTargetGroups } from './targets.ts'

export interface ListenerAddress {
  readonly listenerArn: string
  /** Name of the load balancer. */
  readonly loadBalancer: string
  /** The listener's port in the API. */
  readonly port: number
  /** `http://127.0.0.1:40123` */
  readonly url: string
}

export interface Elbv2Deps {
  readonly clock: Clock
  readonly place: Place
  readonly metrics: MetricSink
  /** The real port of a listener; free ones when not given. A port that is taken fails CreateListener. */
  readonly listenPort?: (loadBalancerName: string, listenerPort: number) => number
}

export interface Elbv2 {
  readonly service: Service
  readonly targetGroups: TargetGroups
  readonly listenerRules: ListenerRules
  readonly trafficRoutes: TrafficRoutes
  /** Where each listener can really be reached; AWS's own names of them do not resolve here. */
  addresses(): readonly ListenerAddress[]
  /** The names of load balancers, and the hosted zones of AWS that they are in. */
  dnsNames(): readonly { readonly name: string; readonly zoneId: string }[]
  /** Throws ListenerNotFoundException. */
  listenerAddress(listenerArn: string): { readonly host: string; readonly port: number }
  /** Ends all health checks, listeners and connections. Requests on their way are cut. */
  close(): Promise<void>
}

/** Elastic Load Balancing (application load balancers): the API, and a data plane of real requests. */
export function createElbv2({ clock, place, metrics: sink, listenPort }: Elbv2Deps): Elbv2 {
  const state: ElbState = {
    loadBalancers: new Map(),
    targetGroups: new Map(),
    listeners: new Map(),
  }
  const metrics = new RequestMetrics(sink)
  const targetGroups = createTargetGroups(state, clock)
  const closeListener = async (listener: ListenerRecord): Promise<void> => {
    state.listeners.delete(listener.arn)
    await listener.open.close()
  }
  const closeListeners = async (isOurs: (listener: ListenerRecord) => boolean): Promise<void> => {
    await Promise.all([...state.listeners.values()].filter(isOurs).map(closeListener))
  }
  const stopCounting = countHostsEachMinute(state, clock, metrics)

  const handlers = {
    ...loadBalancerHandlers({
      state,
      clock,
      place,
      closeListenersOf: (loadBalancer) =>
        closeListeners((each) => each.loadBalancer === loadBalancer),
    }),
    ...targetGroupHandlers(state, place),
    ...targetHandlers(state, targetGroups),
    ...listenerHandlers({
      state,
      open: ({ name }, arn, port) =>
        openListener(
          { state, clock, metrics },
          () => state.listeners.get(arn),
          listenPort?.(name, port),
        ),
      close: closeListener,
    }),
    ...ruleHandlers(state),
    ...tagHandlers(state),
    ...quotaHandlers,
  }
  const client = new elb.ElasticLoadBalancingV2Client({ region: place.region })
  return {
    service: defineService(elb, client, handlers, CONSTRAINTS),
    targetGroups,
    listenerRules: createListenerRules(state),
    trafficRoutes: {
      groupArn: (name) => [...state.targetGroups.values()].find((each) => each.name === name)?.arn,
      rulesOf: (listenerArn) => state.listeners.get(listenerArn)?.rules.map(({ arn }) => arn),
    },
    addresses: () =>
      [...state.listeners.values()].map((each) => ({
        listenerArn: each.arn,
        loadBalancer: each.loadBalancer.name,
        port: each.shape.Port ?? 0,
        url: `http://${HOST}:${each.open.port}`,
      })),
    dnsNames: () =>
      [...state.loadBalancers.values()].map(({ shape }) => ({
        name: shape.DNSName ?? '',
        zoneId: shape.CanonicalHostedZoneId ?? '',
      })),
    listenerAddress: (listenerArn) => {
      const listener = state.listeners.get(listenerArn)
      if (!listener) throw noListener()
      return { host: HOST, port: listener.open.port }
    },
    close: async () => {
      stopCounting()
      state.targetGroups.forEach(endTargets)
      await closeListeners(() => true)
    },
  }
}
