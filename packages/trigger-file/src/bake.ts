import type { Trigger } from '@ecs-pipeline/rollout'

export interface Bake {
  readonly seconds: number
  /** In whole minutes, rounded up. */
  readonly minutes: number
  /** `510 s = 60 s warm-up + 90 s metric lag + 5 × 60 s + 60 s until a period begins` */
  readonly arithmetic: string
}

/**
 * The shortest bake in which every trigger can reach a verdict: its N periods have to begin after the warm-up, the
 * first of them up to a period later, and the last is read only once it is complete.
 */
export function shortestBake(
  triggers: readonly Pick<Trigger, 'period' | 'evaluationPeriods'>[],
  warmupSeconds: number,
  metricLagSeconds: number,
): Bake {
  const lengthOf = ({ period, evaluationPeriods }: Pick<Trigger, 'period' | 'evaluationPeriods'>) =>
    evaluationPeriods * period + period
  const slowest = triggers.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0]
  const seconds = warmupSeconds + metricLagSeconds + (slowest ? lengthOf(slowest) : 0)
  const watching = slowest
    ? ` + ${slowest.evaluationPeriods} × ${slowest.period} s + ${slowest.period} s until a period begins`
    : ''
  return {
    seconds,
    minutes: Math.ceil(seconds / 60),
    arithmetic: `${seconds} s = ${warmupSeconds} s warm-up + ${metricLagSeconds} s metric lag${watching}`,
  }
}
