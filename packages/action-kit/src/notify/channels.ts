import { randomUUID } from 'node:crypto'
import { oneLine } from '../foreign-text.ts'
import { tidy, type News } from './news.ts'
import { post, type Delivery } from './post.ts'
import { slackMessage } from './slack-message.ts'

/** Where news goes. */
export interface Channel {
  /** For people, at the beginning of a sentence: `Slack`. */
  readonly name: string
  /** Gives a caveat when the news did not arrive. What it throws becomes one too. */
  send(news: News): Promise<string | undefined>
}

/** Tells all of them at the same time. A channel that fails is a caveat, and keeps no other from being told. */
export async function notify(news: News, channels: readonly Channel[]): Promise<readonly string[]> {
  const caveats = await Promise.all(channels.map((channel) => tell(channel, news)))
  return caveats.filter((caveat) => caveat !== undefined)
}

async function tell(channel: Channel, news: News): Promise<string | undefined> {
  try {
    return await channel.send(news)
  } catch (error) {
    // Without its causes: a port's error has AWS's own words in its message.
    const words = error instanceof Error ? error.message : String(error)
    return notNotified(channel.name, oneLine(words))
  }
}

const notNotified = (name: string, why: string): string => `${name} was not notified: ${why}`

/** An incoming webhook of Slack; `address` is a secret. */
export function slackChannel(address: string, delivery: Delivery): Channel {
  const name = 'Slack'
  return {
    name,
    async send(news) {
      const body = JSON.stringify(slackMessage(news))
      const remedy = (status: number, text: string): string =>
        slackRemedy(status, slackError(text, address))
      const problem = await post(address, { body, headers: {}, remedy }, delivery)
      return problem === undefined ? undefined : notNotified(name, problem)
    },
  }
}

/** Slack answers with one word, such as `no_service`. Anything else, and any part of the address, is not repeated. */
function slackError(text: string, address: string): string {
  const word = text.trim()
  return /^[a-z_]{3,60}$/.test(word) && !address.includes(word) ? word : ''
}

/** docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, 'Handling errors'. */
function slackRemedy(status: number, word: string): string {
  const said = word === '' ? '' : `Slack says ${word}. `
  if (status === 403 || status === 404 || status === 410) {
    return `${said}The webhook was revoked, or its channel is gone or closed to it: make a new one.`
  }
  if (status >= 300 && status < 400) return REDIRECTED
  return said.trim()
}

const REDIRECTED = 'Redirects are not followed: give the final address.'

/** Any server that takes JSON by POST; `address` is a secret. */
export function webhookChannel(address: string, delivery: Delivery): Channel {
  const name = 'The webhook'
  return {
    name,
    async send(news) {
      // A try that got lost may have arrived: the server can tell a repetition by this.
      const headers = { 'x-ecs-pipeline-delivery': randomUUID() }
      const problem = await post(
        address,
        { body: webhookBody(news), headers, remedy: webhookRemedy },
        delivery,
      )
      return problem === undefined ? undefined : notNotified(name, problem)
    },
  }
}

function webhookRemedy(status: number): string {
  if (status >= 300 && status < 400) return REDIRECTED
  if (status === 401 || status === 403 || status === 404) return 'Check the address.'
  return ''
}

/** Characters that end something where JSON is put into a page: written as escapes, they stay the same JSON. */
const PAGE_SIGNS = /[<>&\u2028\u2029]/g

function webhookBody(news: News): string {
  const { title, outcome, severity, facts, links, report } = tidy(news)
  const body = JSON.stringify({ version: 1, title, outcome, severity, facts, links, report })
  return body.replaceAll(
    PAGE_SIGNS,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
