import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RepositoryRecord } from '../repository.ts'
import type { EcrStore } from '../store.ts'
import { RegistryError } from './answers.ts'

/** One request about one repository, and all that is needed to answer it. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  readonly url: URL
  /** What the request carries, as it comes. */
  readonly body: AsyncIterable<unknown>
  readonly repository: RepositoryRecord
  readonly store: EcrStore
  /** An address that opens a blob's path without a password. */
  readonly linkTo: (path: string) => string
}

/** The whole body. Throws 413 when it is longer than `limit` bytes. */
export async function readBody(body: Exchange['body'], limit: number): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > limit) throw new RegistryError(413, 'SIZE_INVALID', `More than ${limit} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export const methodNotAllowed = (): RegistryError =>
  new RegistryError(405, 'UNSUPPORTED', 'The operation is unsupported')
