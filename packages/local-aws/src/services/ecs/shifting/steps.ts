/** The steps of a deployment that shifts traffic, as a list: pure. */
import type { DeploymentConfiguration, DeploymentLifecycleHookStage } from '@aws-sdk/client-ecs'

/**
 * The stages of 'Deployment lifecycle stages' (blue-green-deployment-how-it-works.html).
 * `PRE_PRODUCTION_TRAFFIC_SHIFT` is in that table and in the prose of `ServiceDeployment.lifecycleStage`, not in its enum.
 */
export type LifecycleStage = DeploymentLifecycleHookStage | 'SCALE_UP' | 'BAKE_TIME' | 'CLEAN_UP'

export interface Step {
  readonly stage: LifecycleStage
  /** The revisions that are meant to run: the one that is replaced, the one that is deployed, or both. */
  readonly runs: 'source' | 'both' | 'target'
  /** Percent of the production traffic that the target gets when the step begins. */
  readonly production?: number
  /** Percent of the test traffic. */
  readonly test?: number
  /** What ends the step: nothing else runs, or all of the target's tasks are healthy, or both. */
  readonly until?: 'reconciled' | 'scaled-up' | 'cleaned-up'
  /** How long the step waits at its end. */
  readonly bakeMinutes?: number
}

export interface Beginning {
  readonly configuration: DeploymentConfiguration
  /** Whether a revision runs that this one replaces. */
  readonly hasSource: boolean
  /** Whether others than those two are still there. */
  readonly isCrowded: boolean
}

interface TrafficStep {
  readonly percent: number
  readonly bakeMinutes: number
}

export function stepsForward({ configuration, hasSource, isCrowded }: Beginning): readonly Step[] {
  const both = { runs: 'both' } as const
  return [
    ...(isCrowded ? [reconcile()] : []),
    { stage: 'PRE_SCALE_UP', runs: 'source' },
    { stage: 'SCALE_UP', ...both, until: 'scaled-up' },
    { stage: 'POST_SCALE_UP', ...both },
    { stage: 'TEST_TRAFFIC_SHIFT', ...both, test: 100 },
    { stage: 'POST_TEST_TRAFFIC_SHIFT', ...both },
    ...trafficSteps(configuration, hasSource).flatMap(({ percent, bakeMinutes }): Step[] => [
      { stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', ...both },
      { stage: 'PRODUCTION_TRAFFIC_SHIFT', ...both, production: percent, bakeMinutes },
    ]),
    { stage: 'POST_PRODUCTION_TRAFFIC_SHIFT', ...both },
    { stage: 'BAKE_TIME', ...both, bakeMinutes: bakeMinutesOf(configuration, hasSource) },
    { stage: 'CLEAN_UP', runs: 'target', until: 'cleaned-up' },
  ]
}

/**
 * "This stage only happens when you start a new service deployment with more than 1 service revision in an ACTIVE state."
 * What it does is unproven: here all traffic goes back to the source, and what was superseded goes away.
 */
const reconcile = (): Step => ({
  stage: 'RECONCILE_SERVICE',
  runs: 'source',
  production: 0,
  test: 0,
  until: 'reconciled',
})

/**
 * Production traffic goes back, then test traffic: "Amazon ECS re-invokes hooks registered at the
 * PRODUCTION_TRAFFIC_SHIFT and TEST_TRAFFIC_SHIFT stages" (lambda-lifecycle-hooks.html). Unproven: their order, that
 * the stages are shown, and what happens when the source has begun to leave (`isGone`): here it comes back first.
 */
export function stepsBack(isGone: boolean): readonly Step[] {
  const both = { runs: 'both' } as const
  return [
    ...(isGone ? [{ stage: 'SCALE_UP', ...both, until: 'scaled-up' } as const] : []),
    { stage: 'PRODUCTION_TRAFFIC_SHIFT', ...both, production: 100 },
    { stage: 'TEST_TRAFFIC_SHIFT', ...both, test: 100 },
    { stage: 'CLEAN_UP', runs: 'target', until: 'cleaned-up' },
  ]
}

/**
 * What the production traffic goes through. The first deployment of a service has nobody to share it with and gets all
 * at once; that is unproven.
 */
function trafficSteps(
  { strategy, canaryConfiguration, linearConfiguration }: DeploymentConfiguration,
  hasSource: boolean,
): readonly TrafficStep[] {
  if (!hasSource) return [ALL]
  switch (strategy) {
    case 'CANARY': {
      const { canaryPercent = 5, canaryBakeTimeInMinutes = 10 } = canaryConfiguration ?? {}
      const first = { percent: canaryPercent, bakeMinutes: canaryBakeTimeInMinutes }
      return canaryPercent >= 100 ? [ALL] : [first, ALL]
    }
    case 'LINEAR': {
      const { stepPercent = 10, stepBakeTimeInMinutes = 6 } = linearConfiguration ?? {}
      return linearPercents(stepPercent).map((percent) =>
        percent === 100 ? ALL : { percent, bakeMinutes: stepBakeTimeInMinutes },
      )
    }
    default:
      return [ALL]
  }
}

/** "Last step bake time is skipped once traffic is shifted 100.0%" (deployment-type-linear.html). */
const ALL: TrafficStep = { percent: 100, bakeMinutes: 0 }

/** Equal steps, the last one with what is left: 11, 22 … 99, 100 (LinearConfiguration of CloudFormation). */
export function linearPercents(stepPercent: number): readonly number[] {
  const whole = Math.ceil(100 / stepPercent - 1e-9) - 1
  const partial = Array.from({ length: whole }, (_, index) => tenths(stepPercent * (index + 1)))
  return [...partial, 100]
}

const tenths = (percent: number): number => Math.round(percent * 10) / 10

/**
 * "The duration when both blue and green service revisions are running simultaneously": none without a source, which is
 * unproven.
 */
const bakeMinutesOf = (
  { bakeTimeInMinutes = 0 }: DeploymentConfiguration,
  hasSource: boolean,
): number => (hasSource ? bakeTimeInMinutes : 0)
