import { request } from 'node:http'
import type { Clock } from '../../clock/clock.ts'
import type { Message, Subscription, Topic } from './model.ts'

/** SNS tries three times at once and then at growing pauses; here three tries, 20 seconds apart, are all. */
const TRIES = 3
const PAUSE_MS = 20_000

/** Posts a message, or without one the request to confirm the subscription, as SNS does to HTTP endpoints. */
export async function deliverByHttp(
  clock: Clock,
  topic: Topic,
  subscription: Subscription,
  message: Message | undefined,
): Promise<void> {
  const type = message ? 'Notification' : 'SubscriptionConfirmation'
  const envelope = {
    Type: type,
    MessageId: message?.id ?? subscription.token,
    TopicArn: topic.arn,
    Timestamp: new Date(message?.at ?? clock.now()).toISOString(),
    SignatureVersion: '1',
    ...(message
      ? { Subject: message.subject, Message: message.body }
      : {
          Token: subscription.token,
          Message: `You have chosen to subscribe to the topic ${topic.arn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
        }),
  }
  const body = message && subscription.isRaw ? message.body : JSON.stringify(envelope)
  const headers = {
    'content-type': 'text/plain; charset=UTF-8',
    'x-amz-sns-message-type': type,
    'x-amz-sns-message-id': envelope.MessageId,
    'x-amz-sns-topic-arn': topic.arn,
    ...(message ? { 'x-amz-sns-subscription-arn': subscription.arn } : {}),
    'user-agent': 'Amazon Simple Notification Service Agent',
  }
  for (let attempt = 1; ; attempt++) {
    const problem = await clock.track(post(subscription.endpoint, headers, body))
    if (problem === undefined) return
    if (attempt === TRIES) {
      subscription.failures.push(problem)
      return
    }
    await clock.sleep(PAUSE_MS)
  }
}

/** What went wrong, or nothing. */
function post(
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    try {
      const sent = request(url, { method: 'POST', headers, timeout: 5000 }, (response) => {
        response.resume()
        const status = response.statusCode ?? 0
        resolve(status >= 200 && status < 300 ? undefined : `HTTP ${status}`)
      })
      sent.once('timeout', () => sent.destroy(new Error('no answer within 5 seconds')))
      sent.once('error', (error) => {
        resolve(error.message)
      })
      sent.end(body)
    } catch (error) {
      resolve((error as Error).message)
    }
  })
}
