import { appendFileSync } from 'node:fs'
import type { LostAnswer } from './wire/faults.ts'

/** One call of a client, as it was understood. */
export interface CallRecord {
  /** The SDK's service id, for example `ECS`; `?` when the request named no service. */
  readonly service: string
  readonly operation: string
  readonly input: unknown
  /** AWS time, milliseconds since the epoch. */
  readonly at: number
  /** 0 when there was no answer. */
  readonly status: number
  /** The error's code. */
  readonly error?: string
  /** How a test made the client lose the answer. */
  readonly lost?: LostAnswer['lost']
  /** The stack trace of an error that was not meant to happen. */
  readonly stack?: string
  readonly wire: string
  readonly userAgent: string
}

/** Everything that clients called, in order, so that a test can assert what was and what was not. */
export class CallLog {
  private records: CallRecord[] = []
  private readonly file: string | undefined

  /** With `file`, each call is appended to it as one JSON line as well. Throws when it cannot be written. */
  constructor(file?: string) {
    this.file = file
    if (file !== undefined) appendFileSync(file, '')
  }

  add(record: CallRecord): void {
    this.records.push(record)
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify(record)}\n`)
  }

  entries(): readonly CallRecord[] {
    return this.records
  }

  count(operation: string): number {
    return this.records.filter((record) => record.operation === operation).length
  }

  clear(): void {
    this.records = []
  }
}
