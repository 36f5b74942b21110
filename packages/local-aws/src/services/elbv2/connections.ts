import { Agent } from 'node:http'

/** The connections of the load balancer to one target. */
export class Connections {
  /** Kept and used again. A target may close one just as a request is sent over it. */
  readonly kept = new Agent({ keepAlive: true, maxFreeSockets: 64 })
  /** One request each, so that a request which must not be sent twice never meets a connection that is closing. */
  readonly fresh = new Agent({ keepAlive: false })
  isClosed = false

  /** Ends them all, those in use as well. */
  close(): void {
    this.isClosed = true
    this.kept.destroy()
    this.fresh.destroy()
  }
}
