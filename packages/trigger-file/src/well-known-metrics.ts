/**
 * What is known of the metrics that people watch a service by, so that a trigger needs no more than a metric, a
 * threshold and a duration.
 *
 * Sources, of which each group below names its own:
 * ALB: 'CloudWatch metrics for your Application Load Balancer' (Elastic Load Balancing, User Guide for ALB).
 * NLB: 'CloudWatch metrics for your Network Load Balancer' (Elastic Load Balancing, User Guide for NLB).
 * ECS: 'Amazon ECS CloudWatch metrics' (ECS Developer Guide).
 * Which dimensions a metric has: the same pages, and `elasticloadbalancingv2-canned-metrics.generated` of aws-cdk-lib.
 */
import type { MissingData } from '@ecs-pipeline/rollout'

export const ALB = 'AWS/ApplicationELB'
export const NLB = 'AWS/NetworkELB'
export const ECS = 'AWS/ECS'

export interface WellKnownMetric {
  readonly namespace: string
  readonly name: string
  readonly statistic: string
  readonly missingData: MissingData
  readonly unit: string
  /** What it is counted for. A metric of a whole load balancer has no series for one target group. */
  readonly level: 'target-group' | 'load-balancer' | 'service'
  /** `undefined`: either may be. */
  readonly badWhen: 'high' | 'low' | undefined
  /** A trigger for the other side is a mistake, and not a matter of taste. */
  readonly onlyThatSide: boolean
  /** Of what value a threshold is certainly in another unit; exclusive. */
  readonly thresholdBelow?: number
  /** Statistics that say nothing, and why. */
  readonly wrongStatistics?: { readonly test: (statistic: string) => boolean; readonly why: string }
}

const targetGroup = { unit: '', level: 'target-group' } as const
const events = { statistic: 'Sum', missingData: 'notBreaching' } as const
const bad = { badWhen: 'high', onlyThatSide: true } as const
const neither = { badWhen: undefined, onlyThatSide: false } as const

/** ALB, HTTPCode_*: "Note that Minimum, Maximum, and Average all return 1." */
const eachIsOne = {
  test: (statistic: string) => statistic !== 'Sum',
  why: 'Every statistic but Sum is 1 for it, however many there are',
}
/** ALB, RequestCountPerTarget: "The only valid statistic is Sum. Note that this represents the average not the sum." */
const onlySum = {
  test: (statistic: string) => statistic !== 'Sum',
  why: 'CloudWatch knows no other statistic of it than Sum',
}
/**
 * ALB and NLB, 'Statistics for … metrics': "Sum is only applicable to metrics that are aggregated across all load
 * balancer nodes"; "SampleCount is based on the number of samples that each load balancer node reports, not the
 * number of healthy hosts".
 */
const eachNodeCounts = {
  test: (statistic: string) => ['Sum', 'SampleCount'].includes(statistic),
  why: 'Each node of the load balancer counts all hosts, several times in a period',
}
/** A sum of times grows with the traffic, and a number of samples is no time. */
const isATime = {
  test: (statistic: string) => ['Sum', 'SampleCount'].includes(statistic),
  why: 'It is a time, so its sum and its number of samples only show the traffic',
}

/** ALB: "There is a nonzero value" is the reporting criterion of all of them: no data is no error. */
const errorsOfTargets: readonly WellKnownMetric[] = [
  ...['HTTPCode_Target_4XX_Count', 'HTTPCode_Target_5XX_Count'].map((name) => ({
    ...{ namespace: ALB, name, wrongStatistics: eachIsOne },
    ...{ ...targetGroup, ...events, ...bad },
  })),
  ...['HTTPCode_Target_2XX_Count', 'HTTPCode_Target_3XX_Count'].map((name) => ({
    ...{ namespace: ALB, name, wrongStatistics: eachIsOne },
    ...{ ...targetGroup, ...events, ...neither },
  })),
  ...['TargetConnectionErrorCount', 'TargetTLSNegotiationErrorCount'].map((name) => ({
    ...{ namespace: ALB, name },
    ...{ ...targetGroup, ...events, ...bad },
  })),
]

