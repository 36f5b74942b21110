/**
 * A trigger: one condition on one metric that says whether a revision is bad. The file that people write them in is
 * read by `packages/trigger-file`; here they are whole, every default filled in.
 */

export const COMPARISONS = ['>', '>=', '<', '<='] as const
export type Comparison = (typeof COMPARISONS)[number]

/** CloudWatch's TreatMissingData, with its meaning. `ignore` keeps the verdict that was there before. */
export const MISSING_DATA = ['breaching', 'notBreaching', 'ignore', 'missing'] as const
export type MissingData = (typeof MISSING_DATA)[number]

export interface Trigger {
  /** Unique in its file. */
  readonly name: string
  readonly source: TriggerSource
  readonly comparison: Comparison
  /** Exclusive or inclusive exactly as `comparison` is written. */
  readonly threshold: number
  /** What the values are counted in, for people: `s`, `%`, or nothing. */
  readonly unit: string
  /** Seconds. */
  readonly period: number
  /** N: how many periods are looked at. */
  readonly evaluationPeriods: number
  /** M: how many of them have to breach; 1 to N. */
  readonly datapointsToAlarm: number
  readonly missingData: MissingData
  /** A period in which the target group had fewer requests counts as missing. */
  readonly minRequests: number | undefined
  /** `warn`: reported, and never a reason to go back. */
  readonly action: 'rollback' | 'warn'
}

export type TriggerSource =
  | { readonly kind: 'metric'; readonly metric: MetricOfTrigger }
  | {
      /** CloudWatch metric math over metrics that the expression calls by their keys. */
      readonly kind: 'expression'
      readonly expression: string
      readonly metrics: Readonly<Record<string, MetricOfTrigger>>
    }
  /** PromQL whose instant value at the end of a period is that period's value. */
  | {
      readonly kind: 'prometheus'
      /** Base URL of the server; `/api/v1/query` is put behind it. */
      readonly url: string
      readonly query: string
    }

export interface MetricOfTrigger {
  readonly namespace: string
  readonly name: string
  /** `Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`, `p95`, `tm99` … */
  readonly statistic: string
  /** `undefined`: those of the load balancer, found from the target groups of the revision that is watched. */
  readonly dimensions: Readonly<Record<string, string>> | undefined
}

/** Everything that a trigger file says. */
export interface TriggerPlan {
  /** How long the new revision is watched after its deployment has completed. */
  readonly bakeMinutes: number
  /** How long after its first task runs the new revision is not judged yet. */
  readonly warmupSeconds: number
  /** Only periods that ended so long ago are read: newer ones are not complete yet. */
  readonly metricLagSeconds: number
  /** At the end of the bake a trigger had too little data: pass with a warning, or fail without going back. */
  readonly onInsufficientData: 'pass' | 'fail'
  /** The metrics could not be read. */
  readonly onMonitoringError: 'fail' | 'pass' | 'rollback'
  /** A trigger breaches before anything is changed: report only, do not deploy, or judge by it all the same. */
  readonly onPreexistingBreach: 'demote' | 'block' | 'enforce'
  readonly triggers: readonly Trigger[]
}

export type TriggerVerdict = 'BREACHING' | 'INSUFFICIENT' | 'OK'

/** One period of one trigger. */
export interface TriggerPoint {
  /** When the period began; milliseconds since the epoch. */
  readonly at: number
  readonly value: number | undefined
  readonly state: 'breaching' | 'ok' | 'missing' | 'few-requests' | 'error'
}

/** What one trigger says now. A trigger of a load balancer has one reading for each target group. */
export interface TriggerReading {
  readonly trigger: Trigger
  /** The target group that it is about; `undefined` when the trigger names its own dimensions. */
  readonly where: string | undefined
  readonly verdict: TriggerVerdict
  /** Shows how the verdict came about: '5 of 5 periods above 5 s (limit 5 of 5)'. */
  readonly arithmetic: string
  /** The periods that the verdict was made of, oldest first; at most N. */
  readonly points: readonly TriggerPoint[]
}
