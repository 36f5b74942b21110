import { createServer } from 'node:http'

import { problemOf } from './http/problem.js'
import { answer } from './routes.js'

/** Longer than the 60 s for which a load balancer keeps an idle connection, so that it is never the one surprised. */
const KEEP_ALIVE_MILLISECONDS = 65_000

/**
 * @typedef {object} FinanceServer
 * @property {number} port
 * @property {(limitMilliseconds: number) => Promise<void>} stop takes no new connection, and waits for what is under way
 */

/**
 * @param {import('./routes.js').App} app
 * @param {import('./log.js').Log} log
 * @returns {Promise<FinanceServer>}
 */
export async function startServer(app, log) {
  let isStopping = false
  const server = createServer((request, response) => {
    void respond(app, request, log).then(({ status, headers, body }) => {
      // Read now and not before: the server may have begun to stop while the answer was made.
      if (isStopping) response.setHeader('connection', 'close')
      response.writeHead(status, headers)
      response.end(request.method === 'HEAD' ? undefined : body)
    })
  })
  server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS
  await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(app.settings.port, app.settings.host, () => resolve(undefined))
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : app.settings.port,
    stop: async (limitMilliseconds) => {
      isStopping = true
      const timer = setTimeout(() => server.closeAllConnections(), limitMilliseconds)
      await new Promise((resolve) => server.close(resolve))
      clearTimeout(timer)
    },
  }
}

/**
 * @param {import('./routes.js').App} app
 * @param {import('node:http').IncomingMessage} request
 * @param {import('./log.js').Log} log
 */
async function respond(app, request, log) {
  const began = performance.now()
  const given = await answer(app, request).catch((/** @type {unknown} */ error) => {
    const { status, code, message, headers } = problemOf(error)
    if (status === 500)
      log.error('a request failed', { error: String(error), stack: stackOf(error) })
    const problem = { status, code, detail: message }
    return {
      status,
      body: problem,
      headers: { 'content-type': 'application/problem+json', ...headers },
    }
  })
  log.debug('request', {
    method: request.method,
    path: request.url,
    status: given.status,
    milliseconds: Math.round(performance.now() - began),
  })
  const body = `${JSON.stringify(given.body)}\n`
  const length = String(Buffer.byteLength(body))
  const headers = { 'content-type': 'application/json', 'content-length': length, ...given.headers }
  return { status: given.status, headers, body }
}

/** @param {unknown} error */
const stackOf = (error) => (error instanceof Error ? error.stack : undefined)
