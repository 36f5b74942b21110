/** A service's `deploymentConfiguration` for a strategy. What the user did not ask about stays as it is. */
import type { DeploymentConfiguration, LifecycleHook } from '../views.ts'
import { ECS_STRATEGY, equalStepOf, isShifting, type Strategy } from './strategy.ts'

/** Where ECS waits for this run, and where it would only hold the deployment up. */
export const BEFORE_SHIFT = 'PRE_PRODUCTION_TRAFFIC_SHIFT'
export const AFTER_TEST_SHIFT = 'POST_TEST_TRAFFIC_SHIFT'

export interface ConfigurationChoice {
  readonly strategy: Strategy
  /** How long both revisions run after all traffic has moved, in minutes, so that going back is only a shift. */
  readonly bakeMinutes: number
  /** Whether the new revision is tried with test traffic before users reach it. */
  readonly checksTestTraffic: boolean
  /** How long ECS waits at one of this run's pauses before it rolls back by itself, in minutes. */
  readonly pauseMinutes: number
}

/** The stages at which this run asks ECS to wait for it. */
export function pausesOf({ strategy, checksTestTraffic }: ConfigurationChoice): readonly string[] {
  return [
    ...(checksTestTraffic ? [AFTER_TEST_SHIFT] : []),
    ...(isRamp(strategy) ? [BEFORE_SHIFT] : []),
  ]
}

/** How often ECS waits for this run in one deployment: a ramp pauses before each of its equal steps. */
export const pauseCount = ({ strategy, checksTestTraffic }: ConfigurationChoice): number =>
  (checksTestTraffic ? 1 : 0) + (isRamp(strategy) ? 100 / equalStepOf(strategy.steps) : 0)

/** A canary with more steps than ECS's own. */
export const isRamp = ({ name, steps }: Pick<Strategy, 'name' | 'steps'>): boolean =>
  name === 'canary' && steps.length > 2

export function configurationFor(
  present: DeploymentConfiguration,
  choice: ConfigurationChoice,
): DeploymentConfiguration {
  const { strategy, bakeMinutes } = choice
  const settled = withoutShifting(present)
  if (strategy.name === 'rolling') return { ...settled, strategy: ECS_STRATEGY.rolling }
  // Only for rolling deployments (DeploymentEarlySuccessCriteria of the API reference).
  const { earlySuccessCriteria: _, ...kept } = settled
  return {
    ...kept,
    ...shiftOf(strategy),
    bakeTimeInMinutes: bakeMinutes,
    lifecycleHooks: [...(present.lifecycleHooks ?? []), ...pauseHooks(choice)],
  }
}

function shiftOf(strategy: Strategy): Partial<DeploymentConfiguration> {
  const { name, steps, stepMinutes } = strategy
  if (name === 'blue-green') return { strategy: ECS_STRATEGY['blue-green'] }
  if (name === 'linear' || isRamp(strategy)) {
    return {
      strategy: ECS_STRATEGY.linear,
      linearConfiguration: {
        // ECS's last step is what is left to 100, so that the steps of a linear one need not divide it.
        stepPercent: isRamp(strategy) ? equalStepOf(steps) : (steps[0] ?? 100),
        // A ramp is held by this run's pauses instead: some steps at once, some after a while.
        stepBakeTimeInMinutes: isRamp(strategy) ? 0 : stepMinutes,
      },
    }
  }
  return {
    strategy: ECS_STRATEGY.canary,
    canaryConfiguration: { canaryPercent: steps[0] ?? 100, canaryBakeTimeInMinutes: stepMinutes },
  }
}

function withoutShifting(present: DeploymentConfiguration): DeploymentConfiguration {
  const { bakeTimeInMinutes: _bake, canaryConfiguration: _canary, ...kept } = present
  const { linearConfiguration: _linear, ...rest } = kept
  return rest
}

/** The timeout action makes a runner that dies in a pause safe: ECS itself goes back then. */
const pauseHooks = (choice: ConfigurationChoice): readonly LifecycleHook[] =>
  pausesOf(choice).map((stage) => ({
    targetType: 'PAUSE',
    lifecycleStages: [stage],
    timeoutConfiguration: { timeoutInMinutes: choice.pauseMinutes, action: 'ROLLBACK' },
  }))

/** The stages at which a configuration has ECS pause. */
export const pausedStages = ({ lifecycleHooks = [] }: DeploymentConfiguration): readonly string[] =>
  lifecycleHooks
    .filter(({ targetType }) => targetType === 'PAUSE')
    .flatMap(({ lifecycleStages = [] }) => lifecycleStages)

/** The same without the pauses at these stages: nobody would be there to end them in the next deployment. */
export const withoutPauses = (
  configuration: DeploymentConfiguration,
  stages: readonly string[],
): DeploymentConfiguration => ({
  ...configuration,
  lifecycleHooks: (configuration.lifecycleHooks ?? []).filter(
    ({ targetType, lifecycleStages = [] }) =>
      targetType !== 'PAUSE' || !lifecycleStages.every((stage) => stages.includes(stage)),
  ),
})

/**
 * The way back to a revision that was proven before: all traffic at once, and no waiting. Pauses hold rolling deployments
 * as well. `undefined`: the service can keep what it has.
 */
export function configurationBack(
  present: DeploymentConfiguration,
): DeploymentConfiguration | undefined {
  const stages = pausedStages(present)
  if (isShifting(present.strategy ?? '')) return allAtOnce(present, stages)
  return stages.length === 0 ? undefined : withoutPauses(present, stages)
}

function allAtOnce(
  present: DeploymentConfiguration,
  stages: readonly string[],
): DeploymentConfiguration {
  const { earlySuccessCriteria: _, ...kept } = withoutShifting(present)
  return {
    ...withoutPauses(kept, stages),
    strategy: ECS_STRATEGY['blue-green'],
    bakeTimeInMinutes: 0,
  }
}

/** How long a deployment waits by its configuration alone, in minutes: steps and bake, without pauses. */
export function waitingMinutes(configuration: DeploymentConfiguration): number {
  const { strategy, readyWaitMinutes = 0 } = configuration
  const bakeTimeInMinutes = (configuration.bakeTimeInMinutes ?? 0) + readyWaitMinutes
  const { canaryConfiguration: canary, linearConfiguration: linear } = configuration
  if (strategy === ECS_STRATEGY.canary) {
    return bakeTimeInMinutes + (canary?.canaryBakeTimeInMinutes ?? 10)
  }
  if (strategy === ECS_STRATEGY.linear) {
    const steps = Math.ceil(100 / (linear?.stepPercent ?? 10)) - 1
    return bakeTimeInMinutes + steps * (linear?.stepBakeTimeInMinutes ?? 6)
  }
  return strategy === ECS_STRATEGY['blue-green'] ? bakeTimeInMinutes : 0
}
