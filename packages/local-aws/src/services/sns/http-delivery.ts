/** Posts to HTTP endpoints, with the retries of SNS's default delivery policy, in AWS time. */
import { request as requestHttp, type ClientRequest } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Clock } from '../../clock/clock.ts'
import type { Envelope } from './envelope.ts'
import type { Subscription } from './model.ts'

/** 'Up to three retries with a delay between failed attempts set at 20 seconds' (developer guide). */
const RETRIES = 3
const PAUSE_MS = 20_000
/** SNS waits 15 seconds for an answer. */
const TIMEOUT_MS = 15_000

interface Failure {
  readonly reason: string
  readonly isFinal: boolean
}

export class HttpDelivery {
  private readonly clock: Clock
  private readonly retries = new Set<() => void>()
  private isClosed = false

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** Never throws: what cannot be delivered is noted at the subscription. */
  deliver(subscription: Subscription, envelope: Envelope): void {
    this.attempt(subscription, envelope, RETRIES)
  }

  /** Gives up what waits for a retry. */
  close(): void {
    this.isClosed = true
    for (const cancel of this.retries) cancel()
    this.retries.clear()
  }

  private attempt(subscription: Subscription, envelope: Envelope, retriesLeft: number): void {
    const timeout = this.clock.wallMilliseconds(TIMEOUT_MS)
    const work = post(subscription.endpoint, envelope, timeout).then((failure) => {
      if (!failure || this.isClosed) return
      if (failure.isFinal || retriesLeft === 0) {
        subscription.failures.push({ messageId: envelope.messageId, reason: failure.reason })
        return
      }
      const cancel = this.clock.after(PAUSE_MS, () => {
        this.retries.delete(cancel)
        this.attempt(subscription, envelope, retriesLeft - 1)
      })
      this.retries.add(cancel)
    })
    void this.clock.track(work)
  }
}

/** What went wrong, or nothing. */
function post(
  url: string,
  { headers, body }: Envelope,
  timeout: number,
): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    const failed = (error: Error): void => {
      resolve({ reason: error.message, isFinal: false })
    }
    const options = { method: 'POST', headers, timeout }
    const request = url.startsWith('https:') ? requestHttps : requestHttp
    const sent: ClientRequest = request(url, options, (response) => {
      response.resume()
      resolve(judge(response.statusCode ?? 0))
    })
    sent.once('timeout', () => sent.destroy(new Error('The endpoint did not answer in time')))
    sent.once('error', failed)
    sent.end(body)
  })
}

/** Errors of the client's side are not tried again, too many requests are. */
function judge(status: number): Failure | undefined {
  if (status >= 200 && status < 300) return undefined
  return { reason: `HTTP ${status}`, isFinal: status >= 400 && status < 500 && status !== 429 }
}
