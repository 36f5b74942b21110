import type * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import { arn, shortHexId } from '../../ids.ts'
import type { Place } from '../../parts.ts'
import type { Handlers } from '../../wire/service.ts'
import { duplicateTargetGroup, invalid, inUse, noLoadBalancer, noTargetGroup } from './errors.ts'
import { NOT_IN_USE, NOT_REGISTERED } from './health-checks.ts'
import { merged } from './load-balancer-handlers.ts'
import { loadBalancersOf, targetKey, type ElbState, type TargetGroupRecord } from './model.ts'
import { pageOf } from './pages.ts'
import type { Target, TargetGroups } from './part.ts'

const DEFAULT_ATTRIBUTES: Readonly<Record<string, string>> = {
  'deregistration_delay.timeout_seconds': '300',
  'load_balancing.algorithm.type': 'round_robin',
  'slow_start.duration_seconds': '0',
  'stickiness.enabled': 'false',
  'stickiness.type': 'lb_cookie',
}

/** The limits of the health check settings, from the API reference of CreateTargetGroup. */
const LIMITS: readonly (readonly [
  (
    | 'HealthCheckIntervalSeconds'
    | 'HealthCheckTimeoutSeconds'
    | 'HealthyThresholdCount'
    | 'UnhealthyThresholdCount'
  ),
  string,
  number,
  number,
])[] = [
  ['HealthCheckIntervalSeconds', 'Health check interval', 5, 300],
  ['HealthCheckTimeoutSeconds', 'Health check timeout', 2, 120],
  ['HealthyThresholdCount', 'Healthy threshold', 2, 10],
  ['UnhealthyThresholdCount', 'Unhealthy threshold', 2, 10],
]

export interface TargetGroupDeps {
  readonly state: ElbState
  readonly place: Place
  readonly targetGroups: TargetGroups
}

export function targetGroupHandlers({
  state,
  place,
  targetGroups,
}: TargetGroupDeps): Handlers<typeof elb> {
  const find = (targetGroupArn: string | undefined): TargetGroupRecord => {
    const found = state.targetGroups.get(targetGroupArn ?? '')
    if (!found) throw noTargetGroup()
    return found
  }
  const shown = (record: TargetGroupRecord): elb.TargetGroup => ({
    ...record.shape,
    LoadBalancerArns: loadBalancersOf(state, record.arn).map((each) => each.arn),
  })
  return {
    CreateTargetGroup(input) {
      const name = input.Name ?? ''
      if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/.test(name)) {
        throw invalid(
          `Target group name '${name}' can only contain characters that are alphanumeric characters or hyphens(-), and cannot be longer than '32' characters`,
        )
      }
      const taken = [...state.targetGroups.values()].find((each) => each.name === name)
      if (taken) {
        const isSame = taken.shape.Port === input.Port && taken.shape.Protocol === input.Protocol
        if (!isSame) throw duplicateTargetGroup(name)
        return { TargetGroups: [shown(taken)] }
      }
      const record = newRecord(input, place)
      checkSettings(record.shape)
      state.targetGroups.set(record.arn, record)
      return { TargetGroups: [shown(record)] }
    },
    DescribeTargetGroups(input) {
      const { LoadBalancerArn, Names, TargetGroupArns } = input
      if (LoadBalancerArn !== undefined && !state.loadBalancers.has(LoadBalancerArn)) {
        throw noLoadBalancer()
      }
      const chosen = [...state.targetGroups.values()].filter(
        (each) =>
          (TargetGroupArns?.includes(each.arn) ?? true) &&
          (Names?.includes(each.name) ?? true) &&
          (LoadBalancerArn === undefined ||
            loadBalancersOf(state, each.arn).some(({ arn }) => arn === LoadBalancerArn)),
      )
      const asked = (TargetGroupArns ?? Names ?? []).length
      if (asked > 0 && chosen.length < asked) throw noTargetGroup()
      const { items, NextMarker } = pageOf(chosen, input.Marker, input.PageSize)
      return { TargetGroups: items.map(shown), NextMarker }
    },
    ModifyTargetGroup(input) {
      const record = find(input.TargetGroupArn)
      const { TargetGroupArn: _arn, ...changes } = input
      const shape = { ...record.shape, ...changes }
      checkSettings(shape)
      record.shape = shape
      return { TargetGroups: [shown(record)] }
    },
    DeleteTargetGroup(input) {
      const record = find(input.TargetGroupArn)
      if (loadBalancersOf(state, record.arn).length > 0) throw inUse(`Target group '${record.arn}'`)
      for (const target of record.targets.values()) for (const cancel of target.cancel) cancel()
      state.targetGroups.delete(record.arn)
      return {}
    },
    DescribeTargetGroupAttributes: (input) => ({
      Attributes: find(input.TargetGroupArn).attributes,
    }),
    ModifyTargetGroupAttributes(input) {
      const record = find(input.TargetGroupArn)
      record.attributes = merged(record.attributes, input.Attributes ?? [])
      return { Attributes: record.attributes }
    },
    RegisterTargets(input) {
      const record = find(input.TargetGroupArn)
      for (const each of input.Targets ?? [])
        targetGroups.register(record.arn, asTarget(record, each))
      return {}
    },
    DeregisterTargets(input) {
      const record = find(input.TargetGroupArn)
      for (const each of input.Targets ?? []) {
        void targetGroups.deregister(record.arn, asTarget(record, each))
      }
      return {}
    },
    DescribeTargetHealth(input) {
      const record = find(input.TargetGroupArn)
      const isInUse = loadBalancersOf(state, record.arn).length > 0
      const asked = input.Targets?.map((each) => asTarget(record, each))
      const targets = asked ?? [...record.targets.values()].map((each) => each.target)
      return {
        TargetHealthDescriptions: targets.map((target) => {
          const known = record.targets.get(targetKey(target.id, target.port))
          const health = known ? (isInUse ? known.health : NOT_IN_USE) : NOT_REGISTERED
          return {
            Target: { Id: target.id, Port: target.port },
            HealthCheckPort: String(target.port),
            TargetHealth: health,
          }
        }),
      }
    },
  }
}

