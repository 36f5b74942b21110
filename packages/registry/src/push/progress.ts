import { shortDigest } from '@ecs-pipeline/image'
import type { Clock } from '@ecs-pipeline/rollout'
import type { Blob } from '../source/image-source.ts'

/** Between two lines about one push. Milliseconds. */
const EVERY_MS = 5000

/** Tells the log how far a push is, and not too often. */
export class Progress {
  private readonly clock: Clock
  private readonly say: (line: string) => void
  private readonly total: number
  private readonly sent = new Map<string, number>()
  private saidAt: number

  /** `blobs` are those that have to be sent. */
  constructor(blobs: readonly Blob[], clock: Clock, say: (line: string) => void) {
    this.clock = clock
    this.say = say
    this.total = blobs.reduce((sum, { content }) => sum + content.size, 0)
    this.saidAt = clock.now()
  }

  /** `position`: bytes of the blob that were sent. */
  note({ digest, content }: Blob, position: number): void {
    this.sent.set(digest, position)
    const now = this.clock.now()
    if (now - this.saidAt < EVERY_MS) return
    this.saidAt = now
    const all = [...this.sent.values()].reduce((sum, bytes) => sum + bytes, 0)
    this.say(
      `${shortDigest(digest)}: ${share(position, content.size)}; of all layers ${share(all, this.total)}`,
    )
  }
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

const share = (part: number, whole: number): string =>
  `${megabytes(part)} of ${megabytes(whole)} (${Math.floor((100 * part) / Math.max(1, whole))} %)`
