import { createHash, randomUUID } from 'node:crypto'
import { uploadNotFound, type Named } from './errors.ts'

/** One layer on its way in. It is hashed while it comes, and knows how far it got when a sender breaks off. */
export class Upload {
  readonly id = randomUUID()
  readonly repository: string
  /** Sizes of the parts as UploadLayerPart sent them, in bytes. */
  readonly partSizes: number[] = []
  /** Two senders at once would mix their bytes. */
  isBeingWritten = false
  private readonly chunks: Uint8Array[] = []
  private readonly hash = createHash('sha256')
  private received = 0

  constructor(repository: string) {
    this.repository = repository
  }

  /** Bytes received so far. */
  get size(): number {
    return this.received
  }

  append(chunk: Uint8Array): void {
    this.chunks.push(chunk)
    this.hash.update(chunk)
    this.received += chunk.byteLength
  }

  digest(): string {
    return `sha256:${this.hash.copy().digest('hex')}`
  }

  content(): Uint8Array {
    return Buffer.concat(this.chunks, this.received)
  }
}

/** All uploads that are open, of the registry and of the API alike. */
export class Uploads {
  private readonly open = new Map<string, Upload>()

  start(repository: Named): Upload {
    const upload = new Upload(repository.name)
    this.open.set(upload.id, upload)
    return upload
  }

  /** Throws UploadNotFoundException when the upload is over or belongs to another repository. */
  find(repository: Named, id: string): Upload {
    const upload = this.open.get(id)
    if (upload?.repository !== repository.name) throw uploadNotFound(repository, id)
    return upload
  }

  end(upload: Upload): void {
    this.open.delete(upload.id)
  }

  removeAll(repository: string): void {
    for (const upload of [...this.open.values()]) {
      if (upload.repository === repository) this.end(upload)
    }
  }
}
