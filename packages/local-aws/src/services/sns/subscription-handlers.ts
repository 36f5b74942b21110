import type * as sdk from '@aws-sdk/client-sns'
import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from '../../clock/clock.ts'
import type { Place } from '../../parts.ts'
import type { Handlers } from '../../wire/service.ts'
import { confirmationRequest, type Links } from './envelope.ts'
import type { HttpDelivery } from './http-delivery.ts'
import { invalidParameter, type Subscription, type Topic, type TopicList } from './model.ts'
import { pageOf } from './pages.ts'

/** Protocols whose endpoints have no one to confirm: what they get is in the topic's inbox. */
const IN_MEMORY = ['email', 'email-json', 'sqs', 'lambda', 'sms', 'application', 'firehose']
/** API_SetSubscriptionAttributes. */
const SETTABLE = [
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'SubscriptionRoleArn',
]

interface Deps {
  readonly clock: Clock
  readonly place: Place
  readonly topics: TopicList
  readonly links: () => Links
  readonly http: HttpDelivery
}

export function subscriptionHandlers(deps: Deps): Handlers<typeof sdk> {
  const { place, topics } = deps
  return {
    Subscribe(input) {
      const topic = topics.get(input.TopicArn)
      const subscription = subscribe(deps, topic, input)
      const isShown = subscription.isConfirmed || input.ReturnSubscriptionArn === true
      return { SubscriptionArn: isShown ? subscription.arn : 'pending confirmation' }
    },
    ConfirmSubscription(input) {
      const subscription = topics
        .get(input.TopicArn)
        .subscriptions.find((each) => each.token === input.Token)
      if (!subscription) throw invalidParameter('Token')
      subscription.isConfirmed = true
      return { SubscriptionArn: subscription.arn }
    },
    Unsubscribe(input) {
      const { topic, subscription } = topics.subscription(input.SubscriptionArn)
      topic.subscriptions = topic.subscriptions.filter((each) => each !== subscription)
      return {}
    },
    ListSubscriptions(input) {
      const all = topics
        .all()
        .flatMap((topic) => topic.subscriptions.map((each) => shown(place, topic, each)))
      const page = pageOf(all, input.NextToken)
      return { Subscriptions: page.items, NextToken: page.NextToken }
    },
    ListSubscriptionsByTopic(input) {
      const topic = topics.get(input.TopicArn)
      const page = pageOf(topic.subscriptions, input.NextToken)
      return {
        Subscriptions: page.items.map((each) => shown(place, topic, each)),
        NextToken: page.NextToken,
      }
    },
    GetSubscriptionAttributes(input) {
      const { topic, subscription } = topics.subscription(input.SubscriptionArn)
      return { Attributes: attributesOf(place, topic, subscription) }
    },
    SetSubscriptionAttributes({ SubscriptionArn, AttributeName = '', AttributeValue = '' }) {
      const { subscription } = topics.subscription(SubscriptionArn)
      checkAttributes({ [AttributeName]: AttributeValue })
      subscription.attributes = { ...subscription.attributes, [AttributeName]: AttributeValue }
      return {}
    },
  }
}

/** The same protocol and endpoint again is the same subscription; one that waits is asked to confirm again. */
function subscribe(
  { clock, links, http }: Deps,
  topic: Topic,
  { Protocol = '', Endpoint = '', Attributes = {} }: sdk.SubscribeCommandInput,
): Subscription {
  const isHttp = Protocol === 'http' || Protocol === 'https'
  if (!isHttp && !IN_MEMORY.includes(Protocol)) {
    throw invalidParameter(`Amazon SNS does not support this protocol string: ${Protocol}`)
  }
  if (isHttp && !(Endpoint.startsWith(`${Protocol}://`) && URL.canParse(Endpoint))) {
    throw invalidParameter('Endpoint must match the specified protocol')
  }
  if (Endpoint === '') throw invalidParameter('Endpoint')
  checkAttributes(Attributes)
  const known = topic.subscriptions.find(
    (each) => each.protocol === Protocol && each.endpoint === Endpoint,
  )
  const subscription: Subscription = known ?? {
    arn: `${topic.arn}:${randomUUID()}`,
    protocol: Protocol,
    endpoint: Endpoint,
    token: randomBytes(64).toString('hex'),
    attributes: Attributes,
    isConfirmed: !isHttp,
    failures: [],
  }
  if (!known) topic.subscriptions = [...topic.subscriptions, subscription]
  if (!subscription.isConfirmed) {
    const message = { id: randomUUID(), at: clock.now() }
    http.deliver(subscription, confirmationRequest(links(), topic, subscription, message))
  }
  return subscription
}

function checkAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!SETTABLE.includes(name)) throw invalidParameter('AttributeName')
    if (name.startsWith('FilterPolicy')) {
      throw invalidParameter(`${name}: filter policies are not supported by the local endpoint`)
    }
    if (name === 'RawMessageDelivery' && !['true', 'false'].includes(value)) {
      throw invalidParameter('Attributes Reason: RawMessageDelivery: Invalid value')
    }
  }
}

const shown = (place: Place, topic: Topic, each: Subscription): sdk.Subscription => ({
  SubscriptionArn: each.isConfirmed ? each.arn : 'PendingConfirmation',
  Owner: place.account,
  Protocol: each.protocol,
  Endpoint: each.endpoint,
  TopicArn: topic.arn,
})

const attributesOf = (
  place: Place,
  topic: Topic,
  subscription: Subscription,
): Record<string, string> => ({
  SubscriptionArn: subscription.arn,
  TopicArn: topic.arn,
  Owner: place.account,
  Protocol: subscription.protocol,
  Endpoint: subscription.endpoint,
  PendingConfirmation: String(!subscription.isConfirmed),
  ConfirmationWasAuthenticated: 'false',
  RawMessageDelivery: 'false',
  ...subscription.attributes,
})
