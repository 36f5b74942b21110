import type { TargetGroupDimensions } from '../../src/ports.ts'
import { isBreach } from '../../src/triggers/judge-points.ts'
import type { Trigger, TriggerPlan, TriggerPoint } from '../../src/triggers/trigger.ts'

/** The user's first trigger: 5 s for 5 minutes. */
export const makeTrigger = (over: Partial<Trigger> = {}): Trigger => ({
  name: 'slow',
  source: {
    kind: 'metric',
    metric: {
      namespace: 'AWS/ApplicationELB',
      name: 'TargetResponseTime',
      statistic: 'Average',
      dimensions: undefined,
    },
  },
  comparison: '>',
  threshold: 5,
  unit: 's',
  period: 60,
  evaluationPeriods: 5,
  datapointsToAlarm: 5,
  missingData: 'missing',
  minRequests: undefined,
  action: 'rollback',
  ...over,
})

export const makePlan = (over: Partial<TriggerPlan> = {}): TriggerPlan => ({
  bakeMinutes: 10,
  warmupSeconds: 60,
  metricLagSeconds: 90,
  onInsufficientData: 'pass',
  onMonitoringError: 'fail',
  onPreexistingBreach: 'demote',
  triggers: [makeTrigger()],
  ...over,
})

export const GROUP: TargetGroupDimensions = {
  arn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1',
  targetGroup: 'targetgroup/web/1',
  loadBalancer: 'app/web/2',
  kind: 'application',
}

/** Points of a trigger, a minute apart; `undefined` is a gap, `error` a value that could not be read. */
export const makePoints = (
  trigger: Trigger,
  values: readonly (number | undefined | 'error')[],
): readonly TriggerPoint[] =>
  values.map((value, index) => {
    const at = index * 60_000
    if (value === 'error') return { at, value: undefined, state: 'error' }
    if (value === undefined) return { at, value, state: 'missing' }
    return { at, value, state: isBreach(trigger, value) ? 'breaching' : 'ok' }
  })
