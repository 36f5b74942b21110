/** What the service's model allows (API reference). */
import {
  PolicyType,
  ScalableDimension,
  ServiceNamespace,
} from '@aws-sdk/client-application-auto-scaling'
import type { Constraint } from '../../wire/constraints.ts'

const RESOURCE: readonly Constraint[] = [
  { path: 'ServiceNamespace', oneOf: Object.values(ServiceNamespace) },
  { path: 'ScalableDimension', oneOf: Object.values(ScalableDimension) },
  { path: 'ResourceId', minLength: 1, maxLength: 1600 },
]

export const CONSTRAINTS: Readonly<Record<string, readonly Constraint[]>> = {
  RegisterScalableTarget: RESOURCE,
  DeregisterScalableTarget: RESOURCE,
  DescribeScalableTargets: [...RESOURCE, { path: 'ResourceIds', maxLength: 50 }],
  PutScalingPolicy: [
    ...RESOURCE,
    { path: 'PolicyName', minLength: 1, maxLength: 256 },
    { path: 'PolicyType', oneOf: Object.values(PolicyType) },
  ],
  DescribeScalingPolicies: [...RESOURCE, { path: 'PolicyNames', maxLength: 50 }],
  DeleteScalingPolicy: RESOURCE,
  DescribeScalingActivities: RESOURCE,
}
