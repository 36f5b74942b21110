/** The data plane: one real HTTP server per listener, which passes real requests on to real targets. */
import { randomBytes } from 'node:crypto'
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Action, RedirectActionConfig } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Clock } from '../../clock/clock.ts'
import {
  forwardsOf,
  type ElbState,
  type ListenerRecord,
  type TargetGroupRecord,
  type TargetRecord,
} from './model.ts'
import type { RequestMetrics } from './request-metrics.ts'
import { finalAction, nextGroup, nextTarget, ruleFor } from './routing.ts'

export interface OpenListener {
  readonly port: number
  close(): Promise<void>
}

export interface ProxyDeps {
  readonly state: ElbState
  readonly clock: Clock
  readonly metrics: RequestMetrics
}

/** Opens the server of a listener; `record` gives the listener as it is at the time of each request. */
export async function openListener(
  deps: ProxyDeps,
  record: () => ListenerRecord | undefined,
  port = 0,
): Promise<OpenListener> {
  const credits = new Map<string, number>()
  const server = createServer((request, response) => {
    const listener = record()
    const work = listener ? pass(deps, listener, credits, request, response) : Promise.resolve()
    if (!listener) response.destroy()
    void deps.clock.track(work)
  })
  // An Application Load Balancer keeps idle connections for 60 seconds by default.
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
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

async function pass(
  deps: ProxyDeps,
  listener: ListenerRecord,
  credits: Map<string, number>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const rule = ruleFor(listener, request)
  const action = rule && finalAction(rule)
  const balancer = listener.loadBalancer.dimension
  if (action?.Type === 'forward') {
    const chosen = nextGroup(forwardsOf(action), credits)
    const group = chosen && deps.state.targetGroups.get(chosen.arn)
    const target = group && nextTarget(group)
    deps.metrics.request(balancer, group?.dimension)
    if (!group || !target) {
      refuse(deps, balancer, response, 503)
      return
    }
    await forward(deps, balancer, group, target, request, response)
    return
  }
  deps.metrics.request(balancer, undefined)
  request.resume()
  if (action) answerDirectly(action, request, response)
  else refuse(deps, balancer, response, 500)
}

function answerDirectly(action: Action, request: IncomingMessage, response: ServerResponse): void {
  if (action.Type === 'fixed-response') {
    const {
      StatusCode = '200',
      ContentType = 'text/plain',
      MessageBody = '',
    } = action.FixedResponseConfig ?? {}
    response.writeHead(Number(StatusCode), { 'content-type': ContentType }).end(MessageBody)
    return
  }
  const config: Partial<RedirectActionConfig> = action.RedirectConfig ?? {}
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`)
  const values: Readonly<Record<string, string>> = {
    protocol: 'http',
    host: url.hostname,
    port: url.port,
    path: url.pathname.slice(1),
    query: url.search.slice(1),
  }
  const fill = (text: string): string =>
    text.replace(/#\{(\w+)\}/g, (_all, name: string) => values[name] ?? '')
  const { Protocol = '#{protocol}', Host = '#{host}', Port = '#{port}' } = config
  const { Path = '/#{path}', Query = '#{query}' } = config
  const query = fill(Query)
  const port = fill(Port) === '' ? '' : `:${fill(Port)}`
  const location = `${fill(Protocol).toLowerCase()}://${fill(Host)}${port}${fill(Path)}${query === '' ? '' : `?${query}`}`
  response.writeHead(config.StatusCode === 'HTTP_301' ? 301 : 302, { location }).end()
}

const REFUSALS: Readonly<Record<number, string>> = {
  500: '500 Internal Server Error',
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
}

function refuse(deps: ProxyDeps, balancer: string, response: ServerResponse, status: number): void {
  deps.metrics.refused(balancer, status)
  if (response.headersSent) {
    response.destroy()
    return
  }
  const text = REFUSALS[status] ?? String(status)
  response
    .writeHead(status, { server: 'awselb/2.0', 'content-type': 'text/html' })
    .end(
      `<html>\r\n<head><title>${text}</title></head>\r\n<body>\r\n<center><h1>${text}</h1></center>\r\n</body>\r\n</html>\r\n`,
    )
}

/** Connections to targets are kept and used again; the pool of a target is closed when it leaves. */
const pools = new WeakMap<TargetRecord, Agent>()

function poolOf(target: TargetRecord): Agent {
  let pool = pools.get(target)
  if (!pool) {
    pool = new Agent({ keepAlive: true, maxFreeSockets: 64 })
    pools.set(target, pool)
    target.cancel.add(() => pool?.destroy())
  }
  return pool
}

/** Hop-by-hop headers, which a proxy never passes on (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = new Set(
  'connection keep-alive proxy-connection te trailer transfer-encoding upgrade'.split(' '),
)
/** May be sent twice without harm, so that a kept connection which the target has just closed loses nothing. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS'])
const TIMEOUT_MS = 60_000

async function forward(
  deps: ProxyDeps,
  balancer: string,
  group: TargetGroupRecord,
  target: TargetRecord,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  target.inFlight++
  try {
    const isRepeatable =
      IDEMPOTENT.has(request.method ?? '') &&
      request.headers['content-length'] === undefined &&
      request.headers['transfer-encoding'] === undefined
    const first = await attempt(deps, balancer, group, target, request, response, isRepeatable)
    if (first !== 'stale') return
    await attempt(deps, balancer, group, target, request, response, false)
  } finally {
    target.inFlight--
  }
}

/** `stale`: a kept connection turned out to be closed and nothing was answered; try a fresh one. */
function attempt(
  deps: ProxyDeps,
  balancer: string,
  group: TargetGroupRecord,
  target: TargetRecord,
  request: IncomingMessage,
  response: ServerResponse,
  onKept: boolean,
): Promise<'done' | 'stale'> {
  const { clock, metrics } = deps
  const sentAt = clock.now()
  const options: RequestOptions = {
    host: target.target.dial.host,
    port: target.target.dial.port,
    method: request.method,
    path: request.url,
    headers: forwardedHeaders(request, clock.now()),
    agent: onKept ? poolOf(target) : false,
    timeout: TIMEOUT_MS,
  }
  return new Promise((resolve) => {
    const upstream = httpRequest(options, (answer) => {
      const declared = Number(answer.headers['x-virtual-latency-ms'] ?? 0)
      metrics.answered(
        balancer,
        group.dimension,
        answer.statusCode ?? 0,
        (clock.now() - sentAt + declared) / 1000,
      )
      response.writeHead(answer.statusCode ?? 502, withoutHopByHop(answer.headers))
      answer.pipe(response)
      answer.once('close', () => {
        if (!answer.complete) response.destroy()
        resolve('done')
      })
    })
    upstream.once('timeout', () => {
      refuse(deps, balancer, response, 504)
      upstream.destroy()
      resolve('done')
    })
    upstream.once('error', () => {
      if (upstream.reusedSocket && !response.headersSent) {
        resolve('stale')
        return
      }
      if (!response.writableEnded) {
        metrics.connectionError(balancer, group.dimension)
        refuse(deps, balancer, response, 502)
      }
      resolve('done')
    })
    response.once('close', () => {
      if (!response.writableFinished) upstream.destroy()
    })
    if (onKept) upstream.end()
    else request.pipe(upstream)
  })
}

function forwardedHeaders(request: IncomingMessage, now: number): OutgoingHttpHeaders {
  const from = request.socket.remoteAddress ?? ''
  const before = request.headers['x-forwarded-for']
  return {
    ...withoutHopByHop(request.headers),
    'x-forwarded-for': before === undefined ? from : `${String(before)}, ${from}`,
    'x-forwarded-proto': 'http',
    'x-forwarded-port': String(request.socket.localPort ?? 80),
    'x-amzn-trace-id':
      request.headers['x-amzn-trace-id'] ??
      `Root=1-${Math.floor(now / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
    // Not of AWS: tells programs under virtual time what time it is.
    'x-local-aws-now': String(now),
  }
}

const withoutHopByHop = (
  headers: OutgoingHttpHeaders | IncomingMessage['headers'],
): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)))
