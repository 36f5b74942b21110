/** What the load balancer answers without asking a target. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2'

const REASONS: Readonly<Record<number, string>> = {
  500: '500 Internal Server Error',
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
}

/** An error page of the load balancer's own. */
export function answerError(response: ServerResponse, status: number): void {
  const reason = REASONS[status] ?? String(status)
  response
    .writeHead(status, { server: 'awselb/2.0', 'content-type': 'text/html' })
    .end(
      `<html>\r\n<head><title>${reason}</title></head>\r\n<body>\r\n<center><h1>${reason}</h1></center>\r\n</body>\r\n</html>\r\n`,
    )
}

export function answerFixed(response: ServerResponse, action: Action): void {
  const config = action.FixedResponseConfig
  response
    .writeHead(Number(config?.StatusCode ?? 200), {
      server: 'awselb/2.0',
      'content-type': config?.ContentType ?? 'text/plain',
    })
    .end(config?.MessageBody ?? '')
}

/** Parts that a redirect does not set are those of the request, each as `#{name}`. */
export function answerRedirect(
  request: IncomingMessage,
  response: ServerResponse,
  action: Action,
): void {
  const { host, port } = hostAndPort(request)
  const { path, query } = pathAndQuery(request)
  const values: Readonly<Record<string, string>> = {
    protocol: 'HTTP',
    host,
    port,
    path: path.slice(1),
    query,
  }
  const fill = (text: string): string =>
    text.replace(/#\{(\w+)\}/g, (all, name: string) => values[name] ?? all)
  const config = action.RedirectConfig
  const toPort = fill(config?.Port ?? '#{port}')
  const toQuery = fill(config?.Query ?? '#{query}')
  const location = [
    `${fill(config?.Protocol ?? '#{protocol}').toLowerCase()}://`,
    fill(config?.Host ?? '#{host}'),
    `:${toPort}`,
    fill(config?.Path ?? '/#{path}'),
    toQuery === '' ? '' : `?${toQuery}`,
  ].join('')
  response
    .writeHead(config?.StatusCode === 'HTTP_301' ? 301 : 302, { server: 'awselb/2.0', location })
    .end()
}

/** From the request line, which may hold anything: it is not parsed as a URL. */
export function pathAndQuery(request: IncomingMessage): { path: string; query: string } {
  const url = request.url ?? '/'
  const mark = url.indexOf('?')
  return mark < 0
    ? { path: url, query: '' }
    : { path: url.slice(0, mark), query: url.slice(mark + 1) }
}

/** The host in lower case; the port is the one that the request came in by when the header names none. */
export function hostAndPort(request: IncomingMessage): { host: string; port: string } {
  const given = (request.headers.host ?? '').toLowerCase()
  const [, host = given, port] = /^(.*):(\d+)$/.exec(given) ?? []
  return { host, port: port ?? String(request.socket.localPort ?? 80) }
}
