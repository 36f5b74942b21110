import { CodedError } from './errors.ts'

/** An error to answer with instead of doing what was asked; for tests of what a client makes of it. */
export interface Fault {
  readonly operation: string
  /** The SDK's service id; any service when not given. */
  readonly service?: string
  readonly error: { readonly code: string; readonly message: string; readonly status?: number }
  /** How many calls it hits; all of them when not given. */
  readonly times?: number
  /** How many calls pass before the first that it hits. */
  readonly after?: number
}

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

  /** Counts the call, and throws when a fault is due for it. */
  check(service: string, operation: string): void {
    for (const armed of this.armed) {
      const { fault } = armed
      if (fault.operation !== operation) continue
      if (fault.service !== undefined && fault.service !== service) continue
      const number = armed.seen++
      const first = fault.after ?? 0
      const isDue = number >= first && number < first + (fault.times ?? Infinity)
      if (isDue) throw new CodedError(fault.error.code, fault.error.message, fault.error.status)
    }
  }
}
