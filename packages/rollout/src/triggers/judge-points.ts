/** From the values of a trigger's periods to its verdict: M of N, as CloudWatch alarms count, with the arithmetic shown. */
import type { Comparison, Trigger, TriggerPoint, TriggerVerdict } from './trigger.ts'

const COMPARE: Readonly<Record<Comparison, (value: number, threshold: number) => boolean>> = {
  '>': (value, threshold) => value > threshold,
  '>=': (value, threshold) => value >= threshold,
  '<': (value, threshold) => value < threshold,
  '<=': (value, threshold) => value <= threshold,
}

export const isBreach = (trigger: Trigger, value: number): boolean =>
  COMPARE[trigger.comparison](value, trigger.threshold)

/**
 * When the N periods begin that a verdict is made of now, oldest first; milliseconds since the epoch. Only periods
 * that ended `lag` milliseconds ago: the newest minute of load balancer metrics is not complete yet.
 */
export function periodsToJudge(trigger: Trigger, now: number, lag: number): readonly number[] {
  const length = trigger.period * 1000
  const end = Math.floor((now - lag) / length) * length
  const count = trigger.evaluationPeriods
  return Array.from({ length: count }, (_each, index) => end - (count - index) * length)
}

/**
 * `points`: the periods that may be judged, at most N; one that began before the warm-up was over is left out.
 * `before`: the last verdict, which is kept when `missing_data: ignore` leaves it open.
 */
export function judgePoints(
  trigger: Trigger,
  points: readonly TriggerPoint[],
  before: TriggerVerdict,
): { readonly verdict: TriggerVerdict; readonly arithmetic: string } {
  const count = (state: TriggerPoint['state']): number =>
    points.filter((point) => point.state === state).length
  const missing = count('missing') + count('few-requests')
  const breaching = count('breaching') + (trigger.missingData === 'breaching' ? missing : 0)
  const notYet = trigger.evaluationPeriods - points.length
  const unknown = notYet + count('error') + (trigger.missingData === 'missing' ? missing : 0)
  const kept = trigger.missingData === 'ignore' ? missing : 0
  const limit = trigger.datapointsToAlarm
  const arithmetic = describe(trigger, { breaching, missing, notYet, errors: count('error') })
  if (breaching >= limit) return { verdict: 'BREACHING', arithmetic }
  // The unknown periods could still make it a breach.
  if (breaching + unknown >= limit) return { verdict: 'INSUFFICIENT', arithmetic }
  if (breaching + unknown + kept >= limit) return { verdict: before, arithmetic }
  return { verdict: 'OK', arithmetic }
}

interface Counts {
  readonly breaching: number
  readonly missing: number
  readonly notYet: number
  readonly errors: number
}

function describe(trigger: Trigger, { breaching, missing, notYet, errors }: Counts): string {
  const { evaluationPeriods, datapointsToAlarm } = trigger
  const others = [
    [missing, 'without data'],
    [notYet, 'not measured yet'],
    [errors, 'not readable'],
  ] as const
  const rest = others.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  const periods = evaluationPeriods === 1 ? 'period' : 'periods'
  const said = rest.length === 0 ? '' : `, ${rest.join(', ')}`
  return `${breaching} of ${evaluationPeriods} ${periods} ${conditionOf(trigger)}${said} (limit ${datapointsToAlarm} of ${evaluationPeriods})`
}

const WORDS: Readonly<Record<Comparison, string>> = {
  '>': 'above',
  '>=': 'at or above',
  '<': 'below',
  '<=': 'at or below',
}

/** 'above 5 s' */
export const conditionOf = ({ comparison, threshold, unit }: Trigger): string =>
  `${WORDS[comparison]} ${threshold}${unit === '%' ? '%' : unit === '' ? '' : ` ${unit}`}`
