/** Errors of the service, with the words that AWS uses for them. */
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2'
import { CodedError } from '../../wire/errors.ts'

const $metadata = {}

export const noLoadBalancer = (): Error =>
  new elb.LoadBalancerNotFoundException({
    message: 'One or more load balancers not found',
    $metadata,
  })
export const noTargetGroup = (): Error =>
  new elb.TargetGroupNotFoundException({
    message: 'One or more target groups not found',
    $metadata,
  })
export const noListener = (): Error =>
  new elb.ListenerNotFoundException({ message: 'One or more listeners not found', $metadata })
export const noRule = (): Error =>
  new elb.RuleNotFoundException({ message: 'One or more rules not found', $metadata })
export const duplicateLoadBalancer = (name: string): Error =>
  new elb.DuplicateLoadBalancerNameException({
    message: `A load balancer with the same name '${name}' exists, but with different settings`,
    $metadata,
  })
export const duplicateTargetGroup = (name: string): Error =>
  new elb.DuplicateTargetGroupNameException({
    message: `A target group with the same name '${name}' exists, but with different settings`,
    $metadata,
  })
export const duplicateListener = (): Error =>
  new elb.DuplicateListenerException({
    message: 'A listener already exists on this port for this load balancer',
    $metadata,
  })
export const priorityInUse = (priority: number): Error =>
  new elb.PriorityInUseException({
    message: `Priority '${priority}' is currently in use`,
    $metadata,
  })
export const targetGroupInUse = (arn: string): Error =>
  new elb.ResourceInUseException({
    message: `Target group '${arn}' is currently in use by a listener or a rule`,
    $metadata,
  })
export const deletionProtected = (arn: string): Error =>
  new elb.OperationNotPermittedException({
    message: `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
    $metadata,
  })
export const defaultRuleKept = (): Error =>
  new elb.OperationNotPermittedException({
    message: 'Default rules cannot be deleted',
    $metadata,
  })
export const otherLoadBalancer = (arn: string): Error =>
  new elb.TargetGroupAssociationLimitException({
    message: `The following target groups cannot be associated with more than one load balancer: ${arn}`,
    $metadata,
  })
export const invalid = (message: string): Error => new CodedError('ValidationError', message)
