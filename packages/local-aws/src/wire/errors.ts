/** The errors that the wire itself answers with; those of the services are the SDK's own exception classes. */
import type { Call } from './request.ts'

/** What is known of a call that could not be read as a whole: enough to answer in its own protocol. */
export type PartOfCall = Partial<Omit<Call, 'input'>>

/** No service here has that operation, or nobody has written it yet. */
export class UnknownOperationException extends Error {
  override readonly name = 'UnknownOperationException'
  readonly $fault = 'client'
  readonly call: PartOfCall

  constructor(message: string, call: PartOfCall = {}) {
    super(message)
    this.call = call
  }
}

/** The body is not what the operation's schema says. */
export class SerializationException extends Error {
  override readonly name = 'SerializationException'
  readonly $fault = 'client'
  readonly call: PartOfCall

  constructor(call: PartOfCall, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.call = call
  }
}

/** An error of AWS by its code, where the SDK has no class for it (throttling, access denied, validation). */
export class CodedError extends Error {
  readonly $fault: 'client' | 'server'
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.name = code
    this.status = status
    this.$fault = status >= 500 ? 'server' : 'client'
  }
}
