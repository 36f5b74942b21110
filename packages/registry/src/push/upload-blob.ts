/** One layer or configuration on its way into the registry. */
import type { Blob } from '../source/image-source.ts'
import { failureOf, positionIn, wordsOf } from './answers.ts'
import { CheckedContent } from './checked-content.ts'
import { strange, type Session } from './session.ts'
import type { Answer } from './wire.ts'

/** An upload that the registry has opened. */
interface Upload {
  readonly path: string
  /** Bytes that the registry has. */
  readonly at: number
}

/** Bytes that the registry said were wrong are sent once more, from the first on; then they are. */
const MOST_WRONG = 2

export class BlobUpload {
  private readonly blob: Blob
  private readonly blobs: string
  private readonly session: Session
  private readonly content: CheckedContent

  /** `blobs`: the path of the repository's blobs. */
  constructor(blob: Blob, blobs: string, session: Session, onSent: (position: number) => void) {
    this.blob = blob
    this.blobs = blobs
    this.session = session
    this.content = new CheckedContent(blob, onSent)
  }

  /**
   * All in one PUT, as containerd and BuildKit push to ECR: one round trip less than docker's PATCH. After a broken
   * connection the rest follows in a PUT with Content-Range. Throws `PushFailed`, and `BadImage` when the bytes are
   * not what their digest says.
   */
  async send(): Promise<void> {
    const patience = this.session.patience(`The upload of ${this.blob.digest}`)
    let upload = await this.open()
    let wrong = 0
    for (;;) {
      const outcome = await this.put(upload)
      if (outcome.kind === 'settled') {
        const { answer, meaning } = outcome
        if (answer.status === 201) return
        if (meaning === 'upload-lost' && ++wrong >= MOST_WRONG) throw failureOf(this.what, answer)
        const isPassing = ['elsewhere', 'upload-lost', 'not-found'].includes(meaning)
        await patience.wait(
          isPassing ? { kind: 'again', why: wordsOf(answer) } : strange(this.what, outcome),
        )
        const at = meaning === 'elsewhere' ? this.believed(answer) : undefined
        if (at !== undefined) {
          upload = { ...upload, at }
          continue
        }
      } else {
        await patience.wait(outcome)
      }
      // The answer may have been lost, not the bytes.
      if (wrong === 0 && (await this.isThere())) return
      const resumed = wrong > 0 ? undefined : await this.resume(upload)
      if (resumed && resumed.at > upload.at) patience.reset()
      upload = resumed ?? (await this.open())
    }
  }

  /** HEAD. A registry that has it says so by digest or size; a proxy's page does not. */
  async isThere(): Promise<boolean> {
    const { digest } = this.blob
    const request = { method: 'HEAD', path: `${this.blobs}/${digest}` } as const
    const { answer } = await this.session.ask(
      `The question for ${digest}`,
      request,
      ({ meaning }) => meaning === 'fine' || meaning === 'not-found',
    )
    const size = Number(answer.headers['content-length'] ?? NaN)
    return (
      answer.status === 200 &&
      (answer.headers['docker-content-digest'] === digest || size === this.content.size)
    )
  }

  private get what(): string {
    return `The blob ${this.blob.digest}`
  }

  private async open(): Promise<Upload> {
    const { answer } = await this.session.ask(
      this.what,
      { method: 'POST', path: `${this.blobs}/uploads/`, headers: { 'content-length': '0' } },
      (settled) => settled.answer.status === 202 && pathIn(settled.answer) !== undefined,
    )
    return { path: pathIn(answer) ?? '', at: 0 }
  }

  private put({ path, at }: Upload): ReturnType<Session['attempt']> {
    const { size } = this.content
    const range = at > 0 && at < size ? { 'content-range': `${at}-${size - 1}` } : {}
    return this.session.attempt({
      method: 'PUT',
      path: `${path}${path.includes('?') ? '&' : '?'}digest=${encodeURIComponent(this.blob.digest)}`,
      headers: { 'content-type': 'application/octet-stream', ...range },
      body: this.content.from(at),
    })
  }

  /** How far the upload is; `undefined` when it is no more, or cannot be gone on with. */
  private async resume({ path }: Upload): Promise<Upload | undefined> {
    const { answer } = await this.session.ask(
      this.what,
      { method: 'GET', path },
      // Whoever cannot say it gets the layer from the first byte on.
      () => true,
    )
    const at = answer.status === 204 ? this.believed(answer) : undefined
    return at === undefined ? undefined : { path: pathIn(answer) ?? path, at }
  }

  private believed(answer: Answer): number | undefined {
    const at = positionIn(answer)
    return at !== undefined && this.content.canBeAt(at) ? at : undefined
  }
}

/** Always at the registry that was asked: the password goes nowhere else. */
function pathIn({ headers }: Answer): string | undefined {
  if (headers.location === undefined) return undefined
  const { pathname, search } = new URL(headers.location, 'http://registry')
  return `${pathname}${search}`
}
