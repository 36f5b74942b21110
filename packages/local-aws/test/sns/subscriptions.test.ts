import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { subscriber, testSns, type Subscriber, type TestSns } from './test-sns.ts'

const TopicArn = 'arn:aws:sns:us-east-1:123456789012:alerts'

let world: TestSns
let hook: Subscriber
beforeEach(async () => {
  world = await testSns()
  hook = await subscriber()
  await world.client.createTopic({ Name: 'alerts' })
})
afterEach(() => {
  world.close()
  hook.close()
})

const subscribe = async (Attributes: Record<string, string> = {}): Promise<string | undefined> => {
  const answer = await world.client.subscribe({
    TopicArn,
    Protocol: 'http',
    Endpoint: hook.url,
    Attributes,
  })
  await world.clock.settle()
  return answer.SubscriptionArn
}
const confirm = async (): Promise<string> => {
  const Token = String(hook.deliveries.at(-1)?.json['Token'])
  const { SubscriptionArn = '' } = await world.client.confirmSubscription({ TopicArn, Token })
  hook.deliveries.length = 0
  return SubscriptionArn
}
const publish = async (more: object = {}): Promise<string | undefined> => {
  const { MessageId } = await world.client.publish({ TopicArn, Message: 'hello', ...more })
  await world.clock.settle()
  return MessageId
}
const listed = async (): Promise<unknown> =>
  (await world.client.listSubscriptionsByTopic({ TopicArn })).Subscriptions?.map(
    (each) => each.SubscriptionArn,
  )

