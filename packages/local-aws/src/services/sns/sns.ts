import * as sns from '@aws-sdk/client-sns'
import { randomUUID } from 'node:crypto'
import { arn } from '../../ids.ts'
import type { Clock, Place, Topics } from '../../parts.ts'
import { defineService, type Handlers, type Service } from '../../wire/service.ts'
import { deliverByHttp } from './http-delivery.ts'
import {
  invalidParameter,
  topicNotFound,
  type Message,
  type Subscription,
  type Topic,
} from './model.ts'

export interface Sns {
  readonly service: Service
  readonly topics: Topics
  /** What was published to a topic, oldest first; the in-memory subscription that every topic has. */
  messages(topicArn: string): readonly Message[]
}

/** SNS: topics with HTTP subscribers, and an inbox in memory for everything that is published. */
export function createSns(deps: { readonly clock: Clock; readonly place: Place }): Sns {
  const { clock, place } = deps
  const all = new Map<string, Topic>()
  const find = (topicArn: string | undefined): Topic => {
    const topic = all.get(topicArn ?? '')
    if (!topic) throw topicNotFound()
    return topic
  }
  const publish = (
    topicArn: string | undefined,
    subject: string | undefined,
    body: string,
  ): string => {
    const topic = find(topicArn)
    checkMessage(subject, body)
    const message: Message = { id: randomUUID(), at: clock.now(), subject, body }
    topic.messages.push(message)
    for (const subscription of topic.subscriptions) {
      if (subscription.protocol.startsWith('http') && subscription.isConfirmed) {
        void deliverByHttp(clock, topic, subscription, message)
      }
    }
    return message.id
  }
  const handlers: Handlers<typeof sns> = {
    ...topicHandlers(deps, all, find),
    ...subscriptionHandlers(deps, all, find),
    Publish(input) {
      const topicArn = input.TopicArn ?? input.TargetArn
      if (topicArn === undefined) {
        throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter')
      }
      return { MessageId: publish(topicArn, input.Subject, input.Message ?? '') }
    },
    PublishBatch: (input) => ({
      Successful: (input.PublishBatchRequestEntries ?? []).map((entry) => ({
        Id: entry.Id,
        MessageId: publish(input.TopicArn, entry.Subject, entry.Message ?? ''),
      })),
      Failed: [],
    }),
  }
  return {
    service: defineService(sns, new sns.SNSClient({ region: place.region }), handlers),
    topics: { publish: (topicArn, { subject, body }) => publish(topicArn, subject, body) },
    messages: (topicArn) => find(topicArn).messages,
  }
}

/** A subject is at most 100 characters of one line (API_Publish); a message at most 256 KB. */
function checkMessage(subject: string | undefined, body: string): void {
  if (subject !== undefined && (subject.length > 100 || /[\u0000-\u001f]/.test(subject))) {
    throw invalidParameter('Subject')
  }
  if (body === '') throw invalidParameter('Empty message')
  if (Buffer.byteLength(body) > 256 * 1024) throw invalidParameter('Message too long')
}

function topicHandlers(
  { place }: { readonly place: Place },
  all: Map<string, Topic>,
  find: (topicArn: string | undefined) => Topic,
): Handlers<typeof sns> {
  return {
    CreateTopic(input) {
      const name = input.Name ?? ''
      if (!/^[\w-]{1,256}$/.test(name)) throw invalidParameter('Topic Name')
      const topicArn = arn('sns', place, name)
      if (!all.has(topicArn)) {
        all.set(topicArn, {
          arn: topicArn,
          attributes: { ...input.Attributes },
          subscriptions: [],
          messages: [],
        })
      }
      return { TopicArn: topicArn }
    },
    DeleteTopic(input) {
      all.delete(input.TopicArn ?? '')
      return {}
    },
    ListTopics: () => ({ Topics: [...all.keys()].map((TopicArn) => ({ TopicArn })) }),
    GetTopicAttributes(input) {
      const topic = find(input.TopicArn)
      return {
        Attributes: {
          TopicArn: topic.arn,
          Owner: place.account,
          SubscriptionsConfirmed: String(
            topic.subscriptions.filter((each) => each.isConfirmed).length,
          ),
          SubscriptionsPending: String(
            topic.subscriptions.filter((each) => !each.isConfirmed).length,
          ),
          ...topic.attributes,
        },
      }
    },
    SetTopicAttributes(input) {
      find(input.TopicArn).attributes[input.AttributeName ?? ''] = input.AttributeValue ?? ''
      return {}
    },
  }
}

function subscriptionHandlers(
  { clock, place }: { readonly clock: Clock; readonly place: Place },
  all: Map<string, Topic>,
  find: (topicArn: string | undefined) => Topic,
): Handlers<typeof sns> {
  const shown = (topic: Topic, each: Subscription): sns.Subscription => ({
    SubscriptionArn: each.isConfirmed ? each.arn : 'PendingConfirmation',
    Owner: place.account,
    Protocol: each.protocol,
    Endpoint: each.endpoint,
    TopicArn: topic.arn,
  })
  return {
    Subscribe(input) {
      const topic = find(input.TopicArn)
      const { Protocol = '', Endpoint = '' } = input
      const isHttp = Protocol === 'http' || Protocol === 'https'
      if (!isHttp && !['email', 'email-json', 'sqs', 'lambda'].includes(Protocol)) {
        throw invalidParameter(`Invalid protocol type: ${Protocol}`)
      }
      const subscription: Subscription = {
        arn: `${topic.arn}:${randomUUID()}`,
        protocol: Protocol,
        endpoint: Endpoint,
        token: randomUUID().replaceAll('-', ''),
        isRaw: input.Attributes?.['RawMessageDelivery'] === 'true',
        isConfirmed: !isHttp,
        failures: [],
      }
      topic.subscriptions.push(subscription)
      if (isHttp) void deliverByHttp(clock, topic, subscription, undefined)
      const isShown = subscription.isConfirmed || input.ReturnSubscriptionArn === true
      return { SubscriptionArn: isShown ? subscription.arn : 'pending confirmation' }
    },
    ConfirmSubscription(input) {
      const subscription = find(input.TopicArn).subscriptions.find(
        (each) => each.token === input.Token,
      )
      if (!subscription) throw invalidParameter('Token')
      subscription.isConfirmed = true
      return { SubscriptionArn: subscription.arn }
    },
    Unsubscribe(input) {
      for (const topic of all.values()) {
        topic.subscriptions = topic.subscriptions.filter(
          (each) => each.arn !== input.SubscriptionArn,
        )
      }
      return {}
    },
    ListSubscriptions: () => ({
      Subscriptions: [...all.values()].flatMap((topic) =>
        topic.subscriptions.map((each) => shown(topic, each)),
      ),
    }),
    ListSubscriptionsByTopic(input) {
      const topic = find(input.TopicArn)
      return { Subscriptions: topic.subscriptions.map((each) => shown(topic, each)) }
    },
  }
}
