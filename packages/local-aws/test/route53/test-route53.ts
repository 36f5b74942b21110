import { Route53, type ResourceRecordSet } from '@aws-sdk/client-route-53'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { createRoute53 } from '../../src/services/route53/route53.ts'
import { serve, type Served } from '../support/serve.ts'

export const BALANCER = { name: 'Ledger-1234567890.us-east-1.elb.amazonaws.com', zoneId: 'Z35SXDO' }

export interface TestRoute53 {
  readonly clock: VirtualClock
  /** A real client, over HTTP. */
  readonly client: Route53
  readonly served: Served
  /** Makes a zone and gives its id, without the path before it. */
  zone(name: string): Promise<string>
  /** Sends one change. */
  change(
    zone: string,
    action: 'CREATE' | 'UPSERT' | 'DELETE',
    record: ResourceRecordSet,
  ): Promise<string>
  /** `A www.example.com. blue` of every record set, in order. */
  names(zone: string): Promise<readonly string[]>
  close(): void
}

export async function testRoute53(): Promise<TestRoute53> {
  const clock = new VirtualClock()
  const place = { account: '123456789012', region: 'us-east-1' }
  const served = await serve(
    [createRoute53({ clock, place, aliasTargets: () => [BALANCER] })],
    clock,
  )
  const client = new Route53(served.client)
  let zones = 0
  return {
    clock,
    client,
    served,
    async zone(Name) {
      const { HostedZone } = await client.createHostedZone({
        Name,
        CallerReference: `reference-${zones++}`,
      })
      return HostedZone?.Id?.replace('/hostedzone/', '') ?? ''
    },
    async change(HostedZoneId, Action, record) {
      const { ChangeInfo } = await client.changeResourceRecordSets({
        HostedZoneId,
        ChangeBatch: { Changes: [{ Action, ResourceRecordSet: record }] },
      })
      return ChangeInfo?.Id ?? ''
    },
    async names(HostedZoneId) {
      const { ResourceRecordSets = [] } = await client.listResourceRecordSets({ HostedZoneId })
      return ResourceRecordSets.map(({ Type, Name, SetIdentifier }) =>
        [Type, Name, SetIdentifier].filter((each) => each !== undefined).join(' '),
      )
    },
    close: () => {
      client.destroy()
      served.close()
    },
  }
}

export const plain = (Name: string, value = '192.0.2.1'): ResourceRecordSet => ({
  Name,
  Type: 'A',
  TTL: 60,
  ResourceRecords: [{ Value: value }],
})

export const alias = (
  Name: string,
  DNSName: string = BALANCER.name,
  HostedZoneId: string = BALANCER.zoneId,
): ResourceRecordSet => ({
  Name,
  Type: 'A',
  AliasTarget: { DNSName, HostedZoneId, EvaluateTargetHealth: true },
})
