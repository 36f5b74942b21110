/** Record sets of Route 53: whether two are the same, and which one leads to a load balancer. Pure. */
import type { DnsRecord, LoadBalancerAddress } from './port.ts'

/** In lower case and without the dot at the end. Route 53 gives `*` back as `\052`. */
export const plainName = (name: string): string =>
  name.toLowerCase().replace(/\.$/, '').replaceAll('\\052', '*')

/** Of a name and type there is one simple record, or several that their identifiers tell apart. */
export const isSameSet = (a: DnsRecord, b: DnsRecord): boolean =>
  plainName(a.Name) === plainName(b.Name) &&
  a.Type === b.Type &&
  a.SetIdentifier === b.SetIdentifier

/** Whether users are led to the same place, with the same share. `dualstack.` names the same load balancer. */
export const leadsAlike = (a: DnsRecord, b: DnsRecord): boolean =>
  isSameSet(a, b) && a.Weight === b.Weight && placeOf(a) === placeOf(b)

function placeOf({ AliasTarget: alias, TTL, ResourceRecords = [] }: DnsRecord): string {
  if (!alias) return [TTL, ...ResourceRecords.map(({ Value }) => Value)].join(' ')
  const name = plainName(alias.DNSName).replace(/^dualstack\./, '')
  return [alias.HostedZoneId, name, alias.EvaluateTargetHealth].join(' ')
}

export interface RecordWish {
  readonly name: string
  /** Of a weighted record; without it the record is a simple one. */
  readonly weight: number | undefined
  /** Of a weighted record. */
  readonly setIdentifier: string
}

/** `present`: what it takes the place of. What nobody asked to change in an alias stays as it is. */
export function recordTo(
  { dnsName, zone, kind }: LoadBalancerAddress,
  { name, weight, setIdentifier }: RecordWish,
  present: DnsRecord | undefined,
): DnsRecord {
  // As the console of Route 53 does it; a network load balancer has no such name.
  const target = kind === 'application' ? `dualstack.${dnsName}` : dnsName
  const healthCheck = present?.['HealthCheckId']
  return {
    Name: name,
    Type: 'A',
    ...(weight !== undefined && { SetIdentifier: setIdentifier, Weight: weight }),
    AliasTarget: {
      HostedZoneId: zone,
      DNSName: target,
      EvaluateTargetHealth: present?.AliasTarget?.EvaluateTargetHealth ?? true,
    },
    ...(healthCheck !== undefined && { HealthCheckId: healthCheck }),
  }
}

/** Where it leads, for people. */
export function describeRecord(record: DnsRecord | undefined): string {
  if (!record) return 'nothing'
  const { AliasTarget: alias, ResourceRecords = [], Weight, SetIdentifier } = record
  const place = alias
    ? plainName(alias.DNSName).replace(/^dualstack\./, '')
    : ResourceRecords.map(({ Value }) => Value).join(', ')
  return Weight === undefined
    ? place
    : `${place} with weight ${Weight} (as \`${SetIdentifier ?? ''}\`)`
}
