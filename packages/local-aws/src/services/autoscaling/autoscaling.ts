import * as autoscaling from '@aws-sdk/client-application-auto-scaling'
import { randomUUID } from 'node:crypto'
import { arn } from '../../ids.ts'
import type { Clock, Place } from '../../parts.ts'
import { defineService, type Service } from '../../wire/service.ts'

const $metadata = {}

/** Application Auto Scaling: remembers targets and policies, so that a deployer sees them. It scales nothing. */
export function createAutoScaling({ clock, place }: { clock: Clock; place: Place }): Service {
  const targets = new Map<string, autoscaling.ScalableTarget>()
  const policies = new Map<string, autoscaling.ScalingPolicy>()
  const keyOf = (input: {
    ServiceNamespace?: string | undefined
    ResourceId?: string | undefined
    ScalableDimension?: string | undefined
  }): string => [input.ServiceNamespace, input.ResourceId, input.ScalableDimension].join('|')
  const notFound = (what: string): Error =>
    new autoscaling.ObjectNotFoundException({
      message: `No ${what} found for the given input`,
      $metadata,
    })

  return defineService(
    autoscaling,
    new autoscaling.ApplicationAutoScalingClient({ region: place.region }),
    {
      RegisterScalableTarget(input) {
        const before = targets.get(keyOf(input))
        const MinCapacity = input.MinCapacity ?? before?.MinCapacity
        const MaxCapacity = input.MaxCapacity ?? before?.MaxCapacity
        if (MinCapacity === undefined || MaxCapacity === undefined || MinCapacity > MaxCapacity) {
          throw new autoscaling.ValidationException({
            message: 'Maximum capacity cannot be less than minimum capacity',
            $metadata,
          })
        }
        const id = randomUUID()
        const ScalableTargetARN =
          before?.ScalableTargetARN ??
          arn('application-autoscaling', place, `scalable-target/${id}`)
        targets.set(keyOf(input), {
          ServiceNamespace: input.ServiceNamespace,
          ResourceId: input.ResourceId,
          ScalableDimension: input.ScalableDimension,
          MinCapacity,
          MaxCapacity,
          RoleARN: `arn:aws:iam::${place.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
          CreationTime: before?.CreationTime ?? new Date(clock.now()),
          ScalableTargetARN,
        })
        return { ScalableTargetARN }
      },
      DeregisterScalableTarget(input) {
        if (!targets.delete(keyOf(input))) throw notFound('scalable target')
        return {}
      },
      DescribeScalableTargets: (input) => ({
        ScalableTargets: [...targets.values()].filter(
          (each) =>
            each.ServiceNamespace === input.ServiceNamespace &&
            (input.ResourceIds?.includes(each.ResourceId ?? '') ?? true) &&
            (input.ScalableDimension === undefined ||
              each.ScalableDimension === input.ScalableDimension),
        ),
      }),
      PutScalingPolicy(input) {
        if (!targets.has(keyOf(input))) throw notFound('scalable target')
        const key = `${keyOf(input)}|${input.PolicyName}`
        const id = `scalingPolicy:${randomUUID()}:resource/${input.ServiceNamespace}/${input.ResourceId}:policyName/${input.PolicyName}`
        const PolicyARN = policies.get(key)?.PolicyARN ?? arn('autoscaling', place, id)
        policies.set(key, {
          ...input,
          PolicyType: input.PolicyType ?? 'StepScaling',
          PolicyARN,
          CreationTime: new Date(clock.now()),
        })
        return { PolicyARN, Alarms: [] }
      },
      DescribeScalingPolicies: (input) => ({
        ScalingPolicies: [...policies.values()].filter(
          (each) =>
            each.ServiceNamespace === input.ServiceNamespace &&
            (input.ResourceId === undefined || each.ResourceId === input.ResourceId) &&
            (input.PolicyNames?.includes(each.PolicyName ?? '') ?? true),
        ),
      }),
      DeleteScalingPolicy(input) {
        if (!policies.delete(`${keyOf(input)}|${input.PolicyName}`))
          throw notFound('scaling policy')
        return {}
      },
      DescribeScalingActivities: () => ({ ScalingActivities: [] }),
    },
    {
      RegisterScalableTarget: [
        { path: 'ServiceNamespace', oneOf: Object.values(autoscaling.ServiceNamespace) },
        { path: 'ScalableDimension', oneOf: Object.values(autoscaling.ScalableDimension) },
      ],
      DescribeScalableTargets: [
        { path: 'ServiceNamespace', oneOf: Object.values(autoscaling.ServiceNamespace) },
      ],
    },
  )
}
