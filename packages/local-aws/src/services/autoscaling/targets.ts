import type * as autoscaling from '@aws-sdk/client-application-auto-scaling'
import { arn, shortHexId } from '../../ids.ts'
import type { Clock, Place } from '../../parts.ts'
import type { Handlers } from '../../wire/service.ts'
import {
  checkFilter,
  checkPageSize,
  invalid,
  keyOf,
  notFound,
  pageOf,
  type Resource,
  type ScalingState,
} from './state.ts'

export function targetHandlers(
  { targets, policies }: ScalingState,
  clock: Clock,
  place: Place,
): Handlers<typeof autoscaling> {
  return {
    RegisterScalableTarget(input) {
      checkResource(input)
      const before = targets.get(keyOf(input))
      const { MinCapacity = before?.MinCapacity, MaxCapacity = before?.MaxCapacity } = input
      if (MinCapacity === undefined || MaxCapacity === undefined) {
        throw invalid('Min capacity and max capacity are required when registering a new target')
      }
      if (MinCapacity < 0) throw invalid('Minimum capacity cannot be less than 0')
      if (MinCapacity > MaxCapacity) {
        throw invalid('Maximum capacity cannot be less than minimum capacity')
      }
      const ScalableTargetARN =
        before?.ScalableTargetARN ??
        arn('application-autoscaling', place, `scalable-target/${shortHexId(32)}`)
      targets.set(keyOf(input), {
        ServiceNamespace: input.ServiceNamespace,
        ResourceId: input.ResourceId,
        ScalableDimension: input.ScalableDimension,
        MinCapacity,
        MaxCapacity,
        RoleARN: input.RoleARN ?? before?.RoleARN ?? serviceRole(place),
        CreationTime: before?.CreationTime ?? new Date(clock.now()),
        SuspendedState: {
          DynamicScalingInSuspended: false,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: false,
          ...before?.SuspendedState,
          ...input.SuspendedState,
        },
        ScalableTargetARN,
      })
      return { ScalableTargetARN }
    },
    DeregisterScalableTarget(input) {
      const key = keyOf(input)
      if (!targets.delete(key)) throw notFound('scalable target registered', input)
      // Its policies go with it (API reference, DeregisterScalableTarget).
      for (const [name, policy] of policies) if (keyOf(policy) === key) policies.delete(name)
      return {}
    },
    DescribeScalableTargets(input) {
      const { ServiceNamespace, ResourceIds, ScalableDimension, MaxResults = 50 } = input
      checkFilter(ScalableDimension, (ResourceIds ?? []).length > 0)
      checkPageSize(MaxResults, 50)
      const chosen = [...targets.values()].filter(
        (each) =>
          each.ServiceNamespace === ServiceNamespace &&
          (ResourceIds?.includes(each.ResourceId ?? '') ?? true) &&
          (ScalableDimension === undefined || each.ScalableDimension === ScalableDimension),
      )
      const { page, NextToken } = pageOf(chosen, input.NextToken, MaxResults)
      return { ScalableTargets: page, NextToken }
    },
  }
}

const serviceRole = (place: Place): string =>
  `arn:aws:iam::${place.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`

/** Of ECS, whose targets this endpoint is for; the resources of other services are taken as they come. */
function checkResource({ ServiceNamespace, ResourceId = '', ScalableDimension }: Resource): void {
  if (ServiceNamespace !== 'ecs') return
  const isService = /^service\/[^/]+\/[^/]+$/.test(ResourceId)
  if (!isService || ScalableDimension !== 'ecs:service:DesiredCount') {
    throw invalid('Unsupported service namespace, resource type or scalable dimension')
  }
}
