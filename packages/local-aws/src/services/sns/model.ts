import * as sdk from '@aws-sdk/client-sns'

export interface Message {
  readonly id: string
  /** AWS time, milliseconds since the epoch. */
  readonly at: number
  readonly subject: string | undefined
  readonly body: string
  /** With `MessageStructure: json`: what each protocol gets; others get `body`. */
  readonly bodyFor: Readonly<Record<string, string>>
  readonly attributes: Readonly<Record<string, sdk.MessageAttributeValue>>
}

/** A delivery that was given up. */
export interface FailedDelivery {
  readonly messageId: string
  readonly reason: string
}

export interface Subscription {
  readonly arn: string
  readonly protocol: string
  readonly endpoint: string
  /** What ConfirmSubscription has to bring. */
  readonly token: string
  attributes: Readonly<Record<string, string>>
  isConfirmed: boolean
  readonly failures: FailedDelivery[]
}

export interface Topic {
  readonly arn: string
  attributes: Readonly<Record<string, string>>
  tags: readonly sdk.Tag[]
  subscriptions: readonly Subscription[]
  /** The newest messages, oldest first. */
  messages: readonly Message[]
}

const $metadata = {}

export const topicNotFound = (): Error =>
  new sdk.NotFoundException({ message: 'Topic does not exist', $metadata })

export const subscriptionNotFound = (): Error =>
  new sdk.NotFoundException({ message: 'Subscription does not exist', $metadata })

/** For example `invalidParameter('Subject')`: 'Invalid parameter: Subject'. */
export const invalidParameter = (what: string): Error =>
  new sdk.InvalidParameterException({ message: `Invalid parameter: ${what}`, $metadata })

/** Every topic of the endpoint. */
export class TopicList {
  private readonly topics = new Map<string, Topic>()

  add(topic: Topic): void {
    this.topics.set(topic.arn, topic)
  }

  delete(topicArn: string): void {
    this.topics.delete(topicArn)
  }

  all(): readonly Topic[] {
    return [...this.topics.values()]
  }

  find(topicArn: string | undefined): Topic | undefined {
    return this.topics.get(topicArn ?? '')
  }

  /** Throws NotFoundException. */
  get(topicArn: string | undefined): Topic {
    const topic = this.find(topicArn)
    if (!topic) throw topicNotFound()
    return topic
  }

  /** Throws NotFoundException. */
  subscription(subscriptionArn: string | undefined): {
    readonly topic: Topic
    readonly subscription: Subscription
  } {
    for (const topic of this.topics.values()) {
      const subscription = topic.subscriptions.find((each) => each.arn === subscriptionArn)
      if (subscription) return { topic, subscription }
    }
    throw subscriptionNotFound()
  }
}
