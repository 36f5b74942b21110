/** How a new revision takes over from the old one, as the user asked for it. */

export const STRATEGIES = ['rolling', 'blue-green', 'canary', 'linear'] as const
export type StrategyName = (typeof STRATEGIES)[number]

export interface Strategy {
  readonly name: StrategyName
  /**
   * Percent of users' requests, rising, the last one 100. canary: where the new revision stays for a while; linear: every
   * step; rolling and blue-green: 100 alone.
   */
  readonly steps: readonly number[]
  /** How long each step below 100 % lasts, in minutes. */
  readonly stepMinutes: number
}

/** What ECS calls them (`DeploymentStrategy`). */
export const ECS_STRATEGY = {
  rolling: 'ROLLING',
  'blue-green': 'BLUE_GREEN',
  canary: 'CANARY',
  linear: 'LINEAR',
} as const

/** Defaults of ECS (CanaryConfiguration and LinearConfiguration of the API reference). */
export const ECS_DEFAULT = {
  canaryPercent: 5,
  canaryMinutes: 10,
  linearPercent: 10,
  linearMinutes: 6,
} as const

/** `linearConfiguration.stepPercent` of the API reference: 3.0 to 100.0. */
export const LEAST_LINEAR_PERCENT = 3

/**
 * The equal steps that a canary with more than two steps is made of: ECS's own CANARY knows one step and then all, so
 * that one is LINEAR with a pause before each of its steps. 10, 50, 100 is ten steps of 10.
 */
export function equalStepOf(steps: readonly number[]): number {
  return steps.reduce(greatestCommonDivisor)
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b)

/** Whether it moves users' requests from one target group to another, instead of replacing tasks in one. */
export const isShifting = (ecsStrategy: string): boolean =>
  ecsStrategy !== '' && ecsStrategy !== ECS_STRATEGY.rolling
