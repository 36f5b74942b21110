/** One of the protocols that a cache service speaks. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Entries } from './entries.ts'

export type Operation = 'find' | 'download' | 'reserve' | 'upload' | 'finalise'

export interface Request {
  readonly operation: Operation
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** Where archives are: the beginning of their addresses. */
  readonly store: string
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** The part of the server below one path. */
export interface Service {
  readonly prefix: string
  readonly needsToken: boolean
  operationOf(method: string, path: string): Operation | undefined
  refuse(status: number, message: string): Answer
  answer(request: Request, entries: Entries, isTaken: boolean): Answer
}
