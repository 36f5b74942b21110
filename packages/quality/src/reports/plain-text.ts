/** Text of a report as people read it: without colours and control characters, and no longer than wanted. */

/** Colours and the like of a terminal; XML cannot hold an escape, so that writers tell it in their own ways. */
const TERMINAL =
  /(?:\u001b|\u009b|&#27;|&#x1b;|#x1b)(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?)?/giu
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/gu

/** Without the sequences of a terminal and control characters; line ends and tabs stay. */
export const plainText = (text: string): string => text.replace(TERMINAL, '').replace(CONTROL, '')

/** At most `longest` characters of it, never half of a surrogate pair. */
export function cutTo(text: string, longest: number): string {
  if (text.length <= longest) return text
  const cut = text.slice(0, longest)
  return cut.isWellFormed() ? cut : cut.slice(0, -1)
}

/** A copy that is its own. V8 makes a part of a string by pointing into the whole, and the whole is a piece of the file. */
export const detached = (text: string): string => Buffer.from(text, 'utf8').toString('utf8')

/** Collects text up to a limit; what comes after is not held. */
export class TextStart {
  readonly #longest: number
  #text = ''

  /** `longest` in characters of what {@link toString} gives. */
  constructor(longest: number) {
    this.#longest = longest
  }

  add(text: string): void {
    // Twice as much, because colours are dropped only when all is there.
    const room = this.#longest * 2 - this.#text.length
    if (room > 0) this.#text += text.slice(0, room)
  }

  toString(): string {
    return detached(cutTo(plainText(this.#text).trim(), this.#longest))
  }
}

/** Both at once: what is cut away anyway need not be cleaned, and colours are seldom more than half of a message. */
export const shortText = (text: string, longest: number): string =>
  detached(cutTo(plainText(text.slice(0, longest * 4)), longest))
