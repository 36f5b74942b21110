/** CloudWatch as the load balancer of the simulated service fills it: one value a minute, late, with gaps. */
import type { MetricQuery, Series, SeriesValues } from '@ecs-pipeline/rollout'
import type { MetricSetup, Traffic } from './schedule.ts'
import type { Moment, Timeline } from './timeline.ts'

const MINUTE = 60_000

/** What one request to a task of such a revision costs. */
const LATENCY_SECONDS: Readonly<Record<Traffic, number>> = { good: 0.2, slow: 8, errors: 0.3 }
const ERROR_SHARE: Readonly<Record<Traffic, number>> = { good: 0, slow: 0, errors: 0.5 }

export interface MetricsDeps {
  readonly setup: MetricSetup
  readonly timeline: Timeline
  readonly trafficOf: (revision: number) => Traffic
}

export class WorldMetrics {
  private readonly deps: MetricsDeps

  constructor(deps: MetricsDeps) {
    this.deps = deps
  }

  read(
    series: readonly Series[],
    window: { readonly from: number; readonly to: number },
    now: number,
  ): readonly SeriesValues[] {
    return series.map((each) => this.valuesOf(each, window, now))
  }

  private valuesOf(
    { id, period, query }: Series,
    { from, to }: { readonly from: number; readonly to: number },
    now: number,
  ): SeriesValues {
    const length = period * 1000
    const values = new Map<number, number>()
    for (let at = Math.ceil(from / length) * length; at < to; at += length) {
      if (at + length + this.deps.setup.lateSeconds * 1000 > now) break
      const value = this.valueOf(query, at, length)
      if (value !== undefined) values.set(at, value)
    }
    return { id, values, error: undefined }
  }

  private valueOf(query: Series['query'], at: number, length: number): number | undefined {
    switch (query.kind) {
      case 'metric':
        return this.metric(query.metric, at, length)
      case 'prometheus':
        return this.latency(at, length)
      case 'expression': {
        // The one expression that is simulated: the share of errors, in percent.
        const requests = this.requests(at, length)
        if (requests === undefined) return undefined
        return (100 * (this.errors(at, length) ?? 0)) / requests
      }
    }
  }

  private metric({ name, statistic }: MetricQuery, at: number, length: number): number | undefined {
    switch (name) {
      case 'TargetResponseTime':
        return this.latency(at, length)
      case 'HTTPCode_Target_5XX_Count':
        return this.errors(at, length)
      case 'RequestCount':
        return this.requests(at, length)
      case 'HealthyHostCount':
        return this.healthyHosts(statistic, at, length)
      default:
        return undefined
    }
  }

  /** Nothing is reported for a minute without a request (load-balancer-cloudwatch-metrics). */
  private requests(at: number, length: number): number | undefined {
    const { requestsPerMinute } = this.deps.setup
    if (requestsPerMinute === 0 || this.isGap(at) || this.shares(at, length).length === 0) {
      return undefined
    }
    return (requestsPerMinute * length) / MINUTE
  }

  private latency(at: number, length: number): number | undefined {
    if (this.requests(at, length) === undefined) return undefined
    return this.weighted(at, length, LATENCY_SECONDS)
  }

  /** Reported only when it is not 0. */
  private errors(at: number, length: number): number | undefined {
    const requests = this.requests(at, length)
    if (requests === undefined) return undefined
    const errors = Math.round(requests * this.weighted(at, length, ERROR_SHARE))
    return errors === 0 ? undefined : errors
  }

  private healthyHosts(statistic: string, at: number, length: number): number | undefined {
    if (this.isGap(at)) return undefined
    const counts = this.deps.timeline
      .between(at, at + length - 1)
      .map(({ healthy }) => [...healthy.values()].reduce((sum, count) => sum + count, 0))
    if (statistic === 'Minimum') return Math.min(...counts)
    if (statistic === 'Maximum') return Math.max(...counts)
    return counts.reduce((sum, count) => sum + count, 0) / counts.length
  }

  private weighted(at: number, length: number, of: Readonly<Record<Traffic, number>>): number {
    const shares = this.shares(at, length)
    const all = shares.reduce((sum, { weight }) => sum + weight, 0)
    const cost = shares.reduce((sum, { traffic, weight }) => sum + of[traffic] * weight, 0)
    return all === 0 ? 0 : cost / all
  }

  /** How much of a period's traffic tasks of each kind got: healthy tasks share it evenly. */
  private shares(at: number, length: number): { traffic: Traffic; weight: number }[] {
    const end = at + length
    const moments = this.deps.timeline.between(at, end - 1)
    return moments.flatMap((moment: Moment, index) => {
      const until = moments[index + 1]?.at ?? end
      const lasted = until - Math.max(at, moment.at)
      return [...moment.healthy].map(([revision, count]) => ({
        traffic: this.deps.trafficOf(revision),
        weight: lasted * count,
      }))
    })
  }

  private isGap(at: number): boolean {
    const { gapEvery } = this.deps.setup
    return gapEvery > 0 && Math.floor(at / MINUTE) % gapEvery === 0
  }
}