/** What a client registers by itself is dialled as it is named. */
function asTarget(record: TargetGroupRecord, given: elb.TargetDescription): Target {
  const id = given.Id ?? ''
  const port = given.Port ?? record.shape.Port ?? 80
  const known = record.targets.get(targetKey(id, port))
  return known?.target ?? { id, port, dial: { host: id, port } }
}

function newRecord(input: elb.CreateTargetGroupCommandInput, place: Place): TargetGroupRecord {
  const name = input.Name ?? ''
  const dimension = `targetgroup/${name}/${shortHexId()}`
  const targetGroupArn = arn('elasticloadbalancing', place, dimension)
  return {
    arn: targetGroupArn,
    name,
    dimension,
    shape: {
      TargetGroupArn: targetGroupArn,
      TargetGroupName: name,
      Protocol: input.Protocol,
      Port: input.Port,
      VpcId: input.VpcId,
      TargetType: input.TargetType ?? 'instance',
      ProtocolVersion: input.ProtocolVersion ?? 'HTTP1',
      IpAddressType: 'ipv4',
      HealthCheckEnabled: input.HealthCheckEnabled ?? true,
      HealthCheckProtocol: input.HealthCheckProtocol ?? 'HTTP',
      HealthCheckPort: input.HealthCheckPort ?? 'traffic-port',
      HealthCheckPath: input.HealthCheckPath ?? '/',
      HealthCheckIntervalSeconds: input.HealthCheckIntervalSeconds ?? 30,
      HealthCheckTimeoutSeconds: input.HealthCheckTimeoutSeconds ?? 5,
      HealthyThresholdCount: input.HealthyThresholdCount ?? 5,
      UnhealthyThresholdCount: input.UnhealthyThresholdCount ?? 2,
      Matcher: input.Matcher ?? { HttpCode: '200' },
    },
    attributes: Object.entries(DEFAULT_ATTRIBUTES).map(([Key, Value]) => ({ Key, Value })),
    tags: input.Tags ?? [],
    targets: new Map(),
    turn: 0,
  }
}

function checkSettings(shape: elb.TargetGroup): void {
  for (const [member, name, least, most] of LIMITS) {
    const value = shape[member]
    if (value !== undefined && (value < least || value > most)) {
      throw invalid(`${name} '${value}' must be between '${least}' and '${most}'`)
    }
  }
  const { HealthCheckIntervalSeconds = 30, HealthCheckTimeoutSeconds = 5 } = shape
  if (HealthCheckTimeoutSeconds >= HealthCheckIntervalSeconds) {
    throw invalid(
      `Health check timeout '${HealthCheckTimeoutSeconds}' must be smaller than or equal to the interval '${HealthCheckIntervalSeconds}'`,
    )
  }
}
