import type * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import { arn, decimalId, shortHexId } from '../../ids.ts'
import type { Clock, Place } from '../../parts.ts'
import type { Handlers } from '../../wire/service.ts'
import { duplicateLoadBalancer, invalid, noLoadBalancer } from './errors.ts'
import type { ElbState, LoadBalancerRecord } from './model.ts'
import { pageOf } from './pages.ts'

const DEFAULT_ATTRIBUTES: Readonly<Record<string, string>> = {
  'access_logs.s3.enabled': 'false',
  'deletion_protection.enabled': 'false',
  'idle_timeout.timeout_seconds': '60',
  'routing.http2.enabled': 'true',
  'routing.http.drop_invalid_header_fields.enabled': 'false',
  'load_balancing.cross_zone.enabled': 'true',
}

export interface LoadBalancerDeps {
  readonly state: ElbState
  readonly clock: Clock
  readonly place: Place
  readonly closeListenersOf: (loadBalancer: LoadBalancerRecord) => Promise<void>
}

/** Load balancers are `active` at once; AWS takes a few minutes. */
export function loadBalancerHandlers(deps: LoadBalancerDeps): Handlers<typeof elb> {
  const { state, clock, place } = deps
  const find = (loadBalancerArn: string | undefined): LoadBalancerRecord => {
    const found = state.loadBalancers.get(loadBalancerArn ?? '')
    if (!found) throw noLoadBalancer()
    return found
  }
  return {
    CreateLoadBalancer(input) {
      const { Name = '', Type = 'application' } = input
      checkName(Name)
      const taken = [...state.loadBalancers.values()].find((each) => each.name === Name)
      if (taken) {
        if (taken.shape.Type !== Type) throw duplicateLoadBalancer(Name)
        return { LoadBalancers: [taken.shape] }
      }
      const subnets =
        input.Subnets ?? input.SubnetMappings?.map((each) => each.SubnetId ?? '') ?? []
      if (subnets.length === 0) throw invalid('You must specify either subnets or an Outpost')
      if (Type === 'application' && subnets.length < 2) {
        throw invalid('At least two subnets in two different Availability Zones must be specified')
      }
      const record = newRecord(input, subnets, place, clock.now())
      state.loadBalancers.set(record.arn, record)
      return { LoadBalancers: [record.shape] }
    },
    DescribeLoadBalancers(input) {
      const all = [...state.loadBalancers.values()]
      const chosen = all.filter(
        (each) =>
          (input.LoadBalancerArns?.includes(each.arn) ?? true) &&
          (input.Names?.includes(each.name) ?? true),
      )
      const asked = (input.LoadBalancerArns ?? input.Names ?? []).length
      if (asked > 0 && chosen.length < asked) throw noLoadBalancer()
      const { items, NextMarker } = pageOf(chosen, input.Marker, input.PageSize)
      return { LoadBalancers: items.map((each) => each.shape), NextMarker }
    },
    async DeleteLoadBalancer(input) {
      const record = state.loadBalancers.get(input.LoadBalancerArn ?? '')
      // Deleting what is not there succeeds (API reference, DeleteLoadBalancer).
      if (!record) return {}
      await deps.closeListenersOf(record)
      state.loadBalancers.delete(record.arn)
      return {}
    },
    DescribeLoadBalancerAttributes: (input) => ({
      Attributes: find(input.LoadBalancerArn).attributes,
    }),
    ModifyLoadBalancerAttributes(input) {
      const record = find(input.LoadBalancerArn)
      record.attributes = merged(record.attributes, input.Attributes ?? [])
      return { Attributes: record.attributes }
    },
  }
}

/** Attributes by key, the later ones winning. */
export function merged<Attribute extends { Key?: string | undefined; Value?: string | undefined }>(
  before: readonly Attribute[],
  changes: readonly Attribute[],
): Attribute[] {
  const byKey = new Map(before.map((each) => [each.Key, each]))
  for (const change of changes) byKey.set(change.Key, change)
  return [...byKey.values()]
}

function checkName(name: string): void {
  if (name.length > 32)
    throw invalid(`The load balancer name '${name}' cannot be longer than '32' characters`)
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name) || name.startsWith('internal-')) {
    throw invalid(
      `The load balancer name '${name}' can only contain characters that are alphanumeric characters and hyphens(-), and it cannot begin or end with a hyphen or begin with 'internal-'`,
    )
  }
}

function newRecord(
  input: elb.CreateLoadBalancerCommandInput,
  subnets: readonly string[],
  place: Place,
  now: number,
): LoadBalancerRecord {
  const { Name: name = '', Type = 'application', Scheme = 'internet-facing' } = input
  const dimension = `${Type === 'network' ? 'net' : 'app'}/${name}/${shortHexId()}`
  const loadBalancerArn = arn('elasticloadbalancing', place, `loadbalancer/${dimension}`)
  const prefix = Scheme === 'internal' ? 'internal-' : ''
  return {
    arn: loadBalancerArn,
    name,
    dimension,
    shape: {
      LoadBalancerArn: loadBalancerArn,
      LoadBalancerName: name,
      DNSName: `${prefix}${name}-${decimalId().slice(0, 10)}.${place.region}.elb.amazonaws.com`,
      CanonicalHostedZoneId: 'Z35SXDOTRQ7X7K',
      CreatedTime: new Date(now),
      Scheme,
      Type,
      State: { Code: 'active' },
      VpcId: 'vpc-0a1b2c3d4e5f60001',
      IpAddressType: input.IpAddressType ?? 'ipv4',
      SecurityGroups: input.SecurityGroups ?? [],
      AvailabilityZones: subnets.map((SubnetId, index) => ({
        SubnetId,
        ZoneName: `${place.region}${String.fromCharCode(97 + (index % 6))}`,
        LoadBalancerAddresses: [],
      })),
    },
    attributes: Object.entries(DEFAULT_ATTRIBUTES).map(([Key, Value]) => ({ Key, Value })),
    tags: input.Tags ?? [],
  }
}
