import {
  NotFound,
  plainName,
  Refused,
  type Dns,
  type DnsRecord,
  type LoadBalancerAddress,
} from '@ecs-pipeline/rollout'
import type {
  ListResourceRecordSetsCommandInput,
  ResourceRecordSet,
} from '@aws-sdk/client-route-53'
import { load } from './lazy-sdk.ts'
import type { AwsAccess } from './toolbox.ts'

/** DescribeTargetGroups and DescribeLoadBalancers take so many ARNs. */
const MOST_ARNS = 20

/** Route 53 is one service for all regions. */
export function createDns({ clients, call }: AwsAccess): Dns {
  return {
    async zoneName(zone) {
      const sdk = await load.route53()
      const client = clients.of(sdk.Route53Client)
      const asked = { action: 'route53:GetHostedZone', resource: `hosted zone ${zone}` }
      const answer = await call(asked, (options) =>
        client.send(new sdk.GetHostedZoneCommand({ Id: zone }), options),
      )
      const name = answer.HostedZone?.Name
      if (name === undefined)
        throw new NotFound(`The hosted zone ${zone} has no name.`, asked.action)
      return plainName(name)
    },

    async records(zone, name) {
      const sdk = await load.route53()
      const client = clients.of(sdk.Route53Client)
      const asked = { action: 'route53:ListResourceRecordSets', resource: `hosted zone ${zone}` }
      const found: DnsRecord[] = []
      let from: ListResourceRecordSetsCommandInput = {
        HostedZoneId: zone,
        StartRecordName: name,
      }
      for (;;) {
        const page = from
        const answer = await call(asked, (options) =>
          client.send(new sdk.ListResourceRecordSetsCommand(page), options),
        )
        const sets = (answer.ResourceRecordSets ?? []).map(recordOf)
        const own = sets.filter((each) => plainName(each.Name) === plainName(name))
        found.push(...own)
        // They are sorted by name, so that another one ends them.
        if (answer.IsTruncated !== true || own.length < sets.length) return found
        from = {
          HostedZoneId: zone,
          StartRecordName: answer.NextRecordName,
          StartRecordType: answer.NextRecordType,
          StartRecordIdentifier: answer.NextRecordIdentifier,
        }
      }
    },

    async change(zone, action, record) {
      const sdk = await load.route53()
      const client = clients.of(sdk.Route53Client)
      const asked = {
        action: 'route53:ChangeResourceRecordSets',
        resource: `record ${record.Name} in hosted zone ${zone}`,
      }
      const Changes = [{ Action: action, ResourceRecordSet: record as ResourceRecordSet }]
      const answer = await call(asked, (options) =>
        client.send(
          new sdk.ChangeResourceRecordSetsCommand({
            HostedZoneId: zone,
            ChangeBatch: { Comment: 'ecs-pipeline', Changes },
          }),
          options,
        ),
      )
      const id = answer.ChangeInfo?.Id
      if (id === undefined) throw new Refused('Route 53 gave no id of the change.', asked.action)
      return id
    },

    async isInSync(change) {
      const sdk = await load.route53()
      const client = clients.of(sdk.Route53Client)
      const asked = { action: 'route53:GetChange', resource: `change ${change}` }
      const answer = await call(asked, (options) =>
        client.send(new sdk.GetChangeCommand({ Id: change }), options),
      )
      return answer.ChangeInfo?.Status === 'INSYNC'
    },

    async loadBalancers(targetGroups) {
      const sdk = await load.elasticLoadBalancing()
      const client = clients.of(sdk.ElasticLoadBalancingV2Client)
      const groups = {
        action: 'elasticloadbalancing:DescribeTargetGroups',
        resource: targetGroups.join(', '),
      }
      const TargetGroupArns = targetGroups.slice(0, MOST_ARNS)
      const { TargetGroups = [] } = await call(groups, (options) =>
        client.send(new sdk.DescribeTargetGroupsCommand({ TargetGroupArns }), options),
      )
      const arns = [...new Set(TargetGroups.flatMap((each) => each.LoadBalancerArns ?? []))]
      if (arns.length === 0) return []
      const asked = {
        action: 'elasticloadbalancing:DescribeLoadBalancers',
        resource: arns.join(', '),
      }
      const { LoadBalancers = [] } = await call(asked, (options) =>
        client.send(
          new sdk.DescribeLoadBalancersCommand({ LoadBalancerArns: arns.slice(0, MOST_ARNS) }),
          options,
        ),
      )
      return LoadBalancers.map((each): LoadBalancerAddress => ({
        name: each.LoadBalancerName ?? '',
        dnsName: each.DNSName ?? '',
        zone: each.CanonicalHostedZoneId ?? '',
        kind: each.Type ?? 'application',
      }))
    },
  }
}

/** Members that AWS leaves out are left out here, so that the record can be sent back as it came. */
const recordOf = (set: ResourceRecordSet): DnsRecord =>
  Object.fromEntries(
    Object.entries(set).filter(([, value]) => value !== undefined),
  ) as unknown as DnsRecord
