import type * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import { arn, decimalId, shortHexId } from '../../ids.ts'
import type { Clock, Place } from '../../parts.ts'
import type { Handlers } from '../../wire/service.ts'
import { asAttributes, changed, LOAD_BALANCER_ATTRIBUTES } from './attributes.ts'
import { deletionProtected, duplicateLoadBalancer, invalid, noLoadBalancer } from './errors.ts'
import type { ElbState, LoadBalancerRecord } from './model.ts'
import { pageOf } from './pages.ts'
import { tooMany } from './quotas.ts'

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
      const { Name = '' } = input
      checkName(Name)
      const record = newRecord(input, subnetsOf(input), place, clock.now())
      const taken = [...state.loadBalancers.values()].find((each) => each.name === Name)
      if (taken) {
        // Creating it again with the same settings succeeds (API reference, CreateLoadBalancer).
        if (!isSame(taken, record)) throw duplicateLoadBalancer(Name)
        return { LoadBalancers: [taken.shape] }
      }
      tooMany.loadBalancers(state.loadBalancers.size + 1)
      state.loadBalancers.set(record.arn, record)
      return { LoadBalancers: [record.shape] }
    },
    DescribeLoadBalancers(input) {
      const all = [...state.loadBalancers.values()]
      const { LoadBalancerArns, Names } = input
      for (const each of LoadBalancerArns ?? []) find(each)
      for (const name of Names ?? []) {
        if (!all.some((each) => each.name === name)) throw noLoadBalancer()
      }
      const chosen = all.filter(
        (each) =>
          (LoadBalancerArns?.includes(each.arn) ?? true) && (Names?.includes(each.name) ?? true),
      )
      const { items, NextMarker } = pageOf(chosen, input.Marker, input.PageSize)
      return { LoadBalancers: items.map((each) => each.shape), NextMarker }
    },
    async DeleteLoadBalancer(input) {
      const record = state.loadBalancers.get(input.LoadBalancerArn ?? '')
      // Deleting what is not there succeeds (API reference, DeleteLoadBalancer).
      if (!record) return {}
      const protection = record.attributes.find(({ Key }) => Key === 'deletion_protection.enabled')
      if (protection?.Value === 'true') throw deletionProtected(record.arn)
      await deps.closeListenersOf(record)
      state.loadBalancers.delete(record.arn)
      return {}
    },
    DescribeLoadBalancerAttributes: (input) => ({
      Attributes: find(input.LoadBalancerArn).attributes,
    }),
    ModifyLoadBalancerAttributes(input) {
      const record = find(input.LoadBalancerArn)
      record.attributes = changed('Load balancer', record.attributes, input.Attributes ?? [])
      return { Attributes: record.attributes }
    },
  }
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

function subnetsOf(input: elb.CreateLoadBalancerCommandInput): readonly string[] {
  const { Subnets, SubnetMappings, Type = 'application' } = input
  if (Subnets && SubnetMappings) {
    throw invalid('You must specify either subnets or subnet mappings, not both')
  }
  const subnets = Subnets ?? SubnetMappings?.map((each) => each.SubnetId ?? '') ?? []
  if (subnets.length === 0) throw invalid('At least one subnet must be specified')
  if (Type === 'application' && new Set(subnets).size < 2) {
    throw invalid('At least two subnets in two different Availability Zones must be specified')
  }
  return subnets
}

function isSame(taken: LoadBalancerRecord, wanted: LoadBalancerRecord): boolean {
  const settings = ({ shape }: LoadBalancerRecord): string =>
    JSON.stringify([shape.Type, shape.Scheme, shape.IpAddressType, shape.AvailabilityZones])
  return settings(taken) === settings(wanted)
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
      // As AWS makes it, and so it does not resolve here; where listeners really are, `addresses()` says.
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
    attributes: asAttributes(LOAD_BALANCER_ATTRIBUTES),
    tags: input.Tags ?? [],
  }
}
