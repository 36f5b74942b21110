import * as sdk from '@aws-sdk/client-sns'
import type { Clock, Place, Topics } from '../../parts.ts'
import { defineService, type Service } from '../../wire/service.ts'
import { HttpDelivery } from './http-delivery.ts'
import { TopicList, type FailedDelivery, type Message } from './model.ts'
import { Publisher, publishHandlers } from './publish.ts'
import { subscriptionHandlers } from './subscription-handlers.ts'
import { topicHandlers } from './topic-handlers.ts'

export interface Sns {
  readonly service: Service
  readonly topics: Topics
  /** The newest 1,000 messages that were published to a topic, oldest first. Throws NotFoundException. */
  messages(topicArn: string): readonly Message[]
  /** What could not be delivered to a topic's HTTP subscribers. Throws NotFoundException. */
  failedDeliveries(topicArn: string): readonly FailedDelivery[]
  /** Gives up the deliveries that wait for a retry. */
  close(): void
}

/**
 * SNS: topics with HTTP subscribers, and an inbox in memory for everything that is published. `endpoint` is where the
 * links in messages lead, for example `http://127.0.0.1:4566`; without it they lead to AWS.
 */
export function createSns(deps: {
  readonly clock: Clock
  readonly place: Place
  readonly endpoint?: () => string
}): Sns {
  const { clock, place, endpoint = () => `https://sns.${place.region}.amazonaws.com` } = deps
  const topics = new TopicList()
  const http = new HttpDelivery(clock)
  const links = () => ({ place, endpoint: endpoint() })
  const publisher = new Publisher({ clock, links, http })
  const handlers = {
    ...topicHandlers(place, topics),
    ...subscriptionHandlers({ clock, place, topics, links, http }),
    ...publishHandlers(topics, publisher),
  }
  return {
    service: defineService(sdk, new sdk.SNSClient({ region: place.region }), handlers),
    topics: {
      publish: (topicArn, { subject: Subject, body }) =>
        publisher.publish(topics.get(topicArn), { Subject, Message: body }),
    },
    messages: (topicArn) => topics.get(topicArn).messages,
    failedDeliveries: (topicArn) =>
      topics.get(topicArn).subscriptions.flatMap((each) => each.failures),
    close: () => {
      http.close()
    },
  }
}