describe('an HTTP endpoint', () => {
  test('is asked to confirm, with the headers and the body of SNS', async () => {
    expect(await subscribe()).toBe('pending confirmation')
    expect(hook.deliveries).toHaveLength(1)
    const [request] = hook.deliveries
    expect(request?.headers).toMatchObject({
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
      'x-amz-sns-message-type': 'SubscriptionConfirmation',
      'x-amz-sns-topic-arn': TopicArn,
      'x-amz-sns-message-id': request?.json['MessageId'],
    })
    expect(request?.json).toMatchObject({
      Type: 'SubscriptionConfirmation',
      TopicArn,
      Message: `You have chosen to subscribe to the topic ${TopicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
      Timestamp: '2026-11-20T10:00:00.000Z',
      SignatureVersion: '1',
    })
  })

  test('gets nothing until it has confirmed', async () => {
    await subscribe()
    await publish()
    expect(hook.deliveries).toHaveLength(1)
    expect(await listed()).toEqual(['PendingConfirmation'])
    const SubscriptionArn = await confirm()
    expect(await listed()).toEqual([SubscriptionArn])
    await publish()
    expect(hook.deliveries).toHaveLength(1)
  })

  test('confirms by what its SubscribeURL says', async () => {
    await subscribe()
    const url = new URL(String(hook.deliveries[0]?.json['SubscribeURL']))
    expect(url.origin).toBe(world.served.url)
    const response = await fetch(url.origin, { method: 'POST', body: url.searchParams })
    expect(response.status).toBe(200)
    expect(await listed()).toEqual([expect.stringContaining(`${TopicArn}:`)])
  })

  test('does not confirm with another token', async () => {
    await subscribe()
    await expect(
      world.client.confirmSubscription({ TopicArn, Token: 'guess' }),
    ).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: Token',
    })
  })

  test('gets a notification as SNS posts it', async () => {
    await subscribe()
    const SubscriptionArn = await confirm()
    const MessageId = await publish({
      Subject: 'Greeting',
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'test' },
        raw: { DataType: 'Binary', BinaryValue: Buffer.from('ab') },
      },
    })
    expect(hook.deliveries[0]?.headers).toMatchObject({
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': MessageId,
      'x-amz-sns-topic-arn': TopicArn,
      'x-amz-sns-subscription-arn': SubscriptionArn,
    })
    expect(hook.deliveries[0]?.json).toEqual({
      Type: 'Notification',
      MessageId,
      TopicArn,
      Subject: 'Greeting',
      Message: 'hello',
      Timestamp: '2026-11-20T10:00:00.000Z',
      SignatureVersion: '1',
      Signature: 'EXAMPLE',
      SigningCertURL: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-EXAMPLE.pem',
      UnsubscribeURL: expect.stringContaining('Action=Unsubscribe'),
      MessageAttributes: {
        kind: { Type: 'String', Value: 'test' },
        raw: { Type: 'Binary', Value: 'YWI=' },
      },
    })
  })

  test('gets the message alone when it wants it raw', async () => {
    const SubscriptionArn = (await subscribe(), await confirm())
    await world.client.setSubscriptionAttributes({
      SubscriptionArn,
      AttributeName: 'RawMessageDelivery',
      AttributeValue: 'true',
    })
    await publish({ Subject: 'Greeting' })
    expect(hook.deliveries[0]?.body).toBe('hello')
    expect(hook.deliveries[0]?.headers['x-amz-sns-rawdelivery']).toBe('true')
    const { Attributes } = await world.client.getSubscriptionAttributes({ SubscriptionArn })
    expect(Attributes).toMatchObject({ RawMessageDelivery: 'true', PendingConfirmation: 'false' })
  })

  test('gets the text of its protocol', async () => {
    await subscribe()
    await confirm()
    await publish({ MessageStructure: 'json', Message: '{"default":"all","http":"mine"}' })
    expect(hook.deliveries[0]?.json['Message']).toBe('mine')
    expect(world.local.messages(TopicArn)[0]?.body).toBe('all')
  })

  test('gets nothing after it has been unsubscribed', async () => {
    await subscribe()
    const SubscriptionArn = await confirm()
    await world.client.unsubscribe({ SubscriptionArn })
    await publish()
    expect(hook.deliveries).toEqual([])
    await expect(world.client.unsubscribe({ SubscriptionArn })).rejects.toMatchObject({
      name: 'NotFoundException',
      message: 'Subscription does not exist',
    })
  })

  test('subscribed again is the same, and is asked again until it confirms', async () => {
    await subscribe()
    await subscribe()
    expect(hook.deliveries).toHaveLength(2)
    const first = await confirm()
    expect(await subscribe()).toBe(first)
    expect(await listed()).toEqual([first])
  })
})

describe('a delivery that fails', () => {
  beforeEach(async () => {
    await subscribe()
    await confirm()
  })

  test.each<[string, number[], number[]]>([
    ['once is tried again after 20 seconds', [503], [1, 2, 2, 2, 2]],
    ['all the time is tried three times more', [500, 500, 500, 500, 500], [1, 2, 3, 4, 4]],
    ['for too many requests is tried again', [429], [1, 2, 2, 2, 2]],
    ['by the fault of the client is not', [403], [1, 1, 1, 1, 1]],
  ])('%s', async (_name, statuses, expected) => {
    hook.statuses.push(...statuses)
    const MessageId = await publish()
    const seen = [hook.deliveries.length]
    for (let pause = 0; pause < 4; pause++) {
      await world.clock.advance(20_000)
      seen.push(hook.deliveries.length)
    }
    expect(seen).toEqual(expected)
    const isGivenUp = statuses.length > 4 || statuses[0] === 403
    expect(world.local.failedDeliveries(TopicArn)).toEqual(
      isGivenUp ? [{ messageId: MessageId, reason: `HTTP ${statuses[0]}` }] : [],
    )
    const ids = hook.deliveries.map((each) => each.json['MessageId'])
    expect(new Set(ids)).toEqual(new Set([MessageId]))
  })

  test('because nobody listens is given up as well', async () => {
    hook.close()
    await publish()
    await world.clock.advance(60_000)
    expect(world.local.failedDeliveries(TopicArn)).toMatchObject([
      { reason: expect.stringContaining('ECONNREFUSED') },
    ])
  })

  test('is not tried again after SNS has closed', async () => {
    hook.statuses.push(500)
    await publish()
    world.local.close()
    await world.clock.advance(60_000)
    expect(hook.deliveries).toHaveLength(1)
  })
})

describe('Subscribe', () => {
  test.each(['email', 'sqs', 'lambda'])('%s is confirmed at once', async (Protocol) => {
    const { SubscriptionArn } = await world.client.subscribe({
      TopicArn,
      Protocol,
      Endpoint: 'somewhere',
    })
    expect(await listed()).toEqual([SubscriptionArn])
  })

  test('gives the ARN of one that waits when asked', async () => {
    const { SubscriptionArn } = await world.client.subscribe({
      TopicArn,
      Protocol: 'http',
      Endpoint: hook.url,
      ReturnSubscriptionArn: true,
    })
    expect(SubscriptionArn).toContain(`${TopicArn}:`)
    await world.clock.settle()
  })

  test.each<[string, object, string]>([
    [
      'an unknown protocol',
      { Protocol: 'pigeon' },
      'does not support this protocol string: pigeon',
    ],
    ['another scheme', { Protocol: 'https' }, 'Endpoint must match the specified protocol'],
    ['no URL', { Endpoint: 'http://' }, 'Endpoint must match the specified protocol'],
    ['an unknown attribute', { Attributes: { Colour: 'red' } }, 'AttributeName'],
    ['half raw', { Attributes: { RawMessageDelivery: 'maybe' } }, 'RawMessageDelivery'],
    ['filters', { Attributes: { FilterPolicy: '{}' } }, 'not supported by the local endpoint'],
  ])('refuses %s', async (_name, more, message) => {
    const input = { TopicArn, Protocol: 'http', Endpoint: hook.url, ...more }
    await expect(world.client.subscribe(input)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(message),
    })
    expect(await listed()).toEqual([])
  })
})

test('all subscriptions are listed together', async () => {
  await subscribe()
  await world.client.createTopic({ Name: 'other' })
  const other = TopicArn.replace('alerts', 'other')
  await world.client.subscribe({ TopicArn: other, Protocol: 'email', Endpoint: 'a@example.com' })
  const { Subscriptions } = await world.client.listSubscriptions({})
  expect(Subscriptions).toMatchObject([
    { TopicArn, Protocol: 'http', Endpoint: hook.url, SubscriptionArn: 'PendingConfirmation' },
    { TopicArn: other, Protocol: 'email', Endpoint: 'a@example.com', Owner: '123456789012' },
  ])
})
