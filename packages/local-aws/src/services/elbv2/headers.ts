/** Headers on their way through the load balancer. */
import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http'

/** Hop-by-hop headers, which a proxy never passes on (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = new Set(
  'connection keep-alive proxy-connection te trailer transfer-encoding upgrade'.split(' '),
)

/** Without the hop-by-hop headers and those that `Connection` names. */
export function passedOn(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = headers.connection?.toLowerCase().split(/\s*,\s*/) ?? []
  const passed: OutgoingHttpHeaders = {}
  for (const name in headers) {
    if (!HOP_BY_HOP.has(name) && !named.includes(name)) passed[name] = headers[name]
  }
  return passed
}

/**
 * What a target gets of a request. `X-Forwarded-Port` is the port that the client really used, not the one that the
 * listener has in the API. `now`: milliseconds of AWS time.
 */
export function requestHeaders(request: IncomingMessage, now: number): OutgoingHttpHeaders {
  const { headers, socket } = request
  const from = socket.remoteAddress ?? ''
  const before = headers['x-forwarded-for']
  const passed: OutgoingHttpHeaders = {
    ...passedOn(headers),
    'x-forwarded-for': before === undefined ? from : `${String(before)}, ${from}`,
    'x-forwarded-proto': 'http',
    'x-forwarded-port': String(socket.localPort ?? 80),
    'x-amzn-trace-id': traceId(headers['x-amzn-trace-id'], now),
    // Not of AWS: tells programs under virtual time what time it is.
    'x-local-aws-now': String(now),
  }
  // node:http would not frame the body of every method by itself.
  if (headers['transfer-encoding'] !== undefined) passed['transfer-encoding'] = 'chunked'
  return passed
}

/**
 * A request without the header gets a `Root`; one that has a `Root` gets a `Self`; one that has other fields keeps them
 * and gets a `Root` (Application Load Balancer guide, 'Request tracing').
 */
function traceId(given: string | string[] | undefined, now: number): string {
  const own = `1-${Math.floor(now / 1000).toString(16)}-${randomBytes(12).toString('hex')}`
  if (given === undefined) return `Root=${own}`
  const text = String(given)
  return text.includes('Root=') ? `Self=${own};${text}` : `Root=${own};${text}`
}
