import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Node closes a connection that rests for five seconds, and on a busy machine just when its next request comes: the
 * client then sees ECONNRESET. Twenty pushes at once did, where the program had stood still for six seconds.
 */
const KEEP_ALIVE_MS = 3_600_000

/** A server on 127.0.0.1; `port` 0 takes a free one. Throws when the port is taken, naming it and `what` it is for. */
export async function openServer(
  what: string,
  handler: RequestListener,
  port = 0,
): Promise<Server> {
  const server = createServer(handler)
  server.keepAliveTimeout = KEEP_ALIVE_MS
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? portTaken(what, port, error) : error)
    })
    server.listen(port, '127.0.0.1', resolve)
  })
  return server
}

export const portOf = (server: Server): number => (server.address() as AddressInfo).port

/** Breaks the connections that are open; resolves when all are gone. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve()
    })
    server.closeAllConnections()
  })
}

const portTaken = (what: string, port: number, cause: Error): Error =>
  new Error(
    `Port ${port} of 127.0.0.1, for the ${what}, is in use. Give another one, or 0 for a free one.`,
    { cause },
  )
