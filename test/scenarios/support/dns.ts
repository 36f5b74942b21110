/** A hosted zone on the stage, and what its records say. */
import { Route53, type ResourceRecordSet } from '@aws-sdk/client-route-53'
import type { Stage } from './stage.ts'

export class StageZone {
  readonly id: string
  private readonly client: Route53

  private constructor(client: Route53, id: string) {
    this.client = client
    this.id = id
  }

  /** The stage has put its address into the environment. */
  static async open(name: string): Promise<StageZone> {
    const client = new Route53({})
    const { HostedZone } = await client.createHostedZone({ Name: name, CallerReference: name })
    return new StageZone(client, HostedZone?.Id?.replace('/hostedzone/', '') ?? '')
  }

  async put(...records: readonly ResourceRecordSet[]): Promise<void> {
    await this.client.changeResourceRecordSets({
      HostedZoneId: this.id,
      ChangeBatch: {
        Changes: records.map((each) => ({ Action: 'UPSERT', ResourceRecordSet: each })),
      },
    })
  }

  async records(name: string): Promise<readonly ResourceRecordSet[]> {
    const { ResourceRecordSets = [] } = await this.client.listResourceRecordSets({
      HostedZoneId: this.id,
    })
    return ResourceRecordSets.filter(({ Name }) => Name === `${name}.`)
  }
}

/** What a simple record was before users were led to a load balancer. */
export const elsewhere = (Name: string): ResourceRecordSet => ({
  Name: `${Name}.`,
  Type: 'A',
  TTL: 60,
  ResourceRecords: [{ Value: '192.0.2.1' }],
})

/** Where the load balancer of a service is, as an alias record says it. */
export async function balancerOf(
  { clients }: Stage,
  service: string,
): Promise<{ HostedZoneId: string; DNSName: string }> {
  const { LoadBalancers } = await clients.elb.describeLoadBalancers({ Names: [service] })
  const [found] = LoadBalancers ?? []
  const name = `dualstack.${found?.DNSName ?? ''}.`.toLowerCase()
  return { HostedZoneId: found?.CanonicalHostedZoneId ?? '', DNSName: name }
}

/** Every call of Route 53 but the reading ones, in order. */
export const changesOf = (stage: Stage): readonly string[] =>
  stage.aws.calls
    .entries()
    .filter(({ operation }) => operation === 'ChangeResourceRecordSets')
    .map(({ input }) => {
      const { ChangeBatch } = input as { ChangeBatch: { Changes: { Action: string }[] } }
      return ChangeBatch.Changes.map(({ Action }) => Action).join()
    })
