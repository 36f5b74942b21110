/** A server of somebody else (Slack, a webhook, GitHub) on this machine, which keeps what it was sent. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** The body, when it is JSON; else `undefined`. */
  readonly body: unknown
}

/** A status and a body; `hang` answers nothing until the server is closed. */
export type Answer = 'hang' | { readonly status: number; readonly body?: unknown }

export interface ListeningServer {
  /** `http://127.0.0.1:12345` */
  readonly url: string
  /** What came, in order. */
  readonly sent: readonly Sent[]
  /** Resolves when so many have come. */
  arrived(count: number): Promise<void>
  close(): Promise<void>
}

export async function listen(answer: (sent: Sent) => Answer): Promise<ListeningServer> {
  const sent: Sent[] = []
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url: path = '', headers } = request
      const one: Sent = { method, path, headers, body: parsed(body) }
      sent.push(one)
      for (const { count, resolve } of waiting) if (sent.length >= count) resolve()
      const said = answer(one)
      if (said === 'hang') return
      response.writeHead(said.status, { 'content-type': 'application/json' })
      response.end(typeof said.body === 'string' ? said.body : JSON.stringify(said.body ?? {}))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    arrived: (count) =>
      new Promise((resolve) => {
        if (sent.length >= count) resolve()
        else waiting.push({ count, resolve })
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
