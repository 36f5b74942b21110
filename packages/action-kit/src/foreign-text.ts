/** Text of other people (containers, images, AWS), made fit to be sent to somebody else. */

/** Line breaks and control characters, and what turns the direction of the text around it. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu

/** One line: nothing in it begins a line that looks like one of ours. */
export const oneLine = (text: string): string =>
  text.toWellFormed().replaceAll(UNPRINTABLE, ' ').trim()

/** At most `most` UTF-16 units, no character cut in half; `…` says that something is missing. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const kept = text.slice(0, most - 1)
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`
}

/** The longest address that is shown; browsers and Slack get into trouble above about 2,000. */
const LONGEST_ADDRESS = 2_000

/** The address if it is one of the web, without credentials; a link is never anything else. */
export function webAddress(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined
  const { protocol, username, password, href } = new URL(text)
  if (protocol !== 'https:' && protocol !== 'http:') return undefined
  if (username !== '' || password !== '' || href.length > LONGEST_ADDRESS) return undefined
  return href
}
