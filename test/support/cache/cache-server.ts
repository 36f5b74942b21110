/**
 * GitHub's cache service on this machine, as @actions/cache 6.3 asks it: the service of today (`twirp.ts`, with the
 * archive in a blob store), and the one of a GitHub Enterprise Server (`artifact-cache.ts`). Entries have no scope here:
 * GitHub's also belong to a branch.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { artifactCache } from './artifact-cache.ts'
import { blobs } from './blobs.ts'
import { Entries } from './entries.ts'
import type { Answer, Operation, Request, Service } from './service.ts'
import { twirp } from './twirp.ts'

/** For `createFolderCache`: a program that is nothing but the process of a cache. */
export const CACHE_PROGRAM = fileURLToPath(new URL('process.ts', import.meta.url))

/**
 * `hang`: never an answer. `cut`: the connection ends in the middle of the body. `garbage`: the body is not what was
 * uploaded. `taken`: another job was faster.
 */
export type Failure = { readonly status: number } | 'hang' | 'cut' | 'garbage' | 'taken'

export interface Fault {
  readonly on: Operation
  readonly what: Failure
  /** So many requests; all of them when not given. */
  readonly times?: number
  /** With a status. */
  readonly says?: string
}

/**
 * `azure`: v2, with the archive at a host of Azure, as github.com has it: the library reads it in another way then. This
 * server is its proxy.
 */
export type Protocol = 'v1' | 'v2' | 'azure'

export interface CacheServer {
  readonly entries: Entries
  /** What was asked, in order. */
  readonly asked: readonly Operation[]
  /** What the runner would set for the steps of a job. */
  environment(protocol: Protocol): Readonly<Record<string, string>>
  fail(fault: Fault): void
  /** No fault any more. */
  heal(): void
  /** Resolves when the operation is asked for the next time. */
  next(operation: Operation): Promise<void>
  close(): Promise<void>
}

export async function startCacheServer(token = 'the-token-of-this-job'): Promise<CacheServer> {
  const entries = new Entries()
  const asked: Operation[] = []
  let faults: Fault[] = []
  let waiting: { readonly operation: Operation; readonly resolve: () => void }[] = []

  const takeFault = (operation: Operation): Fault | undefined => {
    const fault = faults.find(({ on }) => on === operation)
    if (!fault) return undefined
    faults = faults.filter((each) => each !== fault)
    const left = (fault.times ?? Infinity) - 1
    if (left > 0) faults.push({ ...fault, times: left })
    return fault
  }

  // Where archives are said to be, if not here.
  let store: string | undefined

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', headers } = incoming
    // A proxy is given a whole address.
    const url = new URL(incoming.url ?? '', here())
    const body = await buffer(incoming)
    const service = SERVICES.find(({ prefix }) => url.pathname.startsWith(prefix))
    const operation = service?.operationOf(method, url.pathname)
    if (!service || !operation) {
      send(response, { status: 501, body: `This server does not know ${method} ${url.pathname}.` })
      return
    }
    asked.push(operation)
    for (const each of waiting) if (each.operation === operation) each.resolve()
    waiting = waiting.filter((each) => each.operation !== operation)

    const { what: failure, says = 'refused by this test' } = takeFault(operation) ?? {}
    if (failure === 'hang') return
    const isKnown = !service.needsToken || headers.authorization === `Bearer ${token}`
    const status = typeof failure === 'object' ? failure.status : isKnown ? undefined : 401
    if (status !== undefined) {
      send(response, service.refuse(status, says))
      return
    }
    const request: Request = { operation, url, headers, body, store: store ?? here() }
    const given = service.answer(request, entries, failure === 'taken')
    if (failure === 'cut') cut(response, given)
    else send(response, failure === 'garbage' ? { ...given, body: garbage(given) } : given)
  }

  const here = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const server = createServer((incoming, response) => void answer(incoming, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = here()
  return {
    entries,
    asked,
    environment(protocol) {
      store = protocol === 'azure' ? 'http://actions.blob.core.windows.net' : undefined
      return {
        ACTIONS_RUNTIME_TOKEN: token,
        ACTIONS_RESULTS_URL: `${url}/`,
        ...(protocol === 'v1'
          ? { ACTIONS_CACHE_URL: `${url}/` }
          : { ACTIONS_CACHE_SERVICE_V2: 'True' }),
        ...(protocol === 'azure' && { http_proxy: url, no_proxy: '127.0.0.1' }),
      }
    },
    fail: (fault) => {
      faults.push(fault)
    },
    heal: () => {
      faults = []
    },
    next: (operation) =>
      new Promise((resolve) => {
        waiting.push({ operation, resolve })
      }),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const SERVICES: readonly Service[] = [twirp, artifactCache, blobs]

function send(response: ServerResponse, { status, headers = {}, body = '' }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  // Node leaves the body away where the question was HEAD.
  response.end(body)
}

function cut(response: ServerResponse, { status, headers = {}, body = '' }: Answer): void {
  const whole = Buffer.from(body)
  response.writeHead(status, { ...headers, 'content-length': whole.length })
  response.write(whole.subarray(0, whole.length / 2), () => response.destroy())
}

const garbage = ({ body = '' }: Answer): Buffer =>
  Buffer.alloc(Buffer.byteLength(body), 'no archive ')
