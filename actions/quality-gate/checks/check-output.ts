/** The output of one check, as much of it as the log of the step gets. */
import { plural } from '@ecs-pipeline/image'

/** Bytes; together with {@link TAIL} the 2 MB that a check may print. */
const SHOWN_LIVE = 900_000
const TAIL = 900_000
/** Of what is printed when the check has ended: how it began. */
const FIRST_LINES = 200
const FIRST_BYTES = 200_000

type Print = (line: string) => void

/**
 * Kept until somebody shows it; shown at once from then on. Of a long one the beginning and the end are shown, and how
 * much is missing between them.
 */
export class CheckOutput {
  /** Where all of it can be read. */
  file = ''
  private readonly first: string[] = []
  private readonly tail = new Tail(TAIL)
  private bytes = 0
  private print: Print | undefined

  add(line: string): void {
    const size = Buffer.byteLength(line) + 1
    const fits = this.print
      ? this.bytes + size <= SHOWN_LIVE
      : this.first.length < FIRST_LINES && this.bytes + size <= FIRST_BYTES
    if (!fits || !this.tail.isEmpty) this.tail.add(line, size)
    else {
      this.bytes += size
      if (this.print) this.print(line)
      else this.first.push(line)
    }
  }

  /** From now on. */
  show(print: Print): void {
    this.print = print
    for (const line of this.first.splice(0)) print(line)
    this.bytes += this.showTail(print)
  }

  /** What has been kept back. */
  finish(print: Print): void {
    if (!this.print) this.show(print)
    else this.showTail(print)
  }

  private showTail(print: Print): number {
    const { lines, bytes, dropped } = this.tail.take()
    if (dropped > 0) print(`… ${plural(dropped, 'line')} left out here; all are in ${this.file} …`)
    for (const line of lines) print(line)
    return bytes
  }
}

/** The last lines, as many as fit. */
class Tail {
  private lines: string[] = []
  private sizes: number[] = []
  private from = 0
  private bytes = 0
  private readonly most: number

  constructor(most: number) {
    this.most = most
  }

  get isEmpty(): boolean {
    return this.lines.length === 0
  }

  add(line: string, size: number): void {
    this.lines.push(line)
    this.sizes.push(size)
    this.bytes += size
    while (this.bytes > this.most) this.bytes -= this.sizes[this.from++] ?? 0
    // Not one by one: that would copy all others each time.
    if (this.from > 10_000 && this.from * 2 > this.lines.length) {
      this.lines = this.lines.slice(this.from)
      this.sizes = this.sizes.slice(this.from)
      this.dropped += this.from
      this.from = 0
    }
  }

  private dropped = 0

  take(): { lines: readonly string[]; bytes: number; dropped: number } {
    const { bytes } = this
    const lines = this.lines.slice(this.from)
    const dropped = this.dropped + this.from
    this.lines = []
    this.sizes = []
    this.from = this.bytes = this.dropped = 0
    return { lines, bytes, dropped }
  }
}
