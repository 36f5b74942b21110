/** The DNS record that leads users to the release. */
import { integer, text } from '@ecs-pipeline/action-kit'
import type { DnsOrder } from '@ecs-pipeline/rollout'
import type { Findings } from './findings.ts'

export const dnsKinds = {
  'dns-zone-id': text(),
  'dns-record': text(),
  'dns-weight': integer({ minimum: 0, maximum: 255 }),
}

interface Given {
  readonly dnsZoneId: string | undefined
  readonly dnsRecord: string | undefined
  readonly dnsWeight: number | undefined
}

/** 'Maximum length of 32' (ResourceId of the Route 53 API reference); the API itself gives them with a path. */
const ZONE_ID = /^(?:\/hostedzone\/)?([A-Z0-9]{1,32})$/
/** At most 255 characters, 63 a label; `*` only as the first label (Developer Guide, 'DNS domain name format'). */
const NAME = /^(?=.{1,255}$)(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_-]{1,63}\.?$/i

export function readDns(
  { dnsZoneId, dnsRecord, dnsWeight }: Given,
  { problems }: Findings,
): DnsOrder | undefined {
  if (dnsZoneId === undefined && dnsRecord === undefined) {
    if (dnsWeight !== undefined) {
      problems.push(`Input 'dns-weight' needs 'dns-zone-id' and 'dns-record'.`)
    }
    return undefined
  }
  if (dnsZoneId === undefined || dnsRecord === undefined) {
    const [given, missing] =
      dnsRecord === undefined ? ['dns-zone-id', 'dns-record'] : ['dns-record', 'dns-zone-id']
    problems.push(`Input '${given}' needs '${missing}'.`)
    return undefined
  }
  const zone = ZONE_ID.exec(dnsZoneId)?.[1]
  if (zone === undefined) {
    problems.push(
      `Input 'dns-zone-id' has to be the id of a hosted zone, such as Z0123456789ABCDEFGHIJ.`,
    )
  }
  if (!NAME.test(dnsRecord)) {
    problems.push(`Input 'dns-record' has to be a name, such as api.example.com.`)
  }
  const name = dnsRecord.replace(/\.$/, '').toLowerCase()
  return zone === undefined ? undefined : { zone, name, weight: dnsWeight }
}
