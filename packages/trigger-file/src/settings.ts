import type { Fields } from '@ecs-pipeline/action-kit'
import type { Trigger, TriggerPlan } from '@ecs-pipeline/rollout'
import { shortestBake } from './bake.ts'

const WARMUP_SECONDS = { default: 60, minimum: 0, maximum: 3600 }
/** Metrics of load balancers come late, so the newest minute is never complete. */
const METRIC_LAG_SECONDS = { default: 90, minimum: 60, maximum: 300 }
/** Ten minutes, unless a trigger needs more; six hours are what a job on a GitHub-hosted runner has in all. */
const BAKE_MINUTES = { default: 10, minimum: 1, maximum: 360 }

export const ON_INSUFFICIENT_DATA = ['pass', 'fail'] as const
export const ON_MONITORING_ERROR = ['fail', 'pass', 'rollback'] as const
export const ON_PREEXISTING_BREACH = ['demote', 'block', 'enforce'] as const

type Settings = Omit<TriggerPlan, 'triggers'>

/** What the file says beside its triggers, with the defaults of what it does not say. */
export function readSettings(file: Fields, triggers: readonly Trigger[]): Settings {
  const version = file.number('version')
  if (version !== undefined && version !== 1) {
    file.report('version', `version ${version} is not known here. Write \`version: 1\`.`)
  }
  const warmupSeconds =
    file.integer('warmup_seconds', { ...WARMUP_SECONDS, unit: 'seconds' }) ?? WARMUP_SECONDS.default
  const metricLagSeconds =
    file.integer('metric_lag_seconds', { ...METRIC_LAG_SECONDS, unit: 'seconds' }) ??
    METRIC_LAG_SECONDS.default
  return {
    bakeMinutes: readBakeMinutes(file, triggers, warmupSeconds, metricLagSeconds),
    warmupSeconds,
    metricLagSeconds,
    onInsufficientData: file.choice('on_insufficient_data', ON_INSUFFICIENT_DATA) ?? 'pass',
    onMonitoringError: file.choice('on_monitoring_error', ON_MONITORING_ERROR) ?? 'fail',
    onPreexistingBreach: file.choice('on_preexisting_breach', ON_PREEXISTING_BREACH) ?? 'demote',
  }
}

/** A bake in which a trigger cannot reach a verdict would only look like a check. */
function readBakeMinutes(
  file: Fields,
  triggers: readonly Trigger[],
  warmupSeconds: number,
  metricLagSeconds: number,
): number {
  const shortest = shortestBake(triggers, warmupSeconds, metricLagSeconds)
  const given = file.integer('bake_minutes', { ...BAKE_MINUTES, unit: 'minutes' })
  if (shortest.minutes > BAKE_MINUTES.maximum) {
    file.report(
      'bake_minutes',
      `these triggers need a bake of ${shortest.minutes} minutes (${shortest.arithmetic}); the longest is ${BAKE_MINUTES.maximum}.`,
    )
  } else if (given !== undefined && given < shortest.minutes) {
    file.report(
      'bake_minutes',
      `\`bake_minutes: ${given}\` is too short for these triggers: ${shortest.arithmetic}. Write ${shortest.minutes} or more, or leave the line away.`,
    )
  }
  return given ?? Math.max(BAKE_MINUTES.default, shortest.minutes)
}
