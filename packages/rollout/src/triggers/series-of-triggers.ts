/** Which series a trigger means for one service: load balancer metrics get the dimensions of its target groups. */
import type { MetricQuery, Series, SeriesQuery, TargetGroupDimensions } from '../ports.ts'
import type { MetricOfTrigger, Trigger } from './trigger.ts'

/** A trigger as it is measured: once, or once for each target group. */
export interface MeasuredTrigger {
  readonly trigger: Trigger
  readonly group: TargetGroupDimensions | undefined
  readonly series: Series
  /** How many requests the target group had, where the trigger asks for some. */
  readonly requests: Series | undefined
}

/** `problems` is empty when every trigger can be measured. */
export interface MeasuredTriggers {
  readonly measured: readonly MeasuredTrigger[]
  readonly problems: readonly string[]
}

/** `groups`: those of the revision that is watched. */
export function measureTriggers(
  triggers: readonly Trigger[],
  groups: readonly TargetGroupDimensions[],
): MeasuredTriggers {
  const measured: MeasuredTrigger[] = []
  const problems: string[] = []
  for (const trigger of triggers) {
    if (!needsLoadBalancer(trigger)) {
      measured.push(measure(trigger, undefined, measured.length))
      continue
    }
    const fitting = groups.filter((group) => fits(trigger, group))
    if (fitting.length === 0) problems.push(whyNone(trigger, groups))
    for (const group of fitting) measured.push(measure(trigger, group, measured.length))
  }
  return { measured, problems }
}

const metricsOf = ({ source }: Trigger): readonly MetricOfTrigger[] => {
  if (source.kind === 'metric') return [source.metric]
  return source.kind === 'expression' ? Object.values(source.metrics) : []
}

export const needsLoadBalancer = (trigger: Trigger): boolean =>
  trigger.minRequests !== undefined ||
  metricsOf(trigger).some((metric) => metric.dimensions === undefined)

const NAMESPACE_OF = { application: 'AWS/ApplicationELB', network: 'AWS/NetworkELB', other: '' }

function fits(trigger: Trigger, group: TargetGroupDimensions): boolean {
  return metricsOf(trigger)
    .filter((metric) => metric.dimensions === undefined)
    .every((metric) => metric.namespace === NAMESPACE_OF[group.kind])
}

function whyNone(trigger: Trigger, groups: readonly TargetGroupDimensions[]): string {
  const wanted = metricsOf(trigger).find((metric) => metric.dimensions === undefined)?.namespace
  if (groups.length === 0) {
    return `Trigger ${trigger.name} is about a load balancer (${wanted ?? 'min_requests'}), but the service has no target group behind one. Give it \`dimensions\`, or another metric.`
  }
  const have = groups.map((group) => group.loadBalancer).join(', ')
  return `Trigger ${trigger.name} is about ${wanted ?? 'a load balancer'}, but the service's load balancer is ${have}. Set its \`namespace\` or \`dimensions\`.`
}

function measure(
  trigger: Trigger,
  group: TargetGroupDimensions | undefined,
  index: number,
): MeasuredTrigger {
  const { period, minRequests } = trigger
  const requests: Series | undefined =
    minRequests === undefined || !group
      ? undefined
      : {
          id: `${index} requests`,
          period,
          query: {
            kind: 'metric',
            metric: queryOf(
              {
                namespace: NAMESPACE_OF[group.kind],
                name: 'RequestCount',
                statistic: 'Sum',
                dimensions: undefined,
              },
              group,
            ),
          },
        }
  return {
    trigger,
    group,
    requests,
    series: { id: String(index), period, query: query(trigger, group) },
  }
}

function query({ source }: Trigger, group: TargetGroupDimensions | undefined): SeriesQuery {
  switch (source.kind) {
    case 'prometheus':
      return source
    case 'metric':
      return { kind: 'metric', metric: queryOf(source.metric, group) }
    case 'expression':
      return {
        kind: 'expression',
        expression: source.expression,
        metrics: Object.fromEntries(
          Object.entries(source.metrics).map(([name, metric]) => [name, queryOf(metric, group)]),
        ),
      }
  }
}

/**
 * Metrics that AWS publishes for the load balancer only, not for its target groups ('CloudWatch metrics for your
 * Application Load Balancer', dimensions of each metric).
 */
const OF_THE_BALANCER =
  /^(HTTPCode_ELB_|ActiveConnection|NewConnection|RejectedConnection|ProcessedBytes|ConsumedLCUs|Client)/

function queryOf(metric: MetricOfTrigger, group: TargetGroupDimensions | undefined): MetricQuery {
  const { namespace, name, statistic } = metric
  const found = group
    ? {
        LoadBalancer: group.loadBalancer,
        ...(OF_THE_BALANCER.test(name) ? {} : { TargetGroup: group.targetGroup }),
      }
    : {}
  return { namespace, name, statistic, dimensions: metric.dimensions ?? found }
}