const targetsOfAlb: readonly WellKnownMetric[] = [
  {
    // ALB: in seconds; "There is a nonzero value": without requests there is no data, which proves nothing.
    ...{ namespace: ALB, name: 'TargetResponseTime', statistic: 'Average' },
    ...{ ...targetGroup, unit: 's', missingData: 'missing', ...bad },
    // 1000 s would be 17 minutes: longer than any client waits, so milliseconds were meant.
    ...{ thresholdBelow: 1000, wrongStatistics: isATime },
  },
  {
    // ALB: "Reported if health checks are enabled": a continuous metric, so silence is bad.
    ...{ namespace: ALB, name: 'HealthyHostCount', statistic: 'Minimum' },
    ...{ ...targetGroup, missingData: 'breaching', badWhen: 'low', onlyThatSide: true },
    wrongStatistics: eachNodeCounts,
  },
  {
    // ALB: as above, but silence does not say that a host is unhealthy: CloudWatch's own default.
    ...{ namespace: ALB, name: 'UnHealthyHostCount', statistic: 'Maximum' },
    ...{ ...targetGroup, missingData: 'missing', ...bad },
    wrongStatistics: eachNodeCounts,
  },
  // ALB: both "Always reported".
  {
    namespace: ALB,
    name: 'RequestCount',
    ...targetGroup,
    ...events,
    ...neither,
    missingData: 'missing',
  },
  {
    ...{ namespace: ALB, name: 'RequestCountPerTarget', wrongStatistics: onlySum },
    ...{ ...targetGroup, ...events, ...neither, missingData: 'missing' },
  },
]

/** ALB, 'metrics for load balancers': dimensions LoadBalancer, and AvailabilityZone with LoadBalancer. */
const wholeAlb: readonly WellKnownMetric[] = [
  'HTTPCode_ELB_4XX_Count',
  'HTTPCode_ELB_5XX_Count',
  'HTTPCode_ELB_500_Count',
  'HTTPCode_ELB_502_Count',
  'HTTPCode_ELB_503_Count',
  'HTTPCode_ELB_504_Count',
  'RejectedConnectionCount',
  'ClientTLSNegotiationErrorCount',
].map((name) => ({
  ...{ namespace: ALB, name, level: 'load-balancer', unit: '' },
  ...{ ...events, ...bad },
  ...(name.startsWith('HTTPCode_') ? { wrongStatistics: eachIsOne } : {}),
}))

const networkLoadBalancer: readonly WellKnownMetric[] = [
  {
    // NLB: "we recommend that you monitor your Network Load Balancer using either the maximum of HealthyHostCount …
    ...{ namespace: NLB, name: 'HealthyHostCount', statistic: 'Maximum' },
    ...{ ...targetGroup, missingData: 'breaching', badWhen: 'low', onlyThatSide: true },
    wrongStatistics: eachNodeCounts,
  },
  {
    // … or the minimum of UnHealthyHostCount."
    ...{ namespace: NLB, name: 'UnHealthyHostCount', statistic: 'Minimum' },
    ...{ ...targetGroup, missingData: 'missing', ...bad },
    wrongStatistics: eachNodeCounts,
  },
  // NLB: dimensions LoadBalancer, and AvailabilityZone with LoadBalancer; "There is a nonzero value".
  ...[
    'TCP_Target_Reset_Count',
    'TCP_ELB_Reset_Count',
    'TCP_Client_Reset_Count',
    'TargetTLSNegotiationErrorCount',
    'ClientTLSNegotiationErrorCount',
  ].map((name) => ({
    ...({ namespace: NLB, name, level: 'load-balancer', unit: '' } as const),
    ...{ ...events, ...bad },
  })),
]

/** ECS: percent, dimensions ClusterName and ServiceName; "If a … service … has no running tasks, no metrics". */
const service: readonly WellKnownMetric[] = ['CPUUtilization', 'MemoryUtilization'].map((name) => ({
  ...{ namespace: ECS, name, statistic: 'Average', missingData: 'missing', unit: '%' },
  ...{ level: 'service', badWhen: 'high', onlyThatSide: false },
}))

/** In the order in which a metric without a namespace is looked for. */
export const WELL_KNOWN_METRICS: readonly WellKnownMetric[] = [
  ...targetsOfAlb,
  ...errorsOfTargets,
  ...wholeAlb,
  ...networkLoadBalancer,
  ...service,
]

/** Without a namespace the first that has a metric of this name. */
export const findWellKnown = (
  name: string,
  namespace: string | undefined,
): WellKnownMetric | undefined =>
  WELL_KNOWN_METRICS.find(
    (metric) => metric.name === name && (namespace === undefined || metric.namespace === namespace),
  )
