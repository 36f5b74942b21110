/** What a release asks of Route 53, and of the load balancer that a record leads to. */
import type { Open, TargetGroupArn } from '../views.ts'

export interface Dns {
  /** Without the dot at its end. Throws {@link NotFound}. */
  zoneName(zone: string): Promise<string>
  /** The record sets of exactly this name, of every type. */
  records(zone: string, name: string): Promise<readonly DnsRecord[]>
  /** UPSERT sets the whole record; DELETE wants it exactly as it is. Gives the id of the change. */
  change(zone: string, action: 'UPSERT' | 'DELETE', record: DnsRecord): Promise<string>
  /** Whether all name servers of Route 53 have the change. */
  isInSync(change: string): Promise<boolean>
  /** What stands before the target groups, each load balancer once. */
  loadBalancers(targetGroups: readonly TargetGroupArn[]): Promise<readonly LoadBalancerAddress[]>
}

/** A record set with all members that Route 53 gives, under its own names, so that it can be put back as it was. */
export interface DnsRecord {
  readonly Name: string
  readonly Type: string
  /** Tells record sets of one name and type apart; a simple record has none. */
  readonly SetIdentifier?: string | undefined
  readonly Weight?: number | undefined
  readonly AliasTarget?: DnsAlias | undefined
  readonly TTL?: number | undefined
  readonly ResourceRecords?: readonly { readonly Value: string }[] | undefined
  readonly [member: string]: unknown
}

export interface DnsAlias {
  readonly HostedZoneId: string
  readonly DNSName: string
  readonly EvaluateTargetHealth: boolean
}

export interface LoadBalancerAddress {
  readonly name: string
  readonly dnsName: string
  /** The hosted zone of AWS that its name is in. */
  readonly zone: string
  readonly kind: Open<'application' | 'network' | 'gateway'>
}
