/** Publishing to topics of the local endpoint; what it does not have (FIFO, failures), against answers of a test. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { Denied, NotFound, Refused, Unanswered, Unreachable } from '@ecs-pipeline/rollout'
import { startLocalAws, VirtualClock, type LocalAws } from '@ecs-pipeline/local-aws'
import { SNS } from '@aws-sdk/client-sns'
import fc from 'fast-check'
import { createTopics, topicMessage, topicSubject } from '../src/topics.ts'

let aws: LocalAws
let topicArn: string
const clock = { now: () => 0, sleep: () => Promise.resolve() }

beforeAll(async () => {
  aws = await startLocalAws({ clock: new VirtualClock() })
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  })
  topicArn = (await new SNS({}).createTopic({ Name: 'deployments' })).TopicArn ?? ''
})
afterAll(() => aws.close())
afterEach(() => {
  process.env['AWS_ENDPOINT_URL'] = aws.endpoint
})

describe('a topic', () => {
  test('gets subject and message', async () => {
    const calls: string[] = []
    const topics = createTopics({ clock, onCall: ({ action }) => calls.push(action) })
    await topics.publish({ topicArn, subject: 'web: deployed', message: 'Line one\nLine two' })
    expect(aws.messages(topicArn).at(-1)).toMatchObject({
      subject: 'web: deployed',
      body: 'Line one\nLine two',
    })
    expect(calls).toEqual(['sns:Publish'])
  })

  test.each([
    ['<!channel>\n::error::', '<!channel> ::error::'],
    ['🔥 Zürich – rolled-back', '? Zurich ? rolled-back'],
    ['', 'ecs-pipeline'],
    ['x'.repeat(200), `${'x'.repeat(96)}...`],
  ])('gets a valid subject made of %j', async (subject, expected) => {
    await createTopics({ clock }).publish({ topicArn, subject, message: 'm' })
    expect(aws.messages(topicArn).at(-1)?.subject).toBe(expected)
  })

  test.each([
    ['more than 256 KiB', '🔥'.repeat(70_000)],
    ['nothing', ''],
  ])('gets a valid message made of %s', async (_what, message) => {
    await createTopics({ clock }).publish({ topicArn, subject: 's', message })
    const body = aws.messages(topicArn).at(-1)?.body ?? ''
    expect(body).not.toBe('')
    expect(body).not.toContain('\ufffd')
  })

  test('that is not there is NotFound', async () => {
    const publishing = createTopics({ clock }).publish({
      topicArn: `${topicArn}-gone`,
      subject: 's',
      message: 'm',
    })
    await expect(publishing).rejects.toThrow(NotFound)
    await expect(publishing).rejects.toThrow(/deployments-gone/)
  })

  test.each(['deployments', 'arn:aws:sqs:us-east-1:123456789012:q', '', `arn:aws:sns:us-east-1`])(
    "'%s' is no topic, and is not asked for",
    async (wrong) => {
      const calls: string[] = []
      const topics = createTopics({ clock, onCall: ({ action }) => calls.push(action) })
      const publishing = topics.publish({ topicArn: wrong, subject: 's', message: 'm' })
      await expect(publishing).rejects.toThrow(Refused)
      expect(calls).toEqual([])
    },
  )
})

describe('what is sent', () => {
  interface Answer {
    readonly status: number
    readonly body: string
  }
  interface Seen {
    readonly form: URLSearchParams
    readonly region: string
  }

  /** Publishes to an endpoint that gives these answers in order. */
  async function publishTo(
    arn: string,
    answers: readonly Answer[],
  ): Promise<{ seen: readonly Seen[]; failure: unknown }> {
    const seen: Seen[] = []
    const server = createServer((incoming, response) => {
      void text(incoming).then((body) => {
        const region = /Credential=[^/]+\/\d+\/([^/]+)/.exec(incoming.headers.authorization ?? '')
        seen.push({ form: new URLSearchParams(body), region: region?.[1] ?? '' })
        const { status, body: answer } = answers[seen.length - 1] ?? { status: 500, body: '' }
        response.writeHead(status, { 'content-type': 'text/xml' })
        response.end(answer)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${port}`
    try {
      const topics = createTopics({ clock, random: () => 0 })
      const publishing = topics.publish({ topicArn: arn, subject: 's', message: 'm' })
      const failure: unknown = await publishing.then(
        () => undefined,
        (error: unknown) => error,
      )
      return { seen, failure }
    } finally {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }

  const published = {
    status: 200,
    body: '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>',
  }
  const failed = (status: number, code: string, message: string): Answer => ({
    status,
    body: `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
  })
  const FRANKFURT = 'arn:aws:sns:eu-central-1:123456789012:deployments'

  test("goes to the topic's own region", async () => {
    const { seen } = await publishTo(FRANKFURT, [published])
    expect(seen[0]?.region).toBe('eu-central-1')
    expect([...(seen[0]?.form.keys() ?? [])].sort()).toEqual([
      'Action',
      'Message',
      'Subject',
      'TopicArn',
      'Version',
    ])
  })

  test('to a FIFO topic has a group, and an id of its own that survives a repetition', async () => {
    const fifo = `${FRANKFURT}.fifo`
    const { seen } = await publishTo(fifo, [
      failed(400, 'ThrottlingException', 'Rate exceeded'),
      published,
    ])
    const { seen: other } = await publishTo(fifo, [published])
    const ids = [...seen, ...other].map(({ form }) => form.get('MessageDeduplicationId'))
    expect(seen[0]?.form.get('MessageGroupId')).toBe('ecs-pipeline')
    expect(ids).toHaveLength(3)
    expect(ids[0]).toBe(ids[1])
    expect(ids[0]).not.toBe(ids[2])
  })

  test('is not sent again when it may have arrived', async () => {
    const { seen, failure } = await publishTo(FRANKFURT, [
      failed(503, 'ServiceUnavailable', 'no'),
      published,
    ])
    expect(failure).toBeInstanceOf(Unanswered)
    expect(seen).toHaveLength(1)
  })

  test('and is throttled for good was not published', async () => {
    const throttled = failed(400, 'ThrottlingException', 'Rate exceeded')
    const { failure } = await publishTo(
      FRANKFURT,
      Array.from({ length: 8 }, () => throttled),
    )
    expect(failure).toBeInstanceOf(Unreachable)
    expect(failure).not.toBeInstanceOf(Unanswered)
  })

  test('and is denied says what to add', async () => {
    const words = `User: arn:aws:sts::123456789012:assumed-role/deploy/run is not authorized to perform: SNS:Publish on resource: ${FRANKFURT} because no identity-based policy allows the SNS:Publish action`
    const { failure } = await publishTo(FRANKFURT, [failed(403, 'AuthorizationError', words)])
    expect(failure).toBeInstanceOf(Denied)
    expect(String(failure)).toContain(`"Resource":"${FRANKFURT}"`)
  })
})

describe('any text', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 300 })

  test('becomes a subject of one line of ASCII, below 100 characters', () => {
    fc.assert(
      fc.property(anyText, (given) => {
        expect(topicSubject(given)).toMatch(/^[!-~][ -~]{0,98}$/)
      }),
    )
  })

  test('becomes a message of at most 262,144 bytes, whole characters all', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom('é', '€', '🔥'),
        (shift, sign) => {
          const message = topicMessage('a'.repeat(shift) + sign.repeat(200_000))
          expect(Buffer.byteLength(message)).toBeLessThanOrEqual(262_144)
          expect(Buffer.byteLength(message)).toBeGreaterThan(262_144 - 8)
          expect(message).not.toContain('\ufffd')
          expect(message).toMatch(/left out\.\]$/)
        },
      ),
      { numRuns: 20 },
    )
  })

  test('that fits is sent as it is', () => {
    expect(topicMessage('a\n<b>')).toBe('a\n<b>')
  })
})
