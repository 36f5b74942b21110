import type * as sdk from '@aws-sdk/client-sns'
import { ResourceNotFoundException } from '@aws-sdk/client-sns'
import { arn } from '../../ids.ts'
import type { Place } from '../../parts.ts'
import type { Handlers } from '../../wire/service.ts'
import { invalidParameter, type Topic, type TopicList } from './model.ts'
import { pageOf } from './pages.ts'

/** API_SetTopicAttributes, as far as a topic without encryption or FIFO has them. */
const SETTABLE = [
  'ApplicationSuccessFeedbackRoleArn',
  'DeliveryPolicy',
  'DisplayName',
  'HTTPFailureFeedbackRoleArn',
  'HTTPSuccessFeedbackRoleArn',
  'HTTPSuccessFeedbackSampleRate',
  'KmsMasterKeyId',
  'Policy',
  'SignatureVersion',
  'TracingConfig',
]

export function topicHandlers(place: Place, topics: TopicList): Handlers<typeof sdk> {
  return {
    CreateTopic(input) {
      const { Name = '', Attributes = {}, Tags = [] } = input
      checkName(Name)
      Object.keys(Attributes).forEach(checkAttribute)
      const topicArn = arn('sns', place, Name)
      const known = topics.find(topicArn)
      if (known) checkSame(known, input)
      else {
        topics.add({
          arn: topicArn,
          attributes: Attributes,
          tags: Tags,
          subscriptions: [],
          messages: [],
        })
      }
      return { TopicArn: topicArn }
    },
    /** 'Deleting a topic that does not exist does not result in an error.' */
    DeleteTopic(input) {
      topics.delete(input.TopicArn ?? '')
      return {}
    },
    ListTopics(input) {
      const page = pageOf(topics.all(), input.NextToken)
      return {
        Topics: page.items.map((topic) => ({ TopicArn: topic.arn })),
        NextToken: page.NextToken,
      }
    },
    GetTopicAttributes: (input) => ({
      Attributes: attributesOf(place, topics.get(input.TopicArn)),
    }),
    SetTopicAttributes({ TopicArn, AttributeName = '', AttributeValue = '' }) {
      const topic = topics.get(TopicArn)
      checkAttribute(AttributeName)
      topic.attributes = { ...topic.attributes, [AttributeName]: AttributeValue }
      return {}
    },
    ...tagHandlers(topics),
  }
}

/** Letters, digits, `-` and `_`, at most 256 (API_CreateTopic). */
function checkName(name: string): void {
  if (name.endsWith('.fifo')) {
    throw invalidParameter('Topic Name: FIFO topics are not supported by the local endpoint')
  }
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw invalidParameter('Topic Name')
}

function checkAttribute(name: string): void {
  if (!SETTABLE.includes(name)) throw invalidParameter('AttributeName')
}

/** A topic that exists is given as it is, but not when other things are asked of it. */
function checkSame(
  topic: Topic,
  { Attributes = {}, Tags = [] }: sdk.CreateTopicCommandInput,
): void {
  const differs = Object.entries(Attributes).some(([key, value]) => topic.attributes[key] !== value)
  if (differs) {
    throw invalidParameter('Attributes Reason: Topic already exists with different attributes')
  }
  const hasAll = Tags.every((tag) =>
    topic.tags.some((each) => each.Key === tag.Key && each.Value === tag.Value),
  )
  if (!hasAll) throw invalidParameter('Tags Reason: Topic already exists with different tags')
}

function attributesOf(place: Place, topic: Topic): Record<string, string> {
  const confirmed = topic.subscriptions.filter((each) => each.isConfirmed).length
  return {
    TopicArn: topic.arn,
    Owner: place.account,
    DisplayName: '',
    SubscriptionsConfirmed: String(confirmed),
    SubscriptionsPending: String(topic.subscriptions.length - confirmed),
    SubscriptionsDeleted: '0',
    ...topic.attributes,
  }
}

function tagHandlers(topics: TopicList): Handlers<typeof sdk> {
  const find = (topicArn: string | undefined): Topic => {
    const topic = topics.find(topicArn)
    if (topic) return topic
    throw new ResourceNotFoundException({ message: 'Resource does not exist', $metadata: {} })
  }
  return {
    TagResource({ ResourceArn, Tags = [] }) {
      const topic = find(ResourceArn)
      const kept = topic.tags.filter((tag) => !Tags.some((each) => each.Key === tag.Key))
      topic.tags = [...kept, ...Tags]
      return {}
    },
    UntagResource({ ResourceArn, TagKeys = [] }) {
      const topic = find(ResourceArn)
      topic.tags = topic.tags.filter((tag) => !TagKeys.includes(tag.Key ?? ''))
      return {}
    },
    ListTagsForResource: ({ ResourceArn }) => ({ Tags: [...find(ResourceArn).tags] }),
  }
}
