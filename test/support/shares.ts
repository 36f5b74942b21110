import { Agent } from 'node:http'
import { request } from './request.ts'

/** So many requests are under way at once, and all of them are answered before the weights are read again. */
const BATCH = 100
/** So many requests of each share that lies between none and all are sent as fast as they are answered. */
const ENOUGH = 2000
/** On the wall, between two batches when there is no hurry. */
const PAUSE = 1000

export interface Share {
  readonly requests: number
  /** Percent of them, by version. */
  readonly served: Readonly<Record<string, number>>
}

/**
 * Which version really serves users while the listener rule has which weight. Requests go in batches, with the weight
 * read before and after each: a batch in which it changed belongs to no weight, so that what is counted is exact,
 * however busy the machine is.
 */
export class Shares {
  /** Of all batches, by what went wrong. */
  readonly failures: Record<string, number> = {}
  private readonly url: string
  private readonly seen = new Set<number>()
  private readonly weight: () => Promise<number>
  private readonly counts = new Map<number, Map<string, number>>()
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 20 })
  private isOver = false
  private ended = Promise.resolve()

  /** `weight` gives the percent that the listener rule sends to the new revision. */
  constructor(url: string, weight: () => Promise<number>) {
    this.url = url
    this.weight = weight
  }

  start(): void {
    this.ended = this.measure()
    // Whoever stops it is told. Until then a rejection that nobody handles would end the process.
    this.ended.catch(() => undefined)
  }

  /** Rejects when a weight could not be read. */
  async stop(): Promise<void> {
    this.isOver = true
    await this.ended
    this.agent.destroy()
  }

  /** Every weight that was read, rising; a short one may have no requests to it. */
  get weights(): readonly number[] {
    return [...this.seen].sort((a, b) => a - b)
  }

  at(weight: number): Share {
    const counts = [...(this.counts.get(weight) ?? [])]
    const requests = counts.reduce((sum, [, count]) => sum + count, 0)
    const percents = counts.map(([version, count]) => [version, (100 * count) / requests])
    return { requests, served: Object.fromEntries(percents) as Record<string, number> }
  }

  private async measure(): Promise<void> {
    let before = await this.read()
    while (!this.isOver) {
      const versions = await this.sendBatch()
      const after = await this.read()
      if (before === after) this.count(after, versions)
      before = after
      const isShared = after > 0 && after < 100
      const isUrgent = isShared && this.at(after).requests < ENOUGH
      if (!isUrgent) await new Promise((resolve) => setTimeout(resolve, PAUSE))
    }
  }

  private async read(): Promise<number> {
    const weight = await this.weight()
    this.seen.add(weight)
    return weight
  }

  private async sendBatch(): Promise<readonly string[]> {
    const sent = Array.from({ length: BATCH }, () => request(this.url, this.agent))
    const answers = await Promise.all(sent)
    for (const answer of answers) {
      if ('failure' in answer) {
        this.failures[answer.failure] = (this.failures[answer.failure] ?? 0) + 1
      }
    }
    return answers.flatMap((answer) => ('text' in answer ? answer.text : []))
  }

  private count(weight: number, versions: readonly string[]): void {
    const counts = this.counts.get(weight) ?? new Map<string, number>()
    this.counts.set(weight, counts)
    for (const version of versions) counts.set(version, (counts.get(version) ?? 0) + 1)
  }
}
