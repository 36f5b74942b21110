import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { invalid } from './errors.ts'
import type { ListenerRecord } from './model.ts'
import { handle, type ProxyDeps } from './proxy.ts'
import { GroupTurns } from './routing.ts'

/** Where the servers of all listeners are. */
export const HOST = '127.0.0.1'

export interface OpenListener {
  readonly port: number
  close(): Promise<void>
}

/**
 * Opens the real server of a listener, on a free port unless one is given. `record` gives the listener as it is at the
 * time of each request. Rejects with a validation error when the port is taken.
 */
export async function openListener(
  deps: ProxyDeps,
  record: () => ListenerRecord | undefined,
  port = 0,
): Promise<OpenListener> {
  const turns = new GroupTurns()
  const server = createServer((request, response) => {
    const listener = record()
    if (!listener) {
      response.destroy()
      return
    }
    void deps.clock.track(handle(deps, turns, { listener, request, response }))
  })
  // The default of an Application Load Balancer's `client_keep_alive.seconds` is an hour. An upload may take its time.
  server.keepAliveTimeout = 3_600_000
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? invalid(`Port ${port} of this machine is taken`) : error)
    })
    server.listen(port, HOST, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}
