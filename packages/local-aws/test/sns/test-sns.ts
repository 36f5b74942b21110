import { SNS } from '@aws-sdk/client-sns'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { VirtualClock } from '../../src/clock/virtual-clock.ts'
import { createSns, type Sns } from '../../src/services/sns/sns.ts'
import { serve, type Served } from '../support/serve.ts'

export interface TestSns {
  readonly clock: VirtualClock
  readonly local: Sns
  /** A real client, over HTTP. */
  readonly client: SNS
  readonly served: Served
  close(): void
}

export async function testSns(): Promise<TestSns> {
  const clock = new VirtualClock()
  const place = { account: '123456789012', region: 'us-east-1' }
  let url = ''
  const local = createSns({ clock, place, endpoint: () => url })
  const served = await serve([local.service], clock)
  url = served.url
  const client = new SNS(served.client)
  return {
    clock,
    local,
    client,
    served,
    close: () => {
      client.destroy()
      local.close()
      served.close()
    },
  }
}

export interface Delivery {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly json: Readonly<Record<string, unknown>>
}

export interface Subscriber {
  readonly url: string
  readonly deliveries: Delivery[]
  /** What it answers with: the next ones in turn, then 200. */
  readonly statuses: number[]
  close(): void
}

/** A real HTTP endpoint that keeps what it gets. */
export async function subscriber(): Promise<Subscriber> {
  const deliveries: Delivery[] = []
  const statuses: number[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const isJson = body.startsWith('{')
      const json = isJson ? (JSON.parse(body) as Record<string, unknown>) : {}
      deliveries.push({ headers: request.headers, body, json })
      response.writeHead(statuses.shift() ?? 200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    deliveries,
    statuses,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
