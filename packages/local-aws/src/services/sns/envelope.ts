/** What SNS posts to HTTP endpoints ('Parsing message formats', developer guide). Nothing is signed. */
import type { Place } from '../../parts.ts'
import type { Message, Subscription, Topic } from './model.ts'

export interface Envelope {
  readonly messageId: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Where the links of a message lead. */
export interface Links {
  readonly place: Place
  /** For example `http://127.0.0.1:4566`. */
  readonly endpoint: string
}

const VERSION = '2010-03-31'

export function notification(
  links: Links,
  topic: Topic,
  subscription: Subscription,
  message: Message,
): Envelope {
  const text = message.bodyFor[subscription.protocol] ?? message.body
  const isRaw = subscription.attributes['RawMessageDelivery'] === 'true'
  const attributes = Object.entries(message.attributes)
  const body = isRaw
    ? text
    : JSON.stringify({
        Type: 'Notification',
        MessageId: message.id,
        TopicArn: topic.arn,
        Subject: message.subject,
        Message: text,
        Timestamp: new Date(message.at).toISOString(),
        ...signature(links),
        UnsubscribeURL: link(links, { Action: 'Unsubscribe', SubscriptionArn: subscription.arn }),
        ...(attributes.length > 0
          ? { MessageAttributes: Object.fromEntries(attributes.map(shownAttribute)) }
          : {}),
      })
  const headers = {
    ...headersOf('Notification', message.id, topic),
    'x-amz-sns-subscription-arn': subscription.arn,
    ...(isRaw ? { 'x-amz-sns-rawdelivery': 'true' } : {}),
  }
  return { messageId: message.id, headers, body }
}

export function confirmationRequest(
  links: Links,
  topic: Topic,
  subscription: Subscription,
  message: { readonly id: string; readonly at: number },
): Envelope {
  const { token: Token } = subscription
  const body = JSON.stringify({
    Type: 'SubscriptionConfirmation',
    MessageId: message.id,
    Token,
    TopicArn: topic.arn,
    Message: `You have chosen to subscribe to the topic ${topic.arn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: link(links, { Action: 'ConfirmSubscription', TopicArn: topic.arn, Token }),
    Timestamp: new Date(message.at).toISOString(),
    ...signature(links),
  })
  const headers = headersOf('SubscriptionConfirmation', message.id, topic)
  return { messageId: message.id, headers, body }
}

const headersOf = (type: string, messageId: string, topic: Topic): Record<string, string> => ({
  'content-type': 'text/plain; charset=UTF-8',
  'user-agent': 'Amazon Simple Notification Service Agent',
  'x-amz-sns-message-type': type,
  'x-amz-sns-message-id': messageId,
  'x-amz-sns-topic-arn': topic.arn,
})

/** A query request; AWS's own links leave the version out. */
const link = ({ endpoint }: Links, query: Readonly<Record<string, string>>): string =>
  `${endpoint}/?${new URLSearchParams({ ...query, Version: VERSION }).toString()}`

const signature = ({ place }: Links): object => ({
  SignatureVersion: '1',
  Signature: 'EXAMPLE',
  SigningCertURL: `https://sns.${place.region}.amazonaws.com/SimpleNotificationService-EXAMPLE.pem`,
})

function shownAttribute([name, value]: [string, Message['attributes'][string]]): [string, object] {
  const { DataType, StringValue, BinaryValue } = value
  const text = BinaryValue ? Buffer.from(BinaryValue).toString('base64') : StringValue
  return [name, { Type: DataType, Value: text }]
}
