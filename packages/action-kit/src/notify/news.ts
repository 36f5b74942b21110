import { oneLine, webAddress } from '../foreign-text.ts'

/** What a finished run has to tell, as plain text: each channel writes it in its own language. */
export interface News {
  /** One line, for example `web in prod: rolled-back`. */
  readonly title: string
  readonly outcome: string
  readonly severity: Severity
  /** The most important first. */
  readonly facts: readonly Fact[]
  readonly links: NewsLinks
  /** Everything, for programs: only the generic webhook sends it. Has to be JSON. */
  readonly report: unknown
}

/** `info`: all is well. `critical`: somebody has to look now. */
export type Severity = 'info' | 'warning' | 'critical'

/** Something to know. A line may have `code` in backticks; a line break in it becomes a space. */
export interface Fact {
  readonly name: string
  readonly lines: readonly string[]
}

export interface NewsLinks {
  readonly run: string | undefined
  readonly environment: string | undefined
}

/** News with every text a single line, every link one of the web, and nothing empty. */
export function tidy(news: News): News {
  const facts = news.facts
    .map(({ name, lines }) => ({
      name: oneLine(name),
      lines: lines.map(oneLine).filter((line) => line !== ''),
    }))
    .filter(({ lines }) => lines.length > 0)
  return {
    ...news,
    title: oneLine(news.title) || 'ecs-pipeline',
    outcome: oneLine(news.outcome),
    facts,
    links: { run: webAddress(news.links.run), environment: webAddress(news.links.environment) },
  }
}

/** The whole news as plain text, for mail and for people who read without formatting. */
export function newsText(news: News): string {
  const { title, facts, links } = tidy(news)
  const blocks = facts.map(({ name, lines }) => {
    const [first = ''] = lines
    return lines.length === 1
      ? `${name}: ${first}`
      : `${name}:\n${lines.map((line) => `- ${line}`).join('\n')}`
  })
  const addresses = [
    links.run === undefined ? '' : `Run: ${links.run}`,
    links.environment === undefined ? '' : `Environment: ${links.environment}`,
  ]
  return [title, ...blocks, addresses.filter((each) => each !== '').join('\n')]
    .filter((block) => block !== '')
    .join('\n\n')
}
