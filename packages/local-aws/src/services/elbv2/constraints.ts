/** What the service's model allows (API reference), for the checks that the wire makes of every input. */
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Constraint } from '../../wire/constraints.ts'

const PORT = { path: 'Port', minimum: 1, maximum: 65_535 }
const PAGE: Constraint = { path: 'PageSize', minimum: 1, maximum: 400 }

/** Of the list of actions at `path`. */
const actions = (path: string): Constraint[] => [
  { path: `${path}.Type`, oneOf: Object.values(elb.ActionTypeEnum) },
  { path: `${path}.ForwardConfig.TargetGroups.Weight`, minimum: 0, maximum: 999 },
  { path: `${path}.FixedResponseConfig.StatusCode`, pattern: /^(2|4|5)\d\d$/ },
  { path: `${path}.FixedResponseConfig.MessageBody`, maxLength: 1024 },
  {
    path: `${path}.RedirectConfig.StatusCode`,
    oneOf: Object.values(elb.RedirectActionStatusCodeEnum),
  },
]

const targetGroup: Constraint[] = [
  { path: 'HealthCheckIntervalSeconds', minimum: 5, maximum: 300 },
  { path: 'HealthCheckTimeoutSeconds', minimum: 2, maximum: 120 },
  { path: 'HealthyThresholdCount', minimum: 2, maximum: 10 },
  { path: 'UnhealthyThresholdCount', minimum: 2, maximum: 10 },
  { path: 'HealthCheckPath', minLength: 1, maxLength: 1024 },
  { path: 'HealthCheckProtocol', oneOf: Object.values(elb.ProtocolEnum) },
]

export const CONSTRAINTS: Readonly<Record<string, readonly Constraint[]>> = {
  CreateLoadBalancer: [
    { path: 'Type', oneOf: Object.values(elb.LoadBalancerTypeEnum) },
    { path: 'Scheme', oneOf: Object.values(elb.LoadBalancerSchemeEnum) },
    { path: 'IpAddressType', oneOf: Object.values(elb.IpAddressType) },
  ],
  CreateTargetGroup: [
    { path: 'Protocol', oneOf: Object.values(elb.ProtocolEnum) },
    { path: 'TargetType', oneOf: Object.values(elb.TargetTypeEnum) },
    PORT,
    ...targetGroup,
  ],
  ModifyTargetGroup: targetGroup,
  CreateListener: [
    { path: 'Protocol', oneOf: Object.values(elb.ProtocolEnum) },
    PORT,
    ...actions('DefaultActions'),
  ],
  ModifyListener: [
    { path: 'Protocol', oneOf: Object.values(elb.ProtocolEnum) },
    PORT,
    ...actions('DefaultActions'),
  ],
  CreateRule: [{ path: 'Priority', minimum: 1, maximum: 50_000 }, ...actions('Actions')],
  ModifyRule: actions('Actions'),
  SetRulePriorities: [{ path: 'RulePriorities.Priority', minimum: 1, maximum: 50_000 }],
  RegisterTargets: [{ path: 'Targets.Port', minimum: 1, maximum: 65_535 }],
  DescribeTags: [{ path: 'ResourceArns', maxLength: 20 }],
  DescribeLoadBalancers: [PAGE],
  DescribeTargetGroups: [PAGE],
  DescribeListeners: [PAGE],
  DescribeRules: [PAGE],
  DescribeAccountLimits: [PAGE],
}
