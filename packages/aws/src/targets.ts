import type { TargetGroupDimensions, Targets, TargetView } from '@ecs-pipeline/rollout'
import { inBatches } from './batches.ts'
import type { Toolbox } from './toolbox.ts'

/** DescribeTargetGroups takes this many ARNs (Elastic Load Balancing API Reference). */
const GROUPS_PER_CALL = 20

export function createTargets({ clients, call }: Toolbox): Targets {
  return {
    async health(targetGroups) {
      if (targetGroups.length === 0) return []
      const sdk = await import('@aws-sdk/client-elastic-load-balancing-v2')
      const client = clients.of(sdk.ElasticLoadBalancingV2Client)
      const perGroup = await Promise.all(
        [...new Set(targetGroups)].map(async (targetGroup): Promise<TargetView[]> => {
          const asked = {
            action: 'elasticloadbalancing:DescribeTargetHealth',
            resource: `target group ${targetGroup}`,
          }
          const answer = await call(asked, (options) =>
            client.send(
              new sdk.DescribeTargetHealthCommand({ TargetGroupArn: targetGroup }),
              options,
            ),
          )
          return (answer.TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }) => ({
            targetGroup,
            id: Target?.Id ?? '',
            port: Target?.Port,
            state: TargetHealth?.State ?? '',
            reason: TargetHealth?.Reason,
            description: TargetHealth?.Description,
          }))
        }),
      )
      return perGroup.flat()
    },

    async dimensions(targetGroups) {
      const sdk = await import('@aws-sdk/client-elastic-load-balancing-v2')
      const client = clients.of(sdk.ElasticLoadBalancingV2Client)
      return inBatches([...new Set(targetGroups)], GROUPS_PER_CALL, async (batch) => {
        const asked = {
          action: 'elasticloadbalancing:DescribeTargetGroups',
          resource: batch.join(', '),
        }
        const answer = await call(asked, (options) =>
          client.send(
            new sdk.DescribeTargetGroupsCommand({ TargetGroupArns: [...batch] }),
            options,
          ),
        )
        return (answer.TargetGroups ?? []).flatMap((group) =>
          dimensionsOf(group.TargetGroupArn ?? '', group.LoadBalancerArns?.[0]),
        )
      })
    },
  }
}

/** CloudWatch knows both by the last part of their ARNs ('CloudWatch metrics for your Application Load Balancer'). */
function dimensionsOf(arn: string, balancer: string | undefined): TargetGroupDimensions[] {
  const loadBalancer = balancer?.split(':loadbalancer/')[1]
  if (loadBalancer === undefined) return []
  const targetGroup = arn.split(':').at(-1) ?? arn
  const prefix = loadBalancer.split('/')[0]
  const kind = prefix === 'app' ? 'application' : prefix === 'net' ? 'network' : 'other'
  return [{ arn, targetGroup, loadBalancer, kind }]
}
