import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2'

/** A target as the API shows it (`10.0.1.17`, 3000), and where on this machine it really listens. */
export interface Target {
  readonly id: string
  readonly port: number
  readonly dial: { readonly host: string; readonly port: number }
}

/** The part of Elastic Load Balancing that ECS uses. */
export interface TargetGroups {
  /** Whether the target group exists, and whether a listener routes to it (ECS refuses a group without one). */
  find(
    targetGroupArn: string,
  ): { readonly targetType: string; readonly hasLoadBalancer: boolean } | undefined
  /** Starts health checks; the target gets requests once it is healthy. */
  register(targetGroupArn: string, target: Target): void
  /** Starts draining: no new requests; resolves when the deregistration delay is over or nothing is in flight. */
  deregister(targetGroupArn: string, target: Target): Promise<void>
  /** What DescribeTargetHealth shows now; `undefined` once the target is gone. */
  health(targetGroupArn: string, target: Target): TargetHealth | undefined
  /** Called after each health check that changed a target's state, and after each failed one. */
  onHealthCheck(
    listener: (targetGroupArn: string, target: Target, health: TargetHealth) => void,
  ): void
}

/** A target group that a rule forwards to. Weights are 0 to 999. */
export interface WeightedGroup {
  readonly arn: string
  readonly weight: number
}

/** The listener rules of Elastic Load Balancing, as ECS shifts traffic with them. */
export interface ListenerRules {
  /** Where the rule forwards to; empty when it answers by itself, `undefined` when there is no such rule. */
  forwards(ruleArn: string): readonly WeightedGroup[] | undefined
  /** Makes the rule forward to these groups; does nothing when there is no such rule. */
  forward(ruleArn: string, groups: readonly WeightedGroup[]): void
}

/** What CodeDeploy names in its deployment groups: target groups by name, and whole listeners. */
export interface TrafficRoutes {
  /** ARN of the target group of that name. */
  groupArn(name: string): string | undefined
  /** ARNs of the listener's rules, the default rule last; `undefined` when there is no such listener. */
  rulesOf(listenerArn: string): readonly string[] | undefined
}
