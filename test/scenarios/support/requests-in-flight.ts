import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import type { VirtualClock } from '../../../packages/local-aws/src/clock/virtual-clock.ts'

/** Node tells of every request of its HTTP client here, when it is sent (Node.js documentation, 'Diagnostics Channel'). */
const SENT = 'http.client.request.start'

/**
 * Keeps the clock from moving while a request to AWS is on its way. A program that does several things at a time may
 * sleep in one of them while it waits for an answer in another. Gives what ends it.
 */
export function holdForRequests(clock: VirtualClock, endpoint: string): () => void {
  const { host } = new URL(endpoint)
  const onSent = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest }
    if (request.getHeader('host') !== host) return
    void clock.track(
      new Promise<void>((resolve) => {
        request.once('close', resolve)
      }),
    )
  }
  subscribe(SENT, onSent)
  return () => unsubscribe(SENT, onSent)
}
