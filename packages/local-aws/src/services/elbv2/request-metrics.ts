import type { MetricSink } from '../cloudwatch/part.ts'

const NAMESPACE = 'AWS/ApplicationELB'

/**
 * What the load balancer measures of each request, under the dimensions that AWS publishes it with: the load balancer
 * alone, and load balancer and target group where a group is given (Application Load Balancer guide, 'CloudWatch
 * metrics for your Application Load Balancer'). Health checks are not counted.
 */
export class RequestMetrics {
  private readonly sink: MetricSink

  constructor(sink: MetricSink) {
    this.sink = sink
  }

  count(name: string, balancer: string, group?: string): void {
    this.record(name, balancer, group, 1, 'Count')
  }

  /** `seconds`: from sending the request to the head of the target's answer. */
  answered(balancer: string, group: string, status: number, seconds: number): void {
    this.record('TargetResponseTime', balancer, group, seconds, 'Seconds')
    this.count(`HTTPCode_Target_${Math.floor(status / 100)}XX_Count`, balancer, group)
  }

  /** The load balancer answered with an error of its own. */
  refused(balancer: string, status: number): void {
    this.count(`HTTPCode_ELB_${Math.floor(status / 100)}XX_Count`, balancer)
    if (status >= 500) this.count(`HTTPCode_ELB_${status}_Count`, balancer)
  }

  hosts(balancer: string, group: string, healthy: number, unhealthy: number): void {
    const dimensions = { TargetGroup: group, LoadBalancer: balancer }
    this.sink.record(NAMESPACE, 'HealthyHostCount', dimensions, healthy, 'Count')
    this.sink.record(NAMESPACE, 'UnHealthyHostCount', dimensions, unhealthy, 'Count')
  }

  private record(
    name: string,
    balancer: string,
    group: string | undefined,
    value: number,
    unit: 'Count' | 'Seconds',
  ): void {
    this.sink.record(NAMESPACE, name, { LoadBalancer: balancer }, value, unit)
    if (group === undefined) return
    const dimensions = { TargetGroup: group, LoadBalancer: balancer }
    this.sink.record(NAMESPACE, name, dimensions, value, unit)
  }
}
