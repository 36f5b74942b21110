/** Who may speak in the log of the step: groups cannot stand within each other, and lines of two checks never mix. */
import type { Quotation } from '@ecs-pipeline/action-kit'
import { CheckOutput } from './check-output.ts'
import { duration } from './duration.ts'

export interface CheckLog {
  readonly info: (line: string) => void
  /** A group in which nothing is a command, until it is closed. */
  readonly quote: (title: string) => Quotation
}

export interface Speaker {
  readonly id: string
  readonly output: CheckOutput
  /** Milliseconds since the epoch. */
  readonly startedAt: number
}

/**
 * The check that has run longest speaks as its lines come. The others speak in one piece, when they have ended and it
 * is not their elder's turn any more.
 */
export class LogDesk {
  private readonly log: CheckLog
  private readonly running = new Set<Speaker>()
  private readonly ended: { readonly title: string; readonly output: CheckOutput }[] = []
  private live: { readonly speaker: Speaker; readonly group: Quotation } | undefined

  constructor(log: CheckLog) {
    this.log = log
  }

  begin(id: string, startedAt: number): Speaker {
    const speaker = { id, output: new CheckOutput(), startedAt }
    this.running.add(speaker)
    this.goOn()
    return speaker
  }

  /** `how`: 'passed in 12 s'. */
  end(speaker: Speaker, how: string): void {
    this.running.delete(speaker)
    const title = `${speaker.id} — ${how}`
    if (this.live?.speaker === speaker) {
      const { group } = this.live
      speaker.output.finish(group.line)
      group.close()
      this.live = undefined
      this.log.info(title)
      this.goOn()
    } else {
      this.ended.push({ title, output: speaker.output })
      this.say(`${title}; what it printed follows later`)
    }
  }

  /** A line of our own. */
  say(line: string): void {
    const say = this.live?.group.line ?? this.log.info
    say(line)
  }

  /** What runs without being heard. */
  tellProgress(now: number): void {
    const silent = [...this.running].filter((each) => each !== this.live?.speaker)
    if (silent.length === 0) return
    const list = silent.map(({ id, startedAt }) => `${id} (${duration(now - startedAt)})`)
    this.say(`Still running: ${list.join(', ')}`)
  }

  /** Those that have ended, and then whoever has run longest. */
  private goOn(): void {
    if (this.live) return
    for (const { title, output } of this.ended.splice(0)) {
      const group = this.log.quote(title)
      output.finish(group.line)
      group.close()
    }
    const [oldest] = this.running
    if (!oldest) return
    const group = this.log.quote(oldest.id)
    this.live = { speaker: oldest, group }
    oldest.output.show(group.line)
  }
}
