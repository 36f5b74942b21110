import { ArmedFaults, type Count } from './armed.ts'
import { CodedError } from './errors.ts'

/** What happens to a call instead of, or after, what it asked for; for tests of what a client makes of it. */
export type Fault = Aim & (AnsweredError | AnsweredOtherwise | LostAnswer | ChangedAnswer)

/** Which calls a fault hits. */
interface Aim extends Count {
  readonly operation: string
  /** The SDK's service id; any service when not given. */
  readonly service?: string
}

/** An error is the answer, and the operation is not done. */
interface AnsweredError {
  readonly error: { readonly code: string; readonly message: string; readonly status?: number }
}

/** The operation is not done, and this is its answer: for what AWS says with a `200`, such as the `failures` of RunTask. */
export interface AnsweredOtherwise {
  readonly answer: object
}

/** The client learns nothing, so it cannot know whether the operation was done. */
export interface LostAnswer {
  /** What the client gets: nothing at all until it gives up, a broken connection, or `200` with a body that is no answer. */
  readonly lost: 'silence' | 'reset' | 'garbage'
  /** Whether the operation is done all the same; it is not when not given. */
  readonly done?: boolean
  /** The body of `garbage`. */
  readonly body?: string
}

/**
 * The operation is done, and its answer says something else: what AWS may say one day, or what it does not say here.
 * Only for tests in the same process; it looks on the wire like any answer.
 */
export interface ChangedAnswer {
  /** Gives the members of the answer; what it is given belongs to the endpoint, and is not to be changed itself. */
  change(answer: object): object
}

/** As a proxy on the way would answer: neither JSON nor XML nor CBOR. */
export const GARBAGE = 'upstream connect error or disconnect/reset before headers'

export class Faults {
  private readonly armed = new ArmedFaults<Fault>()

  add(fault: Fault): void {
    this.armed.add(fault)
  }

  clear(): void {
    this.armed.clear()
  }

  /** Counts the call. Throws when an error is due for it; gives what becomes of its answer when something else is due. */
  check(
    service: string,
    operation: string,
  ): LostAnswer | ChangedAnswer | AnsweredOtherwise | undefined {
    const fault = this.armed.due(
      (each) =>
        each.operation === operation && (each.service === undefined || each.service === service),
    )
    if (!fault || 'change' in fault || 'answer' in fault) return fault
    if ('lost' in fault) return { ...fault, body: fault.body ?? GARBAGE }
    throw new CodedError(fault.error.code, fault.error.message, fault.error.status)
  }
}
