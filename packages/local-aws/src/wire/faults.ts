import { CodedError } from './errors.ts'

/** What happens to a call instead of, or after, what it asked for; for tests of what a client makes of it. */
export type Fault = Aim & (AnsweredError | LostAnswer | ChangedAnswer)

/** Which calls a fault hits. */
interface Aim {
  readonly operation: string
  /** The SDK's service id; any service when not given. */
  readonly service?: string
  /** How many calls it hits; all of them when not given. */
  readonly times?: number
  /** How many calls pass before the first that it hits. */
  readonly after?: number
}

/** An error is the answer, and the operation is not done. */
interface AnsweredError {
  readonly error: { readonly code: string; readonly message: string; readonly status?: number }
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
const GARBAGE = 'upstream connect error or disconnect/reset before headers'

interface Armed {
  readonly fault: Fault
  seen: number
}

export class Faults {
  private armed: Armed[] = []

  add(fault: Fault): void {
    this.armed.push({ fault, seen: 0 })
  }

  clear(): void {
    this.armed = []
  }

  /** Counts the call. Throws when an error is due for it; gives how its answer is lost or changed when that is due. */
  check(service: string, operation: string): LostAnswer | ChangedAnswer | undefined {
    for (const armed of this.armed) {
      const { fault } = armed
      if (fault.operation !== operation) continue
      if (fault.service !== undefined && fault.service !== service) continue
      const number = armed.seen++
      const first = fault.after ?? 0
      const isDue = number >= first && number < first + (fault.times ?? Infinity)
      if (!isDue) continue
      if ('change' in fault) return fault
      if ('lost' in fault) return { ...fault, body: fault.body ?? GARBAGE }
      throw new CodedError(fault.error.code, fault.error.message, fault.error.status)
    }
    return undefined
  }
}
