/** From the strategy that is asked for to what the service gets, with steps long enough to be judged. */
import {
  ECS_DEFAULT,
  planShift,
  Refusal,
  type ConfigurationChoice,
  type ServiceView,
  type ShiftPlan,
  type TriggerPlan,
} from '@ecs-pipeline/rollout'
import { shortestBake } from '@ecs-pipeline/trigger-file'
import type { DeployInputs } from './inputs.ts'
import type { StrategyInput } from './strategy-inputs.ts'

/** ECS's bake has to outlast this run's, so that the verdict falls while going back is only a shift of traffic. */
const BAKE_MARGIN_MINUTES = 1
/** How much longer than its step a pause may last before ECS goes back by itself: the runner is dead then. */
const PAUSE_MARGIN_MINUTES = 10

/** `bakeMinutes`: of this run. Throws a Refusal when the service cannot do it, or the steps are too short. */
export function planStrategy(
  inputs: DeployInputs,
  service: ServiceView,
  triggers: TriggerPlan | undefined,
  bakeMinutes: number,
): ShiftPlan {
  const { strategy, onPause, pollSeconds, checks } = inputs
  if (!strategy) return planShift(service, { choice: undefined, onPause, pollSeconds })
  const stepMinutes = minutesOf(strategy, triggers)
  const choice: ConfigurationChoice = {
    strategy: { ...strategy, stepMinutes },
    bakeMinutes: bakeMinutes === 0 ? 0 : bakeMinutes + BAKE_MARGIN_MINUTES,
    checksTestTraffic: checks.testTraffic !== undefined,
    pauseMinutes: stepMinutes + PAUSE_MARGIN_MINUTES,
  }
  return planShift(service, { choice, onPause, pollSeconds })
}

function minutesOf(
  { name, stepMinutes }: StrategyInput,
  triggers: TriggerPlan | undefined,
): number {
  const usual = name === 'linear' ? ECS_DEFAULT.linearMinutes : ECS_DEFAULT.canaryMinutes
  const shortest =
    triggers && shortestBake(triggers.triggers, triggers.warmupSeconds, triggers.metricLagSeconds)
  if (stepMinutes === undefined) return Math.max(usual, shortest?.minutes ?? 0)
  if (shortest && stepMinutes < shortest.minutes) {
    throw new Refusal(
      `step-minutes: ${stepMinutes} is too short for these triggers, so no step could be judged: ${shortest.arithmetic}. Write ${shortest.minutes} or more, or leave the input away.`,
    )
  }
  return stepMinutes
}
