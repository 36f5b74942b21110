import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { BadImage, damaged } from '../source/bad-image.ts'
import type { Blob } from '../source/image-source.ts'
import type { Body } from './wire.ts'

/** So much is read at once; twice as much is in memory. Bytes. */
const PIECE = 512 * 1024

/**
 * The bytes of a blob, checked while they are read, as often and from wherever they have to be sent. The last piece is
 * held back until the digest is right, so that nothing wrong ever arrives whole.
 */
export class CheckedContent {
  /** Bytes that were read at least once, and so were hashed. Never more were sent. */
  private hashed = 0
  private readonly hash = createHash('sha256')
  private readonly blob: Blob
  private readonly onSent: (position: number) => void

  /** `onSent` is told up to where the bytes were given away. */
  constructor(blob: Blob, onSent: (position: number) => void) {
    this.blob = blob
    this.onSent = onSent
  }

  get size(): number {
    return this.blob.content.size
  }

  /** Whether a registry can have so many bytes of it. */
  canBeAt = (position: number): boolean => position <= this.hashed

  /** What comes from `start` on. */
  from(start: number): Body {
    return {
      size: this.size - start,
      pour: async (write) => {
        const handle = await open(this.blob.content.file)
        try {
          await this.pour(handle, start, write)
        } finally {
          await handle.close()
        }
      },
    }
  }

  /** One piece is read and hashed while the one before it is on its way. */
  private async pour(
    handle: FileHandle,
    start: number,
    write: (piece: Uint8Array) => Promise<void>,
  ): Promise<void> {
    let [next, other] = [Buffer.allocUnsafe(PIECE), Buffer.allocUnsafe(PIECE)]
    let written = Promise.resolve()
    for (let position = start; position < this.size;) {
      const piece = await this.read(handle, position, next)
      await written
      this.onSent(position)
      written = write(piece)
      // Told by the `await` of the next round.
      written.catch(() => undefined)
      position += piece.byteLength
      ;[next, other] = [other, next]
    }
    await written
    this.onSent(this.size)
  }

  private async read(handle: FileHandle, position: number, into: Buffer): Promise<Buffer> {
    const { file, offset } = this.blob.content
    const wanted = Math.min(PIECE, this.size - position)
    const { bytesRead } = await handle.read(into, 0, wanted, offset + position)
    if (bytesRead === 0) throw new BadImage(`${file} became shorter while it was read.`)
    const piece = into.subarray(0, bytesRead)
    const end = position + bytesRead
    if (end > this.hashed) {
      this.hash.update(piece.subarray(this.hashed - position))
      this.hashed = end
      if (end === this.size) this.check()
    }
    return piece
  }

  private check(): void {
    const { digest, content } = this.blob
    const actual = `sha256:${this.hash.digest('hex')}`
    if (actual === digest) return
    throw damaged(digest, content.file)
  }
}
