import { Agent } from 'node:http'
import { request } from './request.ts'

export interface TrafficCount {
  readonly served: number
  readonly failed: number
  /** What went wrong, and how often. */
  readonly failures: Readonly<Record<string, number>>
}

/** Steady requests to one address, as users would send them; every answer below 500 counts as served. */
export class Traffic {
  private readonly url: string
  private readonly perSecond: number
  private readonly onAnswer: (text: string) => void
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 })
  private readonly pending = new Set<Promise<void>>()
  private timer: NodeJS.Timeout | undefined
  private served = 0
  private failed = 0
  private failures: Record<string, number> = {}

  /** `onAnswer` gets the text of everything that was served. */
  constructor(url: string, perSecond: number, onAnswer: (text: string) => void = () => undefined) {
    this.url = url
    this.perSecond = perSecond
    this.onAnswer = onAnswer
  }

  start(): void {
    const startedAt = performance.now()
    let sent = 0
    // A timer may be late on a busy machine; the missed requests are made up for, so that the rate holds.
    this.timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedAt) / 1000) * this.perSecond)
      for (; sent < due; sent++) this.send()
    }, 10)
  }

  /** What was served and failed since the last call. */
  count(): TrafficCount {
    const count = { served: this.served, failed: this.failed, failures: this.failures }
    this.served = 0
    this.failed = 0
    this.failures = {}
    return count
  }

  /** Sends no more, and resolves when everything that was sent is answered. */
  async stop(): Promise<void> {
    clearInterval(this.timer)
    await Promise.all(this.pending)
    this.agent.destroy()
  }

  private send(): void {
    const request = this.once().finally(() => this.pending.delete(request))
    this.pending.add(request)
  }

  private async once(): Promise<void> {
    const answer = await request(this.url, this.agent)
    if ('text' in answer) {
      this.served++
      this.onAnswer(answer.text)
    } else {
      this.failed++
      this.failures[answer.failure] = (this.failures[answer.failure] ?? 0) + 1
    }
  }
}
