/** Runs the checks: those that nothing stands before, some at once, each with its output in one piece. */
import { mkdir } from 'node:fs/promises'
import type { realClock } from '@ecs-pipeline/action-kit'
import { turnOf } from '@ecs-pipeline/quality'
import type { CheckResult, CheckRun } from './check-run.ts'
import { LogDesk, type CheckLog } from './log-desk.ts'
import { howItEnded, runCheck, type AfterAttempt } from './run-check.ts'

export interface RunOptions {
  /** How many checks run at once, at least 1. */
  readonly parallel: number
  /** Whether the first check that fails ends all others. */
  readonly failFast?: boolean
  /** Made when it is not there. Gets `<id>-<attempt>.log` and `.stdout`. */
  readonly logFolder: string
  /** Aborted: everything is ended. */
  readonly signal: AbortSignal
  readonly clock: typeof realClock
  readonly log: CheckLog
  /**
   * Told of each attempt before the next one overwrites its reports; says whether it was good. It prints no
   * annotations: while another check has its say, commands are stopped.
   */
  readonly afterAttempt: AfterAttempt
}

/** Milliseconds between two words about checks that nobody hears. */
const PROGRESS_EVERY = 30_000

/** One result for each check, in their order. Rejects with what `afterAttempt` threw, when all have been ended. */
export async function runChecks(
  checks: readonly CheckRun[],
  options: RunOptions,
): Promise<readonly CheckResult[]> {
  await mkdir(options.logFolder, { recursive: true })
  return new Run(checks, options).all()
}

class Run {
  private readonly checks: readonly CheckRun[]
  private readonly options: RunOptions
  private readonly desk: LogDesk
  private readonly results = new Map<string, CheckResult>()
  private readonly running = new Map<string, Promise<void>>()
  /** Ends what runs: one of them has failed, or we have. */
  private readonly stop = new AbortController()
  private readonly signal: AbortSignal
  /** The check that all others were stopped for. */
  private stopper: string | undefined

  constructor(checks: readonly CheckRun[], options: RunOptions) {
    this.checks = checks
    this.options = options
    this.desk = new LogDesk(options.log)
    this.signal = AbortSignal.any([options.signal, this.stop.signal])
  }

  async all(): Promise<readonly CheckResult[]> {
    const over = new AbortController()
    const progress = this.tellProgress(over.signal)
    try {
      for (;;) {
        this.begin()
        if (this.running.size === 0) break
        await Promise.race(this.running.values())
      }
    } finally {
      this.stop.abort()
      await Promise.allSettled(this.running.values())
      over.abort()
      await progress
    }
    return this.checks.map(({ id }) => {
      const result = this.results.get(id)
      if (result === undefined) throw new Error(`The check ${id} waits for what never comes.`)
      return result
    })
  }

  /** Starts what can start, and settles what never will. */
  private begin(): void {
    const passed = new Map(
      [...this.results].map(([id, { outcome }]) => [id, outcome === 'passed'] as const),
    )
    const open = this.checks.filter(({ id }) => !this.results.has(id) && !this.running.has(id))
    for (const check of open) {
      const turn = turnOf(check, passed)
      if (this.signal.aborted) this.settle(check, this.stopped())
      else if (turn.kind === 'in-vain') {
        this.settle(check, { outcome: 'skipped', because: turn.because })
        // What needs this one is in vain too, and stands before it in the file perhaps.
        this.begin()
        return
      } else if (turn.kind === 'ready' && this.running.size < this.options.parallel) {
        const run = this.run(check).finally(() => this.running.delete(check.id))
        this.running.set(check.id, run)
      }
    }
  }

  private stopped(): { outcome: 'skipped' | 'cancelled'; because: readonly string[] } {
    return this.stopper === undefined
      ? { outcome: 'cancelled', because: [] }
      : { outcome: 'skipped', because: [this.stopper] }
  }

  private settle(
    { id }: CheckRun,
    how: { readonly outcome: 'skipped' | 'cancelled'; readonly because: readonly string[] },
  ): void {
    this.results.set(id, { id, attempts: [], ...how })
    const why = how.because.length === 0 ? '' : `: ${how.because.join(', ')} did not pass`
    this.desk.say(`${id} — ${how.outcome}${why}`)
  }

  private async run(check: CheckRun): Promise<void> {
    const { afterAttempt, logFolder, clock, failFast } = this.options
    const { id } = check
    const startedAt = clock.now()
    const speaker = this.desk.begin(id, startedAt)
    let how = 'not judged'
    try {
      const tools = { output: speaker.output, logFolder, signal: this.signal, clock }
      const result = await runCheck(check, afterAttempt, tools)
      const because = this.stopper === undefined ? [] : [this.stopper]
      this.results.set(id, result.outcome === 'cancelled' ? { ...result, because } : result)
      how = howItEnded(result, clock.now() - startedAt)
      if (result.outcome === 'failed' && failFast === true) {
        this.stopper ??= id
        this.stop.abort()
      }
    } finally {
      this.desk.end(speaker, how)
    }
  }

  private async tellProgress(over: AbortSignal): Promise<void> {
    const { clock } = this.options
    for (;;) {
      await clock.sleep(PROGRESS_EVERY, over)
      if (over.aborted) return
      this.desk.tellProgress(clock.now())
    }
  }
}
