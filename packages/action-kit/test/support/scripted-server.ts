/** A server on this machine that answers what a test says: it stands for Slack, a webhook and GitHub. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** `hang`: never an answer. `reset`: the connection is closed without one. `stall`: an answer whose body never ends. */
export type Answer =
  | 'hang'
  | 'reset'
  | 'stall'
  | {
      readonly status: number
      readonly body?: string | object
      readonly headers?: Readonly<Record<string, string>>
    }

export interface ScriptedServer {
  readonly url: string
  readonly host: string
  readonly seen: readonly Seen[]
  close(): Promise<void>
}

/** One answer for each request, in order; the last one is for all that follow. */
export async function startServer(
  answers: readonly Answer[] | ((seen: Seen) => Answer),
): Promise<ScriptedServer> {
  const seen: Seen[] = []
  const next = (request: Seen): Answer =>
    typeof answers === 'function'
      ? answers(request)
      : (answers[seen.length - 1] ?? answers.at(-1) ?? 'hang')
  const server = createServer((incoming, response) => {
    void text(incoming).then((body) => {
      const { method = '', url: path = '', headers } = incoming
      const request = { method, path, headers, body }
      seen.push(request)
      const answer = next(request)
      if (answer === 'hang') return
      if (answer === 'reset') {
        incoming.socket.destroy()
        return
      }
      if (answer === 'stall') {
        response.writeHead(500)
        response.write('wait')
        return
      }
      const isText = typeof answer.body !== 'object'
      response.writeHead(answer.status, {
        'content-type': isText ? 'text/plain' : 'application/json; charset=utf-8',
        ...answer.headers,
      })
      response.end(isText ? (answer.body ?? '') : JSON.stringify(answer.body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    seen,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export interface TestClock {
  now(): number
  sleep(ms: number): Promise<void>
  /** Every pause, in milliseconds. */
  readonly pauses: readonly number[]
}

/** A clock on which no pause takes time. */
export function testClock(start = 0): TestClock {
  const pauses: number[] = []
  let now = start
  return {
    now: () => now,
    sleep: (ms) => {
      pauses.push(ms)
      now += ms
      return Promise.resolve()
    },
    pauses,
  }
}
