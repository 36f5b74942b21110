/** What DescribeTargetHealth says of targets, in AWS's words (guide, 'Health check reason codes'). */
import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2'

/** Why a check failed. */
export interface ProbeFailure {
  readonly Reason: NonNullable<TargetHealth['Reason']>
  readonly Description: string
}

export const INITIAL: TargetHealth = {
  State: 'initial',
  Reason: 'Elb.RegistrationInProgress',
  Description: 'Target registration is in progress',
}
export const INITIAL_CHECKS: TargetHealth = {
  State: 'initial',
  Reason: 'Elb.InitialHealthChecking',
  Description: 'Initial health checks in progress',
}
export const DRAINING: TargetHealth = {
  State: 'draining',
  Reason: 'Target.DeregistrationInProgress',
  Description: 'Target deregistration is in progress',
}
export const NOT_IN_USE: TargetHealth = {
  State: 'unused',
  Reason: 'Target.NotInUse',
  Description: 'Target group is not configured to receive traffic from the load balancer',
}
export const NOT_REGISTERED: TargetHealth = {
  State: 'unused',
  Reason: 'Target.NotRegistered',
  Description: 'Target is not registered to the target group',
}
