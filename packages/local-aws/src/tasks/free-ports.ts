import { createServer } from 'node:net'

/** Below Linux's and macOS's ephemeral ranges (32768 and 49152 up), so that no outgoing connection takes one. */
const FIRST_PORT = 10_000
const PORT_COUNT = 22_000

/**
 * Hands out TCP ports of 127.0.0.1 that nobody listens on. Each process starts somewhere else, so that two
 * endpoints on one machine rarely try the same port.
 */
export class FreePorts {
  private readonly taken = new Set<number>()
  private next = (process.pid * 131) % PORT_COUNT

  /** A port that a bind has just shown to be free, and that is not handed out again before `release`. */
  async take(): Promise<number> {
    for (let tries = 0; tries < PORT_COUNT; tries++) {
      const port = FIRST_PORT + this.next
      this.next = (this.next + 1) % PORT_COUNT
      if (this.taken.has(port)) continue
      this.taken.add(port)
      if (await canBind(port)) return port
      this.taken.delete(port)
    }
    throw new Error(`No port from ${FIRST_PORT} to ${FIRST_PORT + PORT_COUNT - 1} is free.`)
  }

  release(port: number): void {
    this.taken.delete(port)
  }
}

const canBind = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => {
      resolve(false)
    })
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => {
        resolve(true)
      })
    })
  })
