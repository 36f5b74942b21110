import { createHash, type Hash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Extent } from './image-source.ts'

const STEP = 256 * 1024

export interface Compressed {
  readonly digest: string
  readonly extent: Extent
  /** Of what was compressed; `undefined` when it came compressed. */
  readonly plainDigest: string | undefined
}

/** Writes `content` to `file`, compressed by gzip. Memory does not grow with the size. */
export async function compress(
  content: Extent,
  file: string,
  signal: AbortSignal,
): Promise<Compressed> {
  const plain = createHash('sha256')
  const packed = createHash('sha256')
  const counted = { bytes: 0 }
  const gzip = createGzip({ chunkSize: STEP })
  const write = createWriteStream(file)
  await pipeline(read(content), through(plain), gzip, through(packed, counted), write, { signal })
  return {
    digest: nameOf(packed),
    extent: { file, offset: 0, size: counted.bytes },
    plainDigest: nameOf(plain),
  }
}

export async function hashOf(content: Extent, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of read(content)) {
    signal.throwIfAborted()
    hash.update(chunk as Buffer)
  }
  return nameOf(hash)
}

const nameOf = (hash: Hash): string => `sha256:${hash.digest('hex')}`

const read = ({ file, offset, size }: Extent): ReturnType<typeof createReadStream> =>
  createReadStream(file, {
    start: offset,
    // The last byte, which belongs to it.
    end: offset + size - 1,
    highWaterMark: STEP,
  })

function through(hash: Hash, counted = { bytes: 0 }): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      counted.bytes += chunk.byteLength
      done(null, chunk)
    },
  })
}
