import type { TargetGroupDimensions } from '@ecs-pipeline/rollout'
import { load } from './lazy-sdk.ts'
import type { AwsAccess } from './toolbox.ts'

/** By which names CloudWatch knows the groups: at most 20, which is what one call takes. */
export async function describeTargetGroups(
  { clients, call }: AwsAccess,
  arns: readonly string[],
): Promise<readonly TargetGroupDimensions[]> {
  const sdk = await load.elasticLoadBalancing()
  const client = clients.of(sdk.ElasticLoadBalancingV2Client)
  const asked = { action: 'elasticloadbalancing:DescribeTargetGroups', resource: arns.join(', ') }
  const answer = await call(asked, (options) =>
    client.send(new sdk.DescribeTargetGroupsCommand({ TargetGroupArns: [...arns] }), options),
  )
  return (answer.TargetGroups ?? []).flatMap((group) =>
    dimensionsOf(group.TargetGroupArn ?? '', group.LoadBalancerArns?.[0]),
  )
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

/** The ARNs of the groups of that name, in the order of the names. */
export async function groupArns(
  { clients, call }: AwsAccess,
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return []
  const sdk = await load.elasticLoadBalancing()
  const client = clients.of(sdk.ElasticLoadBalancingV2Client)
  const asked = { action: 'elasticloadbalancing:DescribeTargetGroups', resource: names.join(', ') }
  const { TargetGroups = [] } = await call(asked, (options) =>
    client.send(new sdk.DescribeTargetGroupsCommand({ Names: [...names] }), options),
  )
  return names.flatMap(
    (name) => TargetGroups.find((each) => each.TargetGroupName === name)?.TargetGroupArn ?? [],
  )
}
