/** Lets at most `limit` of what it is given run at the same time; the others wait in the order in which they came. */
export class Limiter {
  private readonly limit: number
  private running = 0
  private readonly waiting: (() => void)[] = []

  constructor(limit: number) {
    this.limit = limit
  }

  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.running >= this.limit) {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve)
      })
    } else {
      this.running++
    }
    try {
      return await work()
    } finally {
      // The place goes to the next one in line.
      const next = this.waiting.shift()
      if (next) next()
      else this.running--
    }
  }
}
