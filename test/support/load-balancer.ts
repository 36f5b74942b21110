/** Load balancers of the stack, made as a user's Terraform would: with a target group, or with two to shift between. */
import type { AdvancedConfiguration } from '@aws-sdk/client-ecs'
import type { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2'

/** What it takes of the stack's clients. */
interface Balancing {
  readonly elb: ElasticLoadBalancingV2
}

export interface LoadBalancer {
  readonly targetGroupArn: string
  readonly listenerArn: string
  readonly name: string
  readonly testListenerArn?: string
  /** What lets ECS shift traffic between two target groups. */
  readonly shift?: AdvancedConfiguration
}

/** A load balancer with one listener and one target group, with health checks every 10 seconds unless told otherwise. */
export async function createLoadBalancer(
  clients: Balancing,
  name: string,
  drainSeconds = 10,
  checkSeconds = 10,
): Promise<LoadBalancer> {
  const loadBalancerArn = await createBalancer(clients, name)
  const targetGroupArn = await createGroup(clients, name, drainSeconds, checkSeconds)
  const listenerArn = await createListener(clients, loadBalancerArn, 80, targetGroupArn)
  return { targetGroupArn, listenerArn, name }
}

/** One that traffic can be shifted on: two groups, and a listener each for users and for test traffic. */
export async function createShiftingLoadBalancer(
  clients: Balancing,
  name: string,
  drainSeconds = 10,
): Promise<LoadBalancer> {
  const loadBalancerArn = await createBalancer(clients, name)
  const blue = await createGroup(clients, `${name}-blue`, drainSeconds)
  const green = await createGroup(clients, `${name}-green`, drainSeconds)
  const listenerArn = await createListener(clients, loadBalancerArn, 80, blue)
  const testListenerArn = await createListener(clients, loadBalancerArn, 8080, blue)
  const shift = {
    alternateTargetGroupArn: green,
    productionListenerRule: await createRule(clients, listenerArn, blue, green),
    testListenerRule: await createRule(clients, testListenerArn, blue, green),
    roleArn: 'arn:aws:iam::123456789012:role/ecs-load-balancers',
  }
  return { targetGroupArn: blue, listenerArn, testListenerArn, name, shift }
}

/** With its listeners, rules and target groups; no service uses it any more. */
export async function deleteLoadBalancer(
  { elb }: Balancing,
  { name, targetGroupArn, shift }: LoadBalancer,
): Promise<void> {
  const { LoadBalancers = [] } = await elb.describeLoadBalancers({ Names: [name] })
  await elb.deleteLoadBalancer({ LoadBalancerArn: LoadBalancers[0]?.LoadBalancerArn })
  await elb.deleteTargetGroup({ TargetGroupArn: targetGroupArn })
  if (shift) await elb.deleteTargetGroup({ TargetGroupArn: shift.alternateTargetGroupArn })
}

export async function createBalancer({ elb }: Balancing, name: string): Promise<string> {
  const balancer = await elb.createLoadBalancer({
    Name: name,
    Subnets: ['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002'],
  })
  return balancer.LoadBalancers?.[0]?.LoadBalancerArn ?? ''
}

export async function createGroup(
  { elb }: Balancing,
  name: string,
  drainSeconds = 10,
  checkSeconds = 10,
): Promise<string> {
  const group = await elb.createTargetGroup({
    Name: name,
    Protocol: 'HTTP',
    Port: 3000,
    VpcId: 'vpc-0a1b2c3d4e5f60001',
    TargetType: 'ip',
    HealthCheckPath: '/health',
    HealthCheckIntervalSeconds: checkSeconds,
    HealthCheckTimeoutSeconds: 5,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
  })
  const targetGroupArn = group.TargetGroups?.[0]?.TargetGroupArn ?? ''
  await elb.modifyTargetGroupAttributes({
    TargetGroupArn: targetGroupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(drainSeconds) }],
  })
  return targetGroupArn
}

export async function createListener(
  { elb }: Balancing,
  loadBalancerArn: string,
  port: number,
  targetGroupArn: string,
): Promise<string> {
  const listener = await elb.createListener({
    LoadBalancerArn: loadBalancerArn,
    Protocol: 'HTTP',
    Port: port,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
  })
  return listener.Listeners?.[0]?.ListenerArn ?? ''
}

/** All requests; ECS changes its weights. */
async function createRule(
  { elb }: Balancing,
  listenerArn: string,
  blue: string,
  green: string,
): Promise<string> {
  const rule = await elb.createRule({
    ListenerArn: listenerArn,
    Priority: 1,
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
    Actions: [
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: blue, Weight: 100 },
            { TargetGroupArn: green, Weight: 0 },
          ],
        },
      },
    ],
  })
  return rule.Rules?.[0]?.RuleArn ?? ''
}
