import type { Targets, TargetView } from '@ecs-pipeline/rollout'
import { load } from './lazy-sdk.ts'
import { askAll } from './shared-reads.ts'
import type { Toolbox } from './toolbox.ts'

export function createTargets({ clients, call, reads }: Toolbox): Targets {
  return {
    async health(targetGroups) {
      if (targetGroups.length === 0) return []
      const sdk = await load.elasticLoadBalancing()
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

    dimensions: (targetGroups) => askAll(reads.targetGroups, targetGroups),
  }
}
