/** An AWS JSON endpoint that answers what a test says: for pages and failures that the local endpoint does not have. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

export interface SeenRequest {
  /** `ListTasks` */
  readonly operation: string
  readonly body: Readonly<Record<string, unknown>>
  readonly userAgent: string
  /** The region that the signature is for. */
  readonly region: string
}

export interface ScriptedEndpoint {
  readonly url: string
  readonly seen: readonly SeenRequest[]
  close(): Promise<void>
}

/** `answer` gives the body; `{ __type }` in it makes it an error of status 400. */
export async function startScriptedEndpoint(
  answer: (request: SeenRequest) => object,
): Promise<ScriptedEndpoint> {
  const seen: SeenRequest[] = []
  const server = createServer((incoming, response) => {
    void (async () => {
      const { headers } = incoming
      const request: SeenRequest = {
        operation: String(headers['x-amz-target']).replace(/^.*\./, ''),
        body: (await json(incoming)) as Record<string, unknown>,
        userAgent: headers['user-agent'] ?? '',
        region: /Credential=[^/]+\/\d+\/([^/]+)/.exec(headers.authorization ?? '')?.[1] ?? '',
      }
      seen.push(request)
      const body = answer(request)
      response.writeHead('__type' in body ? 400 : 200, {
        'content-type': 'application/x-amz-json-1.1',
      })
      response.end(JSON.stringify(body))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
