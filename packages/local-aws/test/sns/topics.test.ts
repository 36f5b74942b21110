import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { testSns, type TestSns } from './test-sns.ts'

let world: TestSns
beforeEach(async () => {
  world = await testSns()
})
afterEach(() => {
  world.close()
})

const ARN = 'arn:aws:sns:us-east-1:123456789012:alerts'
const NOT_FOUND = { name: 'NotFoundException', message: 'Topic does not exist' }

describe('CreateTopic', () => {
  test('gives the same topic again', async () => {
    expect((await world.client.createTopic({ Name: 'alerts' })).TopicArn).toBe(ARN)
    await world.client.publish({ TopicArn: ARN, Message: 'kept' })
    expect((await world.client.createTopic({ Name: 'alerts' })).TopicArn).toBe(ARN)
    expect(world.local.messages(ARN)).toHaveLength(1)
  })

  test.each<[string, object, string]>([
    ['an empty name', { Name: '' }, 'Invalid parameter: Topic Name'],
    ['a name with a space', { Name: 'a b' }, 'Invalid parameter: Topic Name'],
    ['257 characters', { Name: 'a'.repeat(257) }, 'Invalid parameter: Topic Name'],
    ['FIFO', { Name: 'a.fifo' }, 'FIFO topics are not supported'],
    ['an unknown attribute', { Name: 'a', Attributes: { Colour: 'red' } }, 'AttributeName'],
    [
      'other attributes',
      { Name: 'alerts', Attributes: { DisplayName: 'B' } },
      'different attributes',
    ],
    ['other tags', { Name: 'alerts', Tags: [{ Key: 'a', Value: '2' }] }, 'different tags'],
  ])('refuses %s', async (_name, input, message) => {
    const Tags = [{ Key: 'a', Value: '1' }]
    await world.client.createTopic({ Name: 'alerts', Attributes: { DisplayName: 'A' }, Tags })
    await expect(world.client.createTopic(input as { Name: string })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(message),
    })
  })
})

test('topics are listed 100 at a time, and deleted without asking', async () => {
  for (let index = 0; index < 101; index++) await world.client.createTopic({ Name: `t${index}` })
  const first = await world.client.listTopics({})
  const second = await world.client.listTopics({ NextToken: first.NextToken })
  expect([first.Topics?.length, second.Topics?.length, second.NextToken]).toEqual([
    100,
    1,
    undefined,
  ])
  await world.client.deleteTopic({ TopicArn: `${ARN}-never-made` })
  await world.client.deleteTopic({ TopicArn: 'arn:aws:sns:us-east-1:123456789012:t100' })
  expect((await world.client.listTopics({})).NextToken).toBeUndefined()
})

