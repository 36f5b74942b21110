/** Lines out of the chunks of a program's output. */
import { StringDecoder } from 'node:string_decoder'

/** The longest line, in UTF-16 units; what is longer goes on in the next one. */
export const LONGEST_LINE = 64 * 1024

/**
 * Never keeps more than one line, however much comes without an end. A carriage return begins the line anew, as on a
 * terminal, so that of a progress bar its last state is left.
 */
export class Lines {
  private readonly decoder = new StringDecoder('utf8')
  private readonly onLine: (line: string) => void
  private rest = ''

  constructor(onLine: (line: string) => void) {
    this.onLine = onLine
  }

  add(chunk: Buffer): void {
    const pieces = this.decoder.write(chunk).split('\n')
    const last = pieces.pop() ?? ''
    for (const piece of pieces) {
      this.grow(piece)
      this.end()
    }
    this.grow(last)
  }

  /** The output has ended, perhaps within a line. */
  close(): void {
    this.grow(this.decoder.end())
    if (this.rest !== '') this.end()
  }

  private grow(piece: string): void {
    this.rest += piece
    if (this.rest.length <= LONGEST_LINE) return
    this.rest = this.rest.slice(startOfShown(this.rest))
    while (this.rest.length > LONGEST_LINE) {
      const at = middleOfCharacter(this.rest, LONGEST_LINE) ? LONGEST_LINE - 1 : LONGEST_LINE
      this.onLine(shown(this.rest.slice(0, at)))
      this.rest = this.rest.slice(at)
    }
  }

  private end(): void {
    const line = shown(this.rest)
    this.rest = ''
    this.onLine(line)
  }
}

/** What a terminal would show. */
const shown = (text: string): string => text.slice(startOfShown(text), endOfShown(text))

/** Returns at the end have overwritten nothing yet. */
function endOfShown(text: string): number {
  let end = text.length
  while (text[end - 1] === '\r') end--
  return end
}

const startOfShown = (text: string): number => text.slice(0, endOfShown(text)).lastIndexOf('\r') + 1

const middleOfCharacter = (text: string, at: number): boolean =>
  /[\uD800-\uDBFF]/.test(text.charAt(at - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(at))
