/** Deployment configurations of ECS: how traffic is shifted. */
import type { DeploymentConfigInfo, TrafficRoutingConfig } from '@aws-sdk/client-codedeploy'

export const ALL_AT_ONCE = 'CodeDeployDefault.ECSAllAtOnce'

/** 'Predefined deployment configurations for an Amazon ECS compute platform'; seen in an account as well. */
const PREDEFINED: Readonly<Record<string, TrafficRoutingConfig>> = {
  [ALL_AT_ONCE]: { type: 'AllAtOnce' },
  'CodeDeployDefault.ECSCanary10Percent5Minutes': canary(10, 5),
  'CodeDeployDefault.ECSCanary10Percent15Minutes': canary(10, 15),
  'CodeDeployDefault.ECSLinear10PercentEvery1Minutes': linear(10, 1),
  'CodeDeployDefault.ECSLinear10PercentEvery3Minutes': linear(10, 3),
}

function canary(canaryPercentage: number, canaryInterval: number): TrafficRoutingConfig {
  return { type: 'TimeBasedCanary', timeBasedCanary: { canaryPercentage, canaryInterval } }
}

function linear(linearPercentage: number, linearInterval: number): TrafficRoutingConfig {
  return { type: 'TimeBasedLinear', timeBasedLinear: { linearPercentage, linearInterval } }
}

export const predefinedConfigs = (): Map<string, DeploymentConfigInfo> =>
  new Map(
    Object.entries(PREDEFINED).map(([deploymentConfigName, trafficRoutingConfig], index) => [
      deploymentConfigName,
      {
        deploymentConfigId: `00000000-0000-0000-0000-00000000030${index + 1}`,
        deploymentConfigName,
        computePlatform: 'ECS',
        trafficRoutingConfig,
      },
    ]),
  )

export interface Shift {
  /** Of the production traffic, for the replacement. */
  readonly percent: number
  /** Minutes until the next one. */
  readonly minutes: number
}

/** The last shift is the whole of it, and nothing is waited for after it (seen in a live linear deployment). */
export function shiftsOf({
  type,
  timeBasedCanary,
  timeBasedLinear,
}: TrafficRoutingConfig): Shift[] {
  const whole = { percent: 100, minutes: 0 }
  if (type === 'TimeBasedCanary') {
    const { canaryPercentage = 10, canaryInterval = 5 } = timeBasedCanary ?? {}
    return [{ percent: canaryPercentage, minutes: canaryInterval }, whole]
  }
  if (type === 'TimeBasedLinear') {
    const { linearPercentage = 10, linearInterval = 1 } = timeBasedLinear ?? {}
    const steps = Math.max(1, Math.ceil(100 / linearPercentage))
    const before = Array.from({ length: steps - 1 }, (_, index) => ({
      percent: linearPercentage * (index + 1),
      minutes: linearInterval,
    }))
    return [...before, whole]
  }
  return [whole]
}
