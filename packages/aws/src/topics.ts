/** Publishing to SNS topics. */
import { randomUUID } from 'node:crypto'
import { Refused, Unanswered, Unreachable, type Clock } from '@ecs-pipeline/rollout'
import { createCall, type CallRecord } from './call.ts'
import { kindOf } from './failures.ts'
import { createClients, type TimeLimits } from './clients.ts'
import { load } from './lazy-sdk.ts'

export interface TopicOptions {
  /** Pauses between attempts are slept on it. */
  readonly clock: Clock
  /** In [0, 1): spreads the pauses between attempts. */
  readonly random?: () => number
  /** Told of every attempt, for debug logs. */
  readonly onCall?: (record: CallRecord) => void
  /** Ends all calls. */
  readonly signal?: AbortSignal
  /** Shorter than the usual ones: for a run that has seconds left. */
  readonly timeLimits?: TimeLimits
}

export interface Publication {
  readonly topicArn: string
  /** Any text: it is made a valid subject. */
  readonly subject: string
  /** Any text: it is cut to what SNS takes. */
  readonly message: string
}

export interface Topics {
  /** Throws a `PortError`; an {@link Unanswered} when nobody knows whether it was published. */
  publish(publication: Publication): Promise<void>
}

const ACTION = 'sns:Publish'

/** Topics of any region: each is asked in its own. Nothing is loaded before something is published. */
export function createTopics(options: TopicOptions): Topics {
  const clients = createClients(undefined, options.timeLimits)
  const call = createCall({ ...options, random: options.random ?? Math.random })
  return {
    async publish({ topicArn, subject, message }) {
      const region = regionOf(topicArn)
      const sdk = await load.sns()
      const client = clients.of(sdk.SNSClient, region)
      const command = new sdk.PublishCommand({
        TopicArn: topicArn,
        Subject: topicSubject(subject),
        Message: topicMessage(message),
        ...(topicArn.endsWith('.fifo') ? fifoMembers() : {}),
      })
      // Nobody is told the same twice.
      const asked = { action: ACTION, resource: `the topic ${topicArn}`, onlyOnce: true }
      try {
        await call(asked, (sendOptions) => client.send(command, sendOptions))
      } catch (error) {
        if (!(error instanceof Unreachable) || kindOf(error.cause) !== 'unanswered') throw error
        throw new Unanswered(error.message, ACTION, { cause: error })
      }
    },
  }
}

/** `arn:PARTITION:sns:REGION:ACCOUNT:NAME`; a subscription's ARN has one part more. */
function regionOf(topicArn: string): string {
  const region = /^arn:aws[a-z-]*:sns:([a-z0-9-]+):\d{12}:[\w-]{1,256}(?:\.fifo)?$/.exec(
    topicArn,
  )?.[1]
  if (region !== undefined) return region
  throw new Refused(
    `'${topicArn}' is not the ARN of an SNS topic, such as arn:aws:sns:eu-west-1:123456789012:deployments.`,
    ACTION,
  )
}

/**
 * A FIFO topic needs a group, within which messages keep their order, and an id that no other message of the last 5
 * minutes has; a topic with content-based deduplication would drop the second of two equal messages.
 */
const fifoMembers = (): { MessageGroupId: string; MessageDeduplicationId: string } => ({
  MessageGroupId: 'ecs-pipeline',
  MessageDeduplicationId: randomUUID(),
})

/** 'less than 100 characters long' */
const LONGEST_SUBJECT = 99

/**
 * A subject that SNS takes: ASCII, one line, beginning with a letter, digit or punctuation mark (API_Publish; the SDK's
 * model allows UTF-8 by now, other regions and older endpoints need not). Accents go, other letters become `?`.
 */
export function topicSubject(text: string): string {
  const ascii = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\x20-\x7e\s]+/g, '?')
    .replaceAll(/\s+/g, ' ')
    .trim()
  if (ascii === '') return 'ecs-pipeline'
  return ascii.length <= LONGEST_SUBJECT ? ascii : `${ascii.slice(0, LONGEST_SUBJECT - 3)}...`
}

/** 'at most 256 KB in size (262,144 bytes, not 262,144 characters)'. */
const MOST_BYTES = 262_144
const CUT_NOTE = '\n[The rest was too long for SNS and was left out.]'

/** A message that SNS takes: not empty, and cut between two characters when it is too long. */
export function topicMessage(text: string): string {
  if (text.trim() === '') return '(no text)'
  const bytes = Buffer.from(text)
  if (bytes.length <= MOST_BYTES) return text
  let end = MOST_BYTES - Buffer.byteLength(CUT_NOTE)
  // Bytes of the form 10xxxxxx go on with a character that began before them.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.subarray(0, end).toString() + CUT_NOTE
}
