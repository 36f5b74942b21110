import * as autoscaling from '@aws-sdk/client-application-auto-scaling'
import type { Clock, Place } from '../../parts.ts'
import { defineService, type Service } from '../../wire/service.ts'
import { CONSTRAINTS } from './constraints.ts'
import { policyHandlers } from './policies.ts'
import type { ScalingState } from './state.ts'
import { targetHandlers } from './targets.ts'

/**
 * Application Auto Scaling: remembers scalable targets and policies, so that a deployer sees them. It scales nothing,
 * makes no alarms, and does not ask whether a resource exists.
 */
export function createAutoScaling({ clock, place }: { clock: Clock; place: Place }): Service {
  const state: ScalingState = { targets: new Map(), policies: new Map() }
  return defineService(
    autoscaling,
    new autoscaling.ApplicationAutoScalingClient({ region: place.region }),
    {
      ...targetHandlers(state, clock, place),
      ...policyHandlers(state, clock, place),
      DescribeScalingActivities: () => ({ ScalingActivities: [] }),
    },
    CONSTRAINTS,
  )
}
