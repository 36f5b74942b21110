/**
 * Reads the triggers' metrics when there is something new to read, and says what each trigger makes of them. A
 * number that was read is kept for the report; one that changes afterwards (late samples) is read again as long as
 * a verdict can still depend on it.
 */
import type { Clock } from '../clock.ts'
import { CredentialsExpired, PortError } from '../errors.ts'
import type { Journal } from '../journal.ts'
import type { Metrics, Series, SeriesValues, Targets } from '../ports.ts'
import { isBreach, judgePoints, periodsToJudge } from './judge-points.ts'
import { sourcesOf, type MetricSource } from './metric-source.ts'
import type { MeasuredTrigger } from './series-of-triggers.ts'
import type { Trigger, TriggerPoint, TriggerReading, TriggerVerdict } from './trigger.ts'

/** What the triggers say at one moment. */
export interface TriggerObservation {
  readonly readings: readonly TriggerReading[]
  /** Why no metrics can be read any more; `undefined` while some can. */
  readonly blind: string | undefined
  /** Why some of the metrics cannot be read any more. */
  readonly lost?: string | undefined
  /** Whether the last try to read them failed, so that the newest periods are still to come. */
  readonly isBehind?: boolean
}

export interface TriggerWatchOptions {
  readonly triggers: readonly MeasuredTrigger[]
  /** Milliseconds: only periods that ended so long ago are read. */
  readonly lag: number
  readonly metrics: Metrics
  readonly targets: Targets
  readonly clock: Clock
  readonly journal: Journal
}

export class TriggerWatch {
  private readonly options: TriggerWatchOptions
  /** By trigger, by the beginning of the period. */
  private readonly history: readonly Map<number, TriggerPoint>[]
  private observation: TriggerObservation
  private readonly sources: readonly MetricSource[]
  private readUpTo = -Infinity

  constructor(options: TriggerWatchOptions) {
    this.options = options
    this.history = options.triggers.map(() => new Map())
    const readings = options.triggers.map((each): TriggerReading => {
      const judged = judgePoints(each.trigger, [], 'INSUFFICIENT')
      return { trigger: each.trigger, where: each.group?.targetGroup, points: [], ...judged }
    })
    this.observation = { readings, blind: undefined, isBehind: false }
    this.sources = sourcesOf(this.series(), options.metrics, options.journal)
  }

  /** Every period that was read, oldest first, for the report. */
  get readings(): readonly TriggerReading[] {
    return this.observation.readings.map((reading, index) => ({
      ...reading,
      points: [...(this.history[index]?.values() ?? [])].sort((a, b) => a.at - b.at),
    }))
  }

  /**
   * What the triggers say of the periods since `notBefore` (milliseconds since the epoch). Asks only when a period
   * has become readable since the last time. Throws {@link CredentialsExpired}; every other failure is told in
   * the answer.
   */
  async observe(notBefore: number): Promise<TriggerObservation> {
    const { triggers, lag, clock } = this.options
    if (this.sources.every((source) => source.isFinal)) return this.observation
    const now = clock.now()
    const periods = triggers.map(({ trigger }) =>
      periodsToJudge(trigger, now, lag).filter((at) => at >= notBefore),
    )
    const upTo = Math.max(
      ...triggers.map(
        ({ trigger }, index) => (periods[index]?.at(-1) ?? -Infinity) + trigger.period * 1000,
      ),
    )
    if (upTo <= this.readUpTo || upTo === -Infinity) return this.observation
    const window = windowOf(periods, upTo)
    const answers = await Promise.all(this.sources.map((source) => source.read(window)))
    const readings = await this.judgeAll(
      periods,
      answers.flatMap((each) => each ?? []),
    )
    const lost = this.sources.flatMap((source) => source.lost ?? [])
    this.observation = {
      readings,
      blind: lost.length === this.sources.length ? lost.join(' ') : undefined,
      lost: lost.length === 0 ? undefined : lost.join(' '),
      isBehind: this.sources.some((source) => source.isBehind),
    }
    if (!this.sources.some((source) => source.isUnread)) this.readUpTo = upTo
    return this.observation
  }

