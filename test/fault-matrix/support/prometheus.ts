/** A Prometheus server as far as triggers need one; its queries are disturbed and written down like calls of AWS. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { USER_AGENT } from '../../../packages/aws/src/clients.ts'
import type { LocalAws } from '../../../packages/local-aws/src/local-aws.ts'

/** What its queries are called in the matrix. */
export const QUERY = 'PrometheusQuery'

export interface Prometheus {
  /** `http://127.0.0.1:9090` */
  readonly url: string
  /** From now on the bookings of this service fail. */
  failBookings(service: string): void
  close(): Promise<void>
}

/** Knows one metric: `failed_bookings{service="…"}`. */
export async function startPrometheus(aws: LocalAws): Promise<Prometheus> {
  const failsSince = new Map<string, number>()
  const server = createServer((request, response) => {
    void aws.clock.track(answer(aws, failsSince, request, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failBookings: (service) => void failsSince.set(service, aws.clock.now()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

async function answer(
  { calls, clock, faults }: LocalAws,
  failsSince: ReadonlyMap<string, number>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = new URLSearchParams(await text(request))
  const told = Object.fromEntries(form)
  const record = { service: 'Prometheus', operation: QUERY, input: told, at: clock.now() }
  const wire = { wire: 'prometheus', userAgent: USER_AGENT }
  try {
    const fault = faults.check('Prometheus', QUERY)
    const loss = fault && 'lost' in fault ? fault : undefined
    calls.add({ ...record, ...wire, status: 200, ...(loss && { lost: loss.lost }) })
    if (loss?.lost === 'silence') return
    if (loss?.lost === 'reset') request.socket.resetAndDestroy()
    else response.end(loss?.body ?? vector(valueAt(failsSince, told)))
  } catch (error) {
    const { name, message, status = 400 } = error as Error & { readonly status?: number }
    calls.add({ ...record, ...wire, status, error: name })
    response.writeHead(status).end(JSON.stringify({ status: 'error', error: message }))
  }
}

function valueAt(
  failsSince: ReadonlyMap<string, number>,
  { query = '', time = '0' }: Readonly<Record<string, string>>,
): number {
  const service = /service="([^"]+)"/.exec(query)?.[1] ?? ''
  return Number(time) * 1000 > (failsSince.get(service) ?? Infinity) ? 50 : 0
}

const vector = (value: number): string =>
  JSON.stringify({
    status: 'success',
    data: { resultType: 'vector', result: [{ metric: {}, value: [0, String(value)] }] },
  })
