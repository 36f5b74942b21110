import { lastPart, type Scaling } from '@ecs-pipeline/rollout'
import { load } from './lazy-sdk.ts'
import type { Toolbox } from './toolbox.ts'

export function createScaling({ clients, call, cluster, service }: Toolbox): Scaling {
  return {
    async bounds() {
      const sdk = await load.applicationAutoScaling()
      const client = clients.of(sdk.ApplicationAutoScalingClient)
      const resourceId = `service/${lastPart(cluster)}/${lastPart(service)}`
      const asked = {
        action: 'application-autoscaling:DescribeScalableTargets',
        resource: resourceId,
      }
      const answer = await call(asked, (options) =>
        client.send(
          new sdk.DescribeScalableTargetsCommand({
            ServiceNamespace: 'ecs',
            ResourceIds: [resourceId],
            ScalableDimension: 'ecs:service:DesiredCount',
          }),
          options,
        ),
      )
      const target = answer.ScalableTargets?.[0]
      if (!target) return undefined
      return { minimum: target.MinCapacity ?? 0, maximum: target.MaxCapacity ?? 0 }
    },
  }
}
