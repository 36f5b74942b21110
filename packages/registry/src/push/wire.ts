/** Requests to a registry, over connections that are used again. */
import * as http from 'node:http'
import * as https from 'node:https'

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
}

/** What is written into a request, as fast as the registry takes it. */
export interface Body {
  /** Bytes. */
  readonly size: number
  /** Writes all of it, one piece after the other. A piece may be changed again when its promise has resolved. */
  readonly pour: (write: (piece: Uint8Array) => Promise<void>) => Promise<void>
}

export interface WireRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT'
  /** With its query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Body
}

/** The connection broke, or nothing came. */
export class WireError extends Error {
  override readonly name = 'WireError'
}

export interface WireOptions {
  /** With a port where it is not the usual one. */
  readonly host: string
  readonly signal: AbortSignal
  /** A connection on which nothing moves for so long is given up. Milliseconds. */
  readonly silence: number
}

/** Words are enough; a page of a proxy is long. Characters. */
const LONGEST_ANSWER = 64 * 1024

export class Wire {
  private readonly options: WireOptions
  private readonly agent: http.Agent
  private readonly open: typeof http.request

  constructor(options: WireOptions) {
    this.options = options
    const isPlain = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(options.host)
    const kept = { keepAlive: true }
    this.agent = isPlain ? new http.Agent(kept) : new https.Agent(kept)
    this.open = isPlain ? http.request : https.request
  }

  close(): void {
    this.agent.destroy()
  }

  /** Any status is an answer. Throws {@link WireError}, what the body throws, and the reason of the signal. */
  async send({ method, path, headers, body }: WireRequest): Promise<Answer> {
    const { host, signal, silence } = this.options
    signal.throwIfAborted()
    const { hostname, port } = new URL(`http://${host}`)
    const request = this.open({
      hostname: hostname.replace(/^\[|\]$/g, ''),
      ...(port !== '' && { port }),
      method,
      path,
      headers: { ...headers, ...(body && { 'content-length': body.size }) },
      agent: this.agent,
      signal,
      timeout: silence,
    })
    const answered = answerTo(request, silence)
    try {
      if (!body) {
        request.end()
        return await answered
      }
      const early = await Promise.race([answered, pour(body, request)])
      if (early) return early
      request.end()
      return await answered
    } catch (error) {
      signal.throwIfAborted()
      throw error
    } finally {
      // Of a request that was sent and answered whole, this leaves the connection as it is.
      if (!request.writableEnded) request.destroy()
    }
  }
}

function answerTo(request: http.ClientRequest, silence: number): Promise<Answer> {
  const answered = new Promise<Answer>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      reject(
        new WireError(error.message || (error.code ?? 'the connection broke'), { cause: error }),
      )
    }
    request.on('error', fail)
    request.once('timeout', () => {
      request.destroy(new Error(`nothing came for ${silence / 1000} s`))
    })
    request.once('response', (response) => {
      textOf(response).then((text) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
      }, fail)
    })
  })
  // Told to whoever waits for it; while the body is poured nobody may.
  answered.catch(() => undefined)
  return answered
}

async function textOf(response: http.IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    if (text.length < LONGEST_ANSWER) text += chunk
  }
  return text
}

/** Ends when the registry has been given all, or the request is over. */
async function pour(body: Body, request: http.ClientRequest): Promise<undefined> {
  let waiting: ((error: Error) => void) | undefined
  request.once('close', () => waiting?.(new WireError('the connection broke')))
  await body.pour(
    (piece) =>
      new Promise((resolve, reject) => {
        if (request.destroyed) {
          reject(new WireError('the connection broke'))
          return
        }
        waiting = reject
        request.write(piece, (error) => {
          if (error) reject(new WireError(error.message, { cause: error }))
          else resolve()
        })
      }),
  )
  return undefined
}
