import type * as sdk from '@aws-sdk/client-sns'
import {
  BatchEntryIdsNotDistinctException,
  EmptyBatchRequestException,
  TooManyEntriesInBatchRequestException,
} from '@aws-sdk/client-sns'
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../clock/clock.ts'
import type { Handlers } from '../../wire/service.ts'
import { notification, type Links } from './envelope.ts'
import type { HttpDelivery } from './http-delivery.ts'
import { invalidParameter, type Message, type Topic, type TopicList } from './model.ts'

/** API_Publish, API_PublishBatch; the inbox is the endpoint's own. */
const MOST = { subject: 99, bytes: 256 * 1024, entries: 10, inbox: 1000 }

export interface PublishInput {
  readonly Message?: string | undefined
  readonly Subject?: string | undefined
  readonly MessageStructure?: string | undefined
  readonly MessageAttributes?: Record<string, sdk.MessageAttributeValue> | undefined
}

export class Publisher {
  private readonly clock: Clock
  private readonly links: () => Links
  private readonly http: HttpDelivery

  constructor(deps: { clock: Clock; links: () => Links; http: HttpDelivery }) {
    this.clock = deps.clock
    this.links = deps.links
    this.http = deps.http
  }

  /** Gives the message's id. Throws InvalidParameterException. */
  publish(topic: Topic, input: PublishInput): string {
    const message: Message = {
      id: randomUUID(),
      at: this.clock.now(),
      subject: input.Subject,
      attributes: input.MessageAttributes ?? {},
      ...bodies(input),
    }
    check(message, input)
    topic.messages = [...topic.messages, message].slice(-MOST.inbox)
    for (const subscription of topic.subscriptions) {
      if (!subscription.protocol.startsWith('http') || !subscription.isConfirmed) continue
      this.http.deliver(subscription, notification(this.links(), topic, subscription, message))
    }
    return message.id
  }
}

function bodies({
  Message: text = '',
  MessageStructure,
}: PublishInput): Pick<Message, 'body' | 'bodyFor'> {
  if (MessageStructure === undefined) return { body: text, bodyFor: {} }
  if (MessageStructure !== 'json') throw invalidParameter('MessageStructure')
  const parsed = parsedJson(text)
  if (typeof parsed !== 'object' || parsed === null) {
    throw invalidParameter('Message Structure - JSON message body failed to parse')
  }
  const bodyFor = Object.fromEntries(
    Object.entries(parsed).flatMap(([protocol, each]: [string, unknown]) =>
      typeof each === 'string' ? [[protocol, each]] : [],
    ),
  )
  const body = bodyFor['default']
  if (body === undefined) {
    throw invalidParameter('Message Structure - No default entry in JSON message body')
  }
  return { body, bodyFor }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A subject is one line of ASCII that begins with a letter, a digit or punctuation (API_Publish). */
function check(message: Message, { Subject, Message: text = '' }: PublishInput): void {
  if (Subject !== undefined && (!/^[!-~][ -~]*$/.test(Subject) || Subject.length > MOST.subject)) {
    throw invalidParameter('Subject')
  }
  if (text === '') throw invalidParameter('Empty message')
  const attributes = Object.entries(message.attributes)
  const bytes = attributes.reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.length ?? 0),
    Buffer.byteLength(text),
  )
  if (bytes > MOST.bytes) throw invalidParameter('Message too long')
  for (const [name, { DataType = '' }] of attributes) {
    if (!/^(String|String\.Array|Number|Binary)(\..+)?$/.test(DataType)) {
      throw invalidParameter(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      )
    }
  }
}

export function publishHandlers(topics: TopicList, publisher: Publisher): Handlers<typeof sdk> {
  return {
    Publish(input) {
      const topicArn = input.TopicArn ?? input.TargetArn
      if (topicArn === undefined) {
        throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter')
      }
      return { MessageId: publisher.publish(topics.get(topicArn), input) }
    },
    PublishBatch(input) {
      const topic = topics.get(input.TopicArn)
      const entries = input.PublishBatchRequestEntries ?? []
      checkBatch(entries)
      const results = entries.map((entry) => publishEntry(publisher, topic, entry))
      return {
        Successful: results.flatMap((each) => ('MessageId' in each ? [each] : [])),
        Failed: results.flatMap((each) => ('Code' in each ? [each] : [])),
      }
    },
  }
}

/** One bad entry does not keep the others back. */
function publishEntry(
  publisher: Publisher,
  topic: Topic,
  entry: sdk.PublishBatchRequestEntry,
): sdk.PublishBatchResultEntry | sdk.BatchResultErrorEntry {
  try {
    return { Id: entry.Id, MessageId: publisher.publish(topic, entry) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { Id: entry.Id, Code: 'InvalidParameter', Message: message, SenderFault: true }
  }
}

function checkBatch(entries: readonly sdk.PublishBatchRequestEntry[]): void {
  const $metadata = {}
  if (entries.length === 0) {
    throw new EmptyBatchRequestException({
      message: "The batch request doesn't contain any entries.",
      $metadata,
    })
  }
  if (entries.length > MOST.entries) {
    throw new TooManyEntriesInBatchRequestException({
      message: 'The batch request contains more entries than permissible.',
      $metadata,
    })
  }
  if (new Set(entries.map((entry) => entry.Id)).size < entries.length) {
    throw new BatchEntryIdsNotDistinctException({
      message: 'Two or more batch entries in the request have the same Id.',
      $metadata,
    })
  }
}
