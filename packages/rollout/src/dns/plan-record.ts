/** What can be found out of a DNS record before anything is changed: whatever Route 53 would refuse is refused here. */
import type { Ports } from '../ports.ts'
import { Refusal } from '../refusal.ts'
import type { ServiceView } from '../views.ts'
import type { DnsRecord, LoadBalancerAddress } from './port.ts'
import { plainName, type RecordWish } from './record.ts'

export interface DnsOrder {
  /** The id of a hosted zone. */
  readonly zone: string
  readonly name: string
  /** Makes it a weighted record; without it, it is a simple one. */
  readonly weight: number | undefined
}

export interface DnsPlan extends RecordWish {
  readonly zone: string
  readonly balancer: LoadBalancerAddress
}

/** ResourceRecordSet of the Route 53 API reference: a set identifier has at most so many characters. */
const LONGEST_IDENTIFIER = 128

/** Throws a {@link Refusal}, or the error of a port where the caller may not look. */
export async function planRecord(
  { zone, name, weight }: DnsOrder,
  service: ServiceView,
  { dns }: Pick<Ports, 'dns'>,
): Promise<DnsPlan> {
  const zoneName = plainName(await dns.zoneName(zone))
  if (plainName(name) !== zoneName && !plainName(name).endsWith(`.${zoneName}`)) {
    throw new Refusal(
      `dns-record: ${name} is not in the hosted zone ${zone}, which is ${zoneName}.`,
    )
  }
  const setIdentifier = service.name
  if (weight !== undefined && setIdentifier.length > LONGEST_IDENTIFIER) {
    throw new Refusal(
      `dns-weight: the name of the service is the set identifier of its record, and ${setIdentifier} is longer than ${LONGEST_IDENTIFIER} characters.`,
    )
  }
  const balancer = await balancerOf(service, dns)
  const wish = { name, weight, setIdentifier }
  checkBesides(wish, await dns.records(zone, name))
  return { ...wish, zone, balancer }
}

async function balancerOf(
  { name, loadBalancers }: ServiceView,
  dns: Ports['dns'],
): Promise<LoadBalancerAddress> {
  const groups = loadBalancers.flatMap(({ targetGroupArn, alternateTargetGroupArn }) =>
    alternateTargetGroupArn === undefined
      ? [targetGroupArn]
      : [targetGroupArn, alternateTargetGroupArn],
  )
  const found = groups.length === 0 ? [] : await dns.loadBalancers([...new Set(groups)])
  const [balancer, ...others] = found
  if (!balancer) {
    throw new Refusal(
      `dns-record: ${name} has no load balancer that a record could lead to. Give the service one, or leave out dns-zone-id and dns-record.`,
    )
  }
  if (others.length > 0) {
    const names = found.map((each) => each.name).join(', ')
    throw new Refusal(
      `dns-record: ${name} has several load balancers (${names}), and nobody can tell which one the record should lead to. Change the record in a step of its own.`,
    )
  }
  return balancer
}

function checkBesides({ name, weight }: RecordWish, records: readonly DnsRecord[]): void {
  const cname = records.find(({ Type }) => Type === 'CNAME')
  if (cname) {
    throw new Refusal(
      `dns-record: ${name} is a CNAME record, and nothing else may stand beside one. Delete it, or choose another name.`,
    )
  }
  const addresses = records.filter(({ Type }) => Type === 'A')
  if (weight === undefined) {
    const other = addresses.find(({ SetIdentifier }) => SetIdentifier !== undefined)
    if (!other) return
    throw new Refusal(
      `dns-record: ${name} has records with set identifiers (${other.SetIdentifier ?? ''}), and a simple record cannot stand beside them. Set dns-weight, or delete them.`,
    )
  }
  const other = addresses.find(({ Weight }) => Weight === undefined)
  if (!other) return
  const which =
    other.SetIdentifier === undefined
      ? 'a simple record'
      : `a record that is not weighted (${other.SetIdentifier})`
  throw new Refusal(
    `dns-weight: ${name} is ${which}, and weighted records cannot stand beside it. Delete it first, or leave out dns-weight.`,
  )
}
