/** News as a Slack message: Block Kit, with the same as plain text for notifications and screen readers. Pure. */
import { cut } from '../foreign-text.ts'
import { newsText, tidy, type Fact, type News, type NewsLinks, type Severity } from './news.ts'

/**
 * Slack's limits, in characters. Blocks: docs.slack.dev/reference/block-kit/blocks ('up to 50 blocks in each
 * message'); `text`: …/composition-objects/text-object (1 to 3000); header: …/blocks/header-block (150). The limit of
 * all blocks together is not documented: above about 13,000 comes `msg_blocks_too_long` (slackapi/bolt-js#2509).
 */
export const SLACK_LIMITS = { blocks: 50, text: 3_000, header: 150, together: 9_000 } as const

/** A header before the facts; a note and two links behind them. */
const MOST_FACTS = SLACK_LIMITS.blocks - 4

export interface SlackMessage {
  /** Shown where blocks are not. */
  readonly text: string
  readonly blocks: readonly SlackBlock[]
  /** `@channel` in somebody's text calls nobody. */
  readonly link_names: false
  readonly unfurl_links: false
  readonly unfurl_media: false
}

export type SlackBlock =
  | {
      readonly type: 'header'
      readonly text: { readonly type: 'plain_text'; readonly text: string; readonly emoji: false }
    }
  | {
      readonly type: 'section'
      /** `verbatim`: addresses and names in the text of others do not become links. */
      readonly text: { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true }
    }

const MARK: Readonly<Record<Severity, string>> = { info: '✅', warning: '⚠️', critical: '🔥' }

export function slackMessage(news: News): SlackMessage {
  const { title, severity, facts, links } = tidy(news)
  const shown = facts.slice(0, MOST_FACTS)
  const share = Math.min(SLACK_LIMITS.text, Math.floor(SLACK_LIMITS.together / shown.length))
  const leftOut = facts.length - shown.length
  return {
    text: escaped(newsText(news), SLACK_LIMITS.text),
    blocks: [
      header(`${MARK[severity]} ${title}`),
      ...shown.map((fact) => section(factText(fact, share))),
      ...(leftOut > 0 ? [section(`${leftOut} more facts are in the run.`)] : []),
      ...linkSections(links),
    ],
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
  }
}

const header = (text: string): SlackBlock => ({
  type: 'header',
  text: { type: 'plain_text', text: escaped(text, SLACK_LIMITS.header), emoji: false },
})

const section = (text: string): SlackBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text, verbatim: true },
})

function factText({ name, lines }: Fact, most: number): string {
  const title = `*${escaped(name, 80)}*\n`
  const body = lines.length === 1 ? lines.join('') : lines.map((line) => `• ${line}`).join('\n')
  return title + escaped(body, most - title.length)
}

function linkSections({ run, environment }: NewsLinks): readonly SlackBlock[] {
  return [link(run, 'Open the run'), link(environment, 'Open the environment')]
    .filter((each) => each !== undefined)
    .map(section)
}

function link(address: string | undefined, label: string): string | undefined {
  if (address === undefined) return undefined
  const safe = address.replaceAll('<', '%3C').replaceAll('>', '%3E').replaceAll('|', '%7C')
  return `<${safe.replaceAll('&', '&amp;')}|${label}>`
}

/**
 * Three characters are control characters and become entities, 'and only three' (docs.slack.dev/messaging/
 * formatting-message-text): without them no `<!channel>`, `<@U…>` or link is left. Cut so that the escaped text fits,
 * whatever Slack counts, and that no entity is broken.
 */
function escaped(text: string, most: number): string {
  const whole = cut(text, most + 1).replaceAll(/[&<>]/g, entity)
  if (whole.length <= most) return whole
  let kept = ''
  for (const sign of text) {
    const written = entity(sign)
    if (kept.length + written.length > most - 1) break
    kept += written
  }
  return `${kept}…`
}

const entity = (sign: string): string => ENTITY[sign] ?? sign
const ENTITY: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
