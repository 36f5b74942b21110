import type * as autoscaling from '@aws-sdk/client-application-auto-scaling'
import { randomUUID } from 'node:crypto'
import { arn } from '../../ids.ts'
import type { Clock, Place } from '../../parts.ts'
import type { Handlers } from '../../wire/service.ts'
import {
  checkFilter,
  checkPageSize,
  keyOf,
  notFound,
  pageOf,
  type Resource,
  type ScalingState,
} from './state.ts'

export function policyHandlers(
  { targets, policies }: ScalingState,
  clock: Clock,
  place: Place,
): Handlers<typeof autoscaling> {
  const nameOf = (resource: Resource, PolicyName = ''): string => `${keyOf(resource)}|${PolicyName}`
  return {
    PutScalingPolicy(input) {
      if (!targets.has(keyOf(input))) throw notFound('scalable target registered', input)
      const name = nameOf(input, input.PolicyName)
      const before = policies.get(name)
      const id = `scalingPolicy:${randomUUID()}:resource/${input.ServiceNamespace}/${input.ResourceId}:policyName/${input.PolicyName}`
      const PolicyARN = before?.PolicyARN ?? arn('autoscaling', place, id)
      policies.set(name, {
        ...before,
        ...input,
        PolicyType: input.PolicyType ?? before?.PolicyType ?? 'StepScaling',
        PolicyARN,
        Alarms: [],
        CreationTime: before?.CreationTime ?? new Date(clock.now()),
      })
      return { PolicyARN, Alarms: [] }
    },
    DescribeScalingPolicies(input) {
      const { ServiceNamespace, ResourceId, ScalableDimension, PolicyNames } = input
      const { MaxResults = 10 } = input
      checkFilter(ScalableDimension, ResourceId !== undefined)
      checkPageSize(MaxResults, 10)
      const chosen = [...policies.values()].filter(
        (each) =>
          each.ServiceNamespace === ServiceNamespace &&
          (ResourceId === undefined || each.ResourceId === ResourceId) &&
          (ScalableDimension === undefined || each.ScalableDimension === ScalableDimension) &&
          (PolicyNames?.includes(each.PolicyName ?? '') ?? true),
      )
      const { page, NextToken } = pageOf(chosen, input.NextToken, MaxResults)
      return { ScalingPolicies: page, NextToken }
    },
    DeleteScalingPolicy(input) {
      if (!policies.delete(nameOf(input, input.PolicyName))) {
        throw notFound('scaling policy found', input)
      }
      return {}
    },
  }
}