test('attributes tell of the topic and can be set', async () => {
  await world.client.createTopic({ Name: 'alerts' })
  await world.client.subscribe({ TopicArn: ARN, Protocol: 'email', Endpoint: 'a@example.com' })
  await world.client.setTopicAttributes({
    TopicArn: ARN,
    AttributeName: 'DisplayName',
    AttributeValue: 'Alerts',
  })
  const { Attributes } = await world.client.getTopicAttributes({ TopicArn: ARN })
  expect(Attributes).toMatchObject({
    TopicArn: ARN,
    Owner: '123456789012',
    DisplayName: 'Alerts',
    SubscriptionsConfirmed: '1',
    SubscriptionsPending: '0',
  })
  await expect(
    world.client.setTopicAttributes({
      TopicArn: ARN,
      AttributeName: 'Colour',
      AttributeValue: 'red',
    }),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' })
})

test('tags are added, replaced and removed', async () => {
  await world.client.createTopic({ Name: 'alerts', Tags: [{ Key: 'a', Value: '1' }] })
  const ResourceArn = ARN
  const Tags = [
    { Key: 'a', Value: '2' },
    { Key: 'b', Value: '1' },
  ]
  await world.client.tagResource({ ResourceArn, Tags })
  await world.client.untagResource({ ResourceArn, TagKeys: ['b'] })
  expect((await world.client.listTagsForResource({ ResourceArn })).Tags).toEqual([Tags[0]])
})

describe('a topic that does not exist', () => {
  const TopicArn = ARN
  test.each<[string, () => Promise<unknown>]>([
    ['GetTopicAttributes', () => world.client.getTopicAttributes({ TopicArn })],
    ['Publish', () => world.client.publish({ TopicArn, Message: 'x' })],
    ['Subscribe', () => world.client.subscribe({ TopicArn, Protocol: 'email', Endpoint: 'a@b.c' })],
    ['ListSubscriptionsByTopic', () => world.client.listSubscriptionsByTopic({ TopicArn })],
  ])('is not found by %s', async (_name, call) => {
    await expect(call()).rejects.toMatchObject(NOT_FOUND)
  })

  test('is not found by an alarm', () => {
    expect(() => world.local.topics.publish(ARN, { body: 'x' })).toThrow('Topic does not exist')
  })
})

describe('Publish', () => {
  beforeEach(async () => {
    await world.client.createTopic({ Name: 'alerts' })
  })

  test('puts the message in the inbox of the topic', async () => {
    const { MessageId } = await world.client.publish({
      TopicArn: ARN,
      Subject: 'Hi',
      Message: 'there',
    })
    const id = world.local.topics.publish(ARN, { body: 'from an alarm' })
    expect(world.local.messages(ARN)).toMatchObject([
      { id: MessageId, subject: 'Hi', body: 'there', at: world.clock.now() },
      { id, subject: undefined, body: 'from an alarm' },
    ])
  })

  test('keeps the newest 1,000', () => {
    for (let index = 0; index < 1001; index++) world.local.topics.publish(ARN, { body: `${index}` })
    const messages = world.local.messages(ARN)
    expect([messages.length, messages[0]?.body]).toEqual([1000, '1'])
  })

  test.each<[string, object, string]>([
    ['a subject of 100 characters', { Subject: 'a'.repeat(100) }, 'Invalid parameter: Subject'],
    ['a subject of two lines', { Subject: 'a\nb' }, 'Invalid parameter: Subject'],
    ['an empty subject', { Subject: '' }, 'Invalid parameter: Subject'],
    ['a subject that begins with a space', { Subject: ' a' }, 'Invalid parameter: Subject'],
    ['a subject beyond ASCII', { Subject: 'häh' }, 'Invalid parameter: Subject'],
    ['an empty message', { Message: '' }, 'Invalid parameter: Empty message'],
    ['more than 256 KB', { Message: 'ä'.repeat(131_073) }, 'Invalid parameter: Message too long'],
    ['no topic', { TopicArn: undefined }, 'TopicArn or TargetArn'],
    ['an unknown structure', { MessageStructure: 'xml' }, 'Invalid parameter: MessageStructure'],
    ['no JSON', { MessageStructure: 'json' }, 'JSON message body failed to parse'],
    ['no default', { MessageStructure: 'json', Message: '{"http":"x"}' }, 'No default entry'],
    [
      'an unknown type',
      { MessageAttributes: { a: { DataType: 'Date', StringValue: 'x' } } },
      'attribute type',
    ],
  ])('refuses %s', async (_name, input, message) => {
    await expect(
      world.client.publish({ TopicArn: ARN, Message: 'x', ...input }),
    ).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(message),
    })
    expect(world.local.messages(ARN)).toEqual([])
  })

  test('takes exactly 256 KB and a subject of 99 characters', async () => {
    const Message = 'a'.repeat(256 * 1024)
    await world.client.publish({ TopicArn: ARN, Message, Subject: 'a'.repeat(99) })
    expect(world.local.messages(ARN)).toHaveLength(1)
  })
})

describe('PublishBatch', () => {
  const batch = async (
    ...entries: { Id: string; Message: string; Subject?: string }[]
  ): Promise<object> =>
    world.client.publishBatch({ TopicArn: ARN, PublishBatchRequestEntries: entries })
  beforeEach(async () => {
    await world.client.createTopic({ Name: 'alerts' })
  })

  test('publishes what is good and names what is not', async () => {
    const good = { Id: 'a', Message: 'x' }
    const answer = await batch(good, { Id: 'b', Message: 'x', Subject: 'two\nlines' })
    expect(answer).toMatchObject({
      Successful: [{ Id: 'a' }],
      Failed: [{ Id: 'b', Code: 'InvalidParameter', SenderFault: true }],
    })
    expect(world.local.messages(ARN)).toHaveLength(1)
  })

  test('refuses none, eleven, and an id twice', async () => {
    const entry = (Id: string): { Id: string; Message: string } => ({ Id, Message: 'x' })
    await expect(batch()).rejects.toMatchObject({ name: 'EmptyBatchRequestException' })
    const eleven = Array.from({ length: 11 }, (_each, index) => entry(`e${index}`))
    await expect(batch(...eleven)).rejects.toMatchObject({
      name: 'TooManyEntriesInBatchRequestException',
    })
    await expect(batch(entry('a'), entry('a'))).rejects.toMatchObject({
      name: 'BatchEntryIdsNotDistinctException',
    })
  })
})
