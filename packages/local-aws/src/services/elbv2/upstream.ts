/** One try at getting a target's answer to a request. */
import {
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
  type ServerResponse,
} from 'node:http'
import { passedOn } from './headers.ts'

/**
 * How a try ended: `answered` — the client has the answer, or what there was of it; `refused` — no connection;
 * `stale` — a kept connection turned out to be closed; `broken` — the connection ended, or what came back was no
 * answer; `timed-out`; `abandoned` — the client left.
 */
export type Outcome = 'answered' | 'refused' | 'stale' | 'broken' | 'timed-out' | 'abandoned'

export interface Attempt {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly hasBody: boolean
  readonly options: RequestOptions
  /** Called when the head of the target's answer is there. */
  readonly onAnswer: (answer: IncomingMessage) => void
}

/**
 * Sends the request and streams the answer. Nothing is written to the client unless the target answers, so the caller
 * may answer itself, or try again, after every other outcome. Never rejects.
 */
export function attempt(given: Attempt): Promise<Outcome> {
  const { request, response, options } = given
  return new Promise((resolve) => {
    let outcome: Outcome | undefined
    let isConnected = false
    const upstream = httpRequest(options)
    const end = (how: Outcome): void => {
      outcome ??= how
      upstream.destroy()
    }
    const onClientGone = (): void => {
      if (!response.writableFinished) end('abandoned')
    }
    response.once('close', onClientGone)
    upstream.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => (isConnected = true))
      else isConnected = true
    })
    upstream.once('response', (answer) => {
      if (!isStatus(answer.statusCode)) {
        end('broken')
        return
      }
      outcome = 'answered'
      given.onAnswer(answer)
      response.writeHead(answer.statusCode, passedOn(answer.headers))
      answer.pipe(response)
      answer.once('close', () => {
        // Half an answer must not look like a whole one.
        if (!answer.complete) response.destroy()
      })
    })
    upstream.once('timeout', () => {
      end('timed-out')
    })
    upstream.on('error', () => {
      outcome ??= !isConnected ? 'refused' : upstream.reusedSocket ? 'stale' : 'broken'
    })
    upstream.once('close', () => {
      response.off('close', onClientGone)
      resolve(outcome ?? 'broken')
    })
    if (given.hasBody) request.pipe(upstream)
    else upstream.end()
  })
}

const isStatus = (status: number | undefined): status is number =>
  status !== undefined && status >= 200 && status <= 599
