/** How many of the calls that a fault could hit it really hits. */
export interface Count {
  /** How many calls it hits; all of them when not given. */
  readonly times?: number
  /** How many calls pass before the first that it hits. */
  readonly after?: number
}

interface Armed<Fault> {
  readonly fault: Fault
  seen: number
}

/** Faults that wait for their calls, in the order they were added. */
export class ArmedFaults<Fault extends Count> {
  private armed: Armed<Fault>[] = []

  add(fault: Fault): void {
    this.armed.push({ fault, seen: 0 })
  }

  clear(): void {
    this.armed = []
  }

  /** Counts a call for each fault that `aims` at it, until one is due, and gives that. */
  due(aims: (fault: Fault) => boolean): Fault | undefined {
    for (const armed of this.armed) {
      const { fault } = armed
      if (!aims(fault)) continue
      const number = armed.seen++
      const first = fault.after ?? 0
      if (number >= first && number < first + (fault.times ?? Infinity)) return fault
    }
    return undefined
  }
}
