import type { Clock } from './clock.ts'

/** Something that happened, `at` milliseconds since the epoch. */
export interface JournalEntry {
  readonly at: number
  readonly text: string
}

/** Where a line of the journal goes as it is written. */
export interface JournalSink {
  progress(line: string): void
  warning(line: string): void
  /** Lines of somebody else under a title, to be folded away; without it they are lines like any other. */
  quote?(title: string, lines: readonly string[]): void
}

/** What a run did and saw, in order: the log while it runs, the timeline and the caveats of its report afterwards. */
export class Journal {
  readonly timeline: JournalEntry[] = []
  /** What could not be checked or went wrong without deciding the outcome. */
  readonly caveats: string[] = []
  private readonly clock: Clock
  private readonly sink: JournalSink
  private startedAt: number

  constructor(clock: Clock, sink: JournalSink) {
    this.clock = clock
    this.sink = sink
    this.startedAt = clock.now()
  }

  /** One line per change of state; the elapsed time is put in front. */
  progress(text: string): void {
    const at = this.clock.now()
    this.timeline.push({ at, text })
    this.sink.progress(`${elapsed(at - this.startedAt)}  ${text}`)
  }

  /** For the log only: what a container printed is no event of this run. */
  quote(title: string, lines: readonly string[]): void {
    if (this.sink.quote) {
      this.sink.quote(title, lines)
      return
    }
    for (const line of [`${title}:`, ...lines]) this.sink.progress(line)
  }

  /** Said once, however often it happens. */
  caveat(text: string): void {
    if (this.caveats.includes(text)) return
    this.caveats.push(text)
    this.sink.warning(text)
  }
}

/** `4:05` for 245,000 milliseconds. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
