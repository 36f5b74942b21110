/** CloudWatch as the load balancer of the simulated service fills it: one value a minute, late, with gaps. */
import type { MetricQuery, Series, SeriesValues } from '@ecs-pipeline/rollout'
import type { MetricSetup, Traffic } from './schedule.ts'
import { dimensionOf, TARGET_GROUP } from './target-groups.ts'
import type { GroupMoment, Moment, Timeline } from './timeline.ts'

const MINUTE = 60_000

/** What one request to a task of such a revision costs. */
const LATENCY_SECONDS: Readonly<Record<Traffic, number>> = { good: 0.2, slow: 8, errors: 0.3 }
const ERROR_SHARE: Readonly<Record<Traffic, number>> = { good: 0, slow: 0, errors: 0.5 }

interface Period {
  readonly at: number
  readonly length: number
  /** As CloudWatch calls it. */
  readonly group: string
}

/** The traffic that tasks of one revision got for a while. */
interface Share {
  readonly traffic: Traffic
  /** Milliseconds, less where tasks of another revision shared the group. */
  readonly lasted: number
  /** Of users' requests. */
  readonly percent: number
}

const groupOf = (metric: MetricQuery | undefined): string =>
  metric?.dimensions['TargetGroup'] ?? dimensionOf(TARGET_GROUP)

const inGroup = ({ groups }: Moment, name: string): GroupMoment | undefined =>
  [...groups].find(([arn]) => dimensionOf(arn) === name)?.[1]

const NOBODY: GroupMoment = { weight: 0, healthy: new Map() }

const sumOf = (counts: ReadonlyMap<number, number> = new Map()): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0)

export interface MetricsDeps {
  readonly setup: MetricSetup
  readonly timeline: Timeline
  /** When it gets so many percent of the requests. */
  readonly trafficOf: (revision: number, percent: number) => Traffic
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
        return this.metric(query.metric, { at, length, group: groupOf(query.metric) })
      case 'prometheus':
        return this.latency({ at, length, group: dimensionOf(TARGET_GROUP) })
      case 'expression': {
        // The one expression that is simulated: the share of errors, in percent.
        const [metric] = Object.values(query.metrics)
        const period = { at, length, group: groupOf(metric) }
        const requests = this.requests(period)
        if (requests === undefined) return undefined
        return (100 * (this.errors(period) ?? 0)) / requests
      }
    }
  }

  private metric({ name, statistic }: MetricQuery, period: Period): number | undefined {
    switch (name) {
      case 'TargetResponseTime':
        return this.latency(period)
      case 'HTTPCode_Target_5XX_Count':
        return this.errors(period)
      case 'RequestCount':
        return this.requests(period)
      case 'HealthyHostCount':
        return this.healthyHosts(statistic, period)
      default:
        return undefined
    }
  }

  /** Nothing is reported for a minute without a request (load-balancer-cloudwatch-metrics). */
  private requests(period: Period): number | undefined {
    const { at, length } = period
    const shares = this.shares(period)
    const lasted = shares.reduce((sum, each) => sum + each.lasted, 0)
    if (this.isGap(at) || lasted === 0) return undefined
    const percent = shares.reduce((sum, each) => sum + each.lasted * each.percent, 0) / lasted
    const perMinute = (this.deps.setup.requestsPerMinute * percent) / 100
    const requests = Math.round((perMinute * length) / MINUTE)
    return requests === 0 ? undefined : requests
  }

  private latency(period: Period): number | undefined {
    if (this.requests(period) === undefined) return undefined
    return this.weighted(period, LATENCY_SECONDS)
  }

  /** Reported only when it is not 0. */
  private errors(period: Period): number | undefined {
    const requests = this.requests(period)
    if (requests === undefined) return undefined
    const errors = Math.round(requests * this.weighted(period, ERROR_SHARE))
    return errors === 0 ? undefined : errors
  }

  private healthyHosts(statistic: string, { at, length, group }: Period): number | undefined {
    if (this.isGap(at)) return undefined
    const counts = this.deps.timeline
      .between(at, at + length - 1)
      .map((moment) => sumOf(inGroup(moment, group)?.healthy))
    if (statistic === 'Minimum') return Math.min(...counts)
    if (statistic === 'Maximum') return Math.max(...counts)
    return counts.reduce((sum, count) => sum + count, 0) / counts.length
  }

  private weighted(period: Period, of: Readonly<Record<Traffic, number>>): number {
    const shares = this.shares(period)
    const all = shares.reduce((sum, { lasted, percent }) => sum + lasted * percent, 0)
    const cost = shares.reduce(
      (sum, { traffic, lasted, percent }) => sum + of[traffic] * lasted * percent,
      0,
    )
    return all === 0 ? 0 : cost / all
  }

  /** How much of a period's traffic tasks of each kind got: healthy tasks of a group share it evenly. */
  private shares({ at, length, group }: Period): readonly Share[] {
    const end = at + length
    const moments = this.deps.timeline.between(at, end - 1)
    return moments.flatMap((moment: Moment, index) => {
      const lasted = (moments[index + 1]?.at ?? end) - Math.max(at, moment.at)
      const { healthy, weight } = inGroup(moment, group) ?? NOBODY
      const all = sumOf(healthy)
      return [...healthy].map(([revision, count]) => ({
        traffic: this.deps.trafficOf(revision, weight),
        lasted: (lasted * count) / all,
        percent: weight,
      }))
    })
  }

  private isGap(at: number): boolean {
    const { gapEvery } = this.deps.setup
    return gapEvery > 0 && Math.floor(at / MINUTE) % gapEvery === 0
  }
}
