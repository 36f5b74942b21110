import { shortDigest, type RegistryLogin } from '@ecs-pipeline/image'
import type { Clock } from '@ecs-pipeline/rollout'
import { inParallel } from '../in-parallel.ts'
import type { Blob, Manifest, ReadyImage } from '../source/image-source.ts'
import { megabytes, Progress } from './progress.ts'
import { Session, type Settled } from './session.ts'
import { BlobUpload } from './upload-blob.ts'
import { Wire } from './wire.ts'

/** Questions are short; layers fill the line sooner. */
const ASK_AT_ONCE = 8
const SEND_AT_ONCE = 4
/** ECR checks a large layer when it has come, before it answers. Milliseconds. */
const SILENCE_MS = 5 * 60_000

export interface PushTarget {
  readonly login: RegistryLogin
  /** Fetches another one, when that has run out. */
  readonly newLogin: () => Promise<RegistryLogin>
  /** The name of the repository. */
  readonly repository: string
  readonly tag: string
}

export interface PushTools {
  readonly clock: Clock
  /** Ends the push, on the wire or waiting. */
  readonly signal: AbortSignal
  /** Progress, for the log. */
  readonly say: (line: string) => void
  /** In [0, 1): spreads the pauses between attempts. */
  readonly random?: () => number
  /** A connection on which nothing moves for so long is given up. Milliseconds on the wall. */
  readonly silence?: number
}

export type Pushed =
  | {
      readonly kind: 'pushed'
      readonly digest: string
      readonly mediaType: string
      /** Of the layers that were sent; what was sent twice counts once. */
      readonly bytes: number
      /** Layers and configurations. */
      readonly uploaded: number
      /** Those that the repository had. */
      readonly skipped: number
    }
  /** The tag names another image, and the repository does not let it move. */
  | { readonly kind: 'tag-taken' }

/**
 * Sends what the repository lacks, and gives the image its tag when all of it is there (OCI distribution 1.1). Throws
 * {@link PushFailed}; {@link BadImage} when a layer is damaged; the reason of the signal.
 */
export async function pushImage(
  image: ReadyImage,
  target: PushTarget,
  { clock, signal, say, random = Math.random, silence = SILENCE_MS }: PushTools,
): Promise<Pushed> {
  const ending = new AbortController()
  const either = AbortSignal.any([signal, ending.signal])
  const wire = new Wire({ host: target.login.host, signal: either, silence })
  const waiting = { clock, random, signal: either }
  const session = new Session(wire, target.login, target.newLogin, waiting)
  const push = new Push(image, target, session, { clock, say, fail: ending })
  try {
    return await push.run()
  } finally {
    ending.abort()
    wire.close()
  }
}

interface Telling {
  readonly clock: Clock
  readonly say: (line: string) => void
  /** One layer that fails ends the others. */
  readonly fail: AbortController
}

class Push {
  private readonly image: ReadyImage
  private readonly session: Session
  private readonly target: PushTarget
  private readonly telling: Telling
  private readonly path: string

  constructor(image: ReadyImage, target: PushTarget, session: Session, telling: Telling) {
    this.image = image
    this.target = target
    this.session = session
    this.telling = telling
    this.path = `/v2/${target.repository}`
  }

  async run(): Promise<Pushed> {
    const { blobs, manifests } = this.image
    const missing = await this.missing()
    const bytes = missing.reduce((sum, { content }) => sum + content.size, 0)
    const skipped = blobs.length - missing.length
    this.telling.say(
      `${blobs.length} layers and configurations, ${skipped} of them there already; ${megabytes(bytes)} to send`,
    )
    await this.send(missing)
    const last = manifests.at(-1) ?? manifests[0]
    for (const manifest of manifests) {
      if (manifest !== last) await this.put(manifest, manifest.digest)
    }
    const { meaning } = await this.put(last, this.target.tag)
    if (meaning === 'tag-taken' && !(await this.isTagged(last))) return { kind: 'tag-taken' }
    const { digest, mediaType } = last
    return { kind: 'pushed', digest, mediaType, bytes, uploaded: missing.length, skipped }
  }

  private upload(blob: Blob, onSent: (position: number) => void = () => undefined): BlobUpload {
    return new BlobUpload(blob, `${this.path}/blobs`, this.session, onSent)
  }

  /** The largest first, so that none of them is alone at the end. */
  private async missing(): Promise<readonly Blob[]> {
    const missing: Blob[] = []
    await this.parallel(ASK_AT_ONCE, this.image.blobs, async (blob) => {
      if (!(await this.upload(blob).isThere())) missing.push(blob)
    })
    return missing.sort((a, b) => b.content.size - a.content.size)
  }

  private async send(missing: readonly Blob[]): Promise<void> {
    const { clock, say } = this.telling
    const progress = new Progress(missing, clock, say)
    await this.parallel(SEND_AT_ONCE, missing, async (blob) => {
      await this.upload(blob, (position) => {
        progress.note(blob, position)
      }).send()
      say(`${shortDigest(blob.digest)}: ${megabytes(blob.content.size)} sent`)
    })
  }

  private async parallel(
    limit: number,
    blobs: readonly Blob[],
    work: (blob: Blob) => Promise<void>,
  ): Promise<void> {
    let first: unknown
    await inParallel(limit, blobs, (blob) =>
      work(blob).catch((error: unknown) => {
        first ??= error
        this.telling.fail.abort(first)
        throw error
      }),
    )
  }

  private put({ content, mediaType }: Manifest, reference: string): Promise<Settled> {
    return this.session.ask(
      `The manifest of ${this.target.repository}:${this.target.tag}`,
      {
        method: 'PUT',
        path: `${this.path}/manifests/${reference}`,
        headers: { 'content-type': mediaType },
        body: { size: content.byteLength, pour: (write) => write(content) },
      },
      ({ answer, meaning }) => answer.status === 201 || meaning === 'tag-taken',
    )
  }

  /** The answer to an earlier attempt may have been lost, or somebody pushed the very same image. */
  private async isTagged({ digest, mediaType }: Manifest): Promise<boolean> {
    const { answer } = await this.session.ask(
      `The question for ${this.target.repository}:${this.target.tag}`,
      {
        method: 'HEAD',
        path: `${this.path}/manifests/${this.target.tag}`,
        headers: { accept: mediaType },
      },
      ({ meaning }) => meaning === 'fine' || meaning === 'not-found',
    )
    return answer.headers['docker-content-digest'] === digest
  }
}
