import { CredentialsExpired, PortError, Unreachable } from '../errors.ts'
import type { Journal } from '../journal.ts'
import type { Metrics, Series, SeriesValues } from '../ports.ts'

/** So many times in a row metrics may be unreadable before they count as lost. Each try has its own retries. */
const LOST_AFTER = 5

/** The series that come from one place, CloudWatch or a Prometheus server: one may be silent while the other is not. */
export class MetricSource {
  private readonly series: readonly Series[]
  private readonly metrics: Metrics
  private readonly journal: Journal
  private failure: PortError | undefined
  private misses = 0

  constructor(series: readonly Series[], metrics: Metrics, journal: Journal) {
    this.series = series
    this.metrics = metrics
    this.journal = journal
  }

  /** Asking again does not help. */
  get isFinal(): boolean {
    return this.failure !== undefined && !(this.failure instanceof Unreachable)
  }

  /** Why it cannot be read any more; `undefined` while it can, or while it may only have missed something. */
  get lost(): string | undefined {
    return this.isFinal || this.misses >= LOST_AFTER ? this.failure?.message : undefined
  }

  /** Whether the last try failed or had gaps, so that the newest periods may be there at the next one. */
  get isBehind(): boolean {
    return this.misses > 0 && this.misses < LOST_AFTER && !this.isFinal
  }

  /** Whether the next look has to ask for the same periods again. */
  get isUnread(): boolean {
    return this.isBehind || (this.failure !== undefined && !this.isFinal)
  }

  /** `undefined` when it cannot be read now. Throws {@link CredentialsExpired}. */
  async read(window: {
    readonly from: number
    readonly to: number
  }): Promise<readonly SeriesValues[] | undefined> {
    if (this.isFinal) return undefined
    try {
      const answers = await this.metrics.read(this.series, window)
      this.failure = undefined
      this.misses = answers.some(({ error }) => error !== undefined) ? this.misses + 1 : 0
      return answers
    } catch (error) {
      if (error instanceof CredentialsExpired || !(error instanceof PortError)) throw error
      this.miss(error)
      return undefined
    }
  }

  private miss(error: PortError): void {
    this.misses += 1
    this.failure = error
    if (this.lost === undefined) {
      this.journal.progress(
        `metrics not readable (${this.misses} of ${LOST_AFTER} tries): ${error.message}`,
      )
    } else {
      this.journal.caveat(`The metrics of the triggers cannot be read: ${error.message}`)
    }
  }
}

/** One for each place, in no order that matters. */
export function sourcesOf(
  series: readonly Series[],
  metrics: Metrics,
  journal: Journal,
): readonly MetricSource[] {
  const promql = series.filter(({ query }) => query.kind === 'prometheus')
  const others = series.filter(({ query }) => query.kind !== 'prometheus')
  return [promql, others]
    .filter((each) => each.length > 0)
    .map((each) => new MetricSource(each, metrics, journal))
}
