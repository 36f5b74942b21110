import { Agent } from 'node:http'

/** The connections of the load balancer to one target. */
export class Connections {
  /** Kept and used again. A target may close one just as a request is sent over it. */
  readonly kept = new Agent({ keepAlive: true, maxFreeSockets: 64 })
  /** One request each, so that a request which must not be sent twice never meets a connection that is closing. */
  readonly fresh = new Agent({ keepAlive: false })
  isClosed = false
  private inFlight = 0
  private onIdle: (() => void) | undefined

  get isIdle(): boolean {
    return this.inFlight === 0
  }

  /** Counts `work` as a request on its way until it is settled. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.inFlight++
    try {
      return await work()
    } finally {
      this.inFlight--
      if (this.isIdle) this.onIdle?.()
    }
  }

  /** Calls `then` when the last request on its way has been answered, unless the connections are closed first. */
  whenIdle(then: () => void): void {
    this.onIdle = then
  }

  /** Ends them all, those in use as well. */
  close(): void {
    this.isClosed = true
    this.onIdle = undefined
    this.kept.destroy()
    this.fresh.destroy()
  }
}