  /** What the triggers say of the last periods that ended before `moment`, and are old enough now. Throws the port's error. */
  async readBefore(moment: number): Promise<readonly TriggerReading[]> {
    const { triggers, lag, clock } = this.options
    const end = Math.min(moment, clock.now() - lag)
    const periods = triggers.map(({ trigger }) => periodsToJudge(trigger, end, 0))
    const ends = triggers.map(({ trigger }, index) => endOf(trigger, periods[index] ?? []))
    const window = windowOf(periods, Math.max(...ends))
    const answers = await this.options.metrics.read(this.series(), window)
    const readings = await this.judgeAll(periods, answers)
    this.observation = { readings, blind: undefined, isBehind: false }
    return readings
  }

  private series(): readonly Series[] {
    return this.options.triggers.flatMap(({ series, requests }) =>
      requests ? [series, requests] : [series],
    )
  }

  /** A trigger whose metrics could not be read now says what it said before. */
  private judgeAll(
    periods: readonly (readonly number[])[],
    answers: readonly SeriesValues[],
  ): Promise<readonly TriggerReading[]> {
    const byId = new Map(answers.map((each) => [each.id, each]))
    return Promise.all(
      this.options.triggers.map(async (measured, index) => {
        const { series, requests } = measured
        const before = this.observation.readings[index]
        const isRead = byId.has(series.id) && (!requests || byId.has(requests.id))
        if (!isRead && before) return before
        return this.judge(measured, index, periods[index] ?? [], byId)
      }),
    )
  }

  private async judge(
    measured: MeasuredTrigger,
    index: number,
    periods: readonly number[],
    answers: ReadonlyMap<string, SeriesValues>,
  ): Promise<TriggerReading> {
    const answer = answers.get(measured.series.id)
    const requests = measured.requests && answers.get(measured.requests.id)
    const points = periods.map((at) => pointOf(measured, at, answer, requests))
    for (const point of points) this.history[index]?.set(point.at, point)
    const before: TriggerVerdict = this.observation.readings[index]?.verdict ?? 'INSUFFICIENT'
    const judged = judgePoints(measured.trigger, points, before)
    const reading = {
      trigger: measured.trigger,
      where: measured.group?.targetGroup,
      points,
      ...judged,
    }
    return reading.verdict === 'BREACHING' ? this.confirm(measured, reading) : reading
  }

  /** CloudWatch's count of healthy hosts is minutes old; a target that is healthy now is better evidence. */
  private async confirm(
    { trigger, group }: MeasuredTrigger,
    reading: TriggerReading,
  ): Promise<TriggerReading> {
    const { source } = trigger
    if (source.kind !== 'metric' || source.metric.name !== 'HealthyHostCount' || !group)
      return reading
    try {
      const targets = await this.options.targets.health([group.arn])
      const healthy = targets.filter((target) => target.state === 'healthy').length
      if (isBreach(trigger, healthy)) return reading
      const arithmetic = `${reading.arithmetic}; but ${healthy} targets are healthy now`
      return { ...reading, verdict: 'OK', arithmetic }
    } catch (error) {
      if (error instanceof CredentialsExpired || !(error instanceof PortError)) throw error
      return reading
    }
  }
}

const windowOf = (
  periods: readonly (readonly number[])[],
  to: number,
): { readonly from: number; readonly to: number } => ({ from: Math.min(...periods.flat()), to })

const endOf = (trigger: Trigger, periods: readonly number[]): number =>
  (periods.at(-1) ?? -Infinity) + trigger.period * 1000

function pointOf(
  { trigger }: MeasuredTrigger,
  at: number,
  answer: SeriesValues | undefined,
  requests: SeriesValues | undefined,
): TriggerPoint {
  const value = answer?.values.get(at)
  if (value === undefined) {
    return { at, value, state: answer?.error === undefined ? 'missing' : 'error' }
  }
  // A target group without requests has no count at all.
  if (
    requests &&
    trigger.minRequests !== undefined &&
    (requests.values.get(at) ?? 0) < trigger.minRequests
  ) {
    return { at, value, state: requests.error === undefined ? 'few-requests' : 'error' }
  }
  return { at, value, state: isBreach(trigger, value) ? 'breaching' : 'ok' }
}
