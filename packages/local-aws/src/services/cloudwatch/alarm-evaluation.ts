/**
 * Judges one alarm at one moment: pure. 'Evaluating an alarm', 'How alarm state is evaluated when data is missing' and
 * 'Avoiding premature transitions to alarm state', CloudWatch user guide; the tables there are the tests of this file.
 */
import type { ComparisonOperator, StateValue } from '@aws-sdk/client-cloudwatch'

export type MissingData = 'missing' | 'notBreaching' | 'breaching' | 'ignore'

export interface AlarmRule {
  readonly comparison: ComparisonOperator
  readonly threshold: number
  /** N: how many periods are judged. */
  readonly evaluationPeriods: number
  /** M: how many of them have to breach. */
  readonly datapointsToAlarm: number
  readonly missingData: MissingData
}

/** One period; `value` is undefined when nothing was measured. */
export interface Datapoint {
  /** Seconds. */
  readonly start: number
  readonly value: number | undefined
  readonly sampleCount?: number | undefined
}

/** A period with data. */
export interface RealDatapoint extends Datapoint {
  readonly value: number
}

export interface AlarmVerdict {
  /** `undefined`: the alarm stays what it is. */
  readonly state: StateValue | undefined
  /** The real points that were judged, newest first: the newest N, or all there are. */
  readonly judged: readonly RealDatapoint[]
  /** How many points were missing for N. */
  readonly filled: number
}

/**
 * How many periods more than N CloudWatch looks back when some are missing. Two is what its examples show (3 periods, a
 * range of 5); that it is two for every period and N is unproven.
 */
export const EXTRA_PERIODS = 2

const COMPARE: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (a, b) => a > b,
  GreaterThanOrEqualToThreshold: (a, b) => a >= b,
  LessThanThreshold: (a, b) => a < b,
  LessThanOrEqualToThreshold: (a, b) => a <= b,
}

export const breaches = (rule: AlarmRule, value: number): boolean =>
  COMPARE[rule.comparison]?.(value, rule.threshold) ?? false

/** `points` are all periods of the evaluation range, oldest first. */
export function evaluateAlarm(rule: AlarmRule, points: readonly Datapoint[]): AlarmVerdict {
  const { evaluationPeriods: n, datapointsToAlarm: m } = rule
  const judged = points.filter(isReal).reverse().slice(0, n)
  const filled = n - judged.length
  const bad = judged.filter((point) => breaches(rule, point.value)).length
  const state = ((): StateValue | undefined => {
    if (bad >= m) return 'ALARM'
    if (filled === 0) return 'OK'
    switch (rule.missingData) {
      case 'breaching':
        return bad + filled >= m ? 'ALARM' : 'OK'
      case 'notBreaching':
        return 'OK'
      case 'ignore':
        return bad < judged.length ? 'OK' : undefined
      case 'missing':
        if (bad < judged.length) return 'OK'
        return isOldBreach(rule, points) ? 'ALARM' : 'INSUFFICIENT_DATA'
    }
  })()
  return { state, judged, filled }
}

const isReal = (point: Datapoint): point is RealDatapoint => point.value !== undefined

/**
 * When all there is are breaching points, but fewer than M, the alarm waits for the next point; unless the oldest of
 * them, within the newest N periods, is already M periods old, because then nothing has contradicted it.
 */
function isOldBreach(rule: AlarmRule, points: readonly Datapoint[]): boolean {
  const newest = points.slice(-rule.evaluationPeriods)
  const oldest = newest.findIndex(isReal)
  return oldest >= 0 && newest.length - oldest >= rule.datapointsToAlarm
}
