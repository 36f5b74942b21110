/** A command that people wrote as one line, as a list of arguments, without a shell. */

/** Nothing that a shell would have to do is guessed; `position` is that of the character in the line, from 1. */
export class BadCommand extends Error {
  override readonly name = 'BadCommand'
  readonly position: number

  constructor(position: number, problem: string) {
    super(`Character ${position}: ${problem}`)
    this.position = position
  }
}

/** Words which only a shell runs, where a command begins. */
const SHELL_WORDS = new Set(
  '! . : alias case cd coproc declare do done elif else esac eval exec exit export fi for function if let local readonly return select set shift source then trap ulimit umask unset until while { }'.split(
    ' ',
  ),
)

/**
 * Quotes and backslashes mean what they mean in POSIX (2.2 Quoting); everything else that only a shell understands is
 * a {@link BadCommand}. Never empty: the first one is the program.
 */
export function splitCommand(line: string): readonly [program: string, ...args: string[]] {
  const [program, ...args] = new Splitter(line).split()
  if (program === undefined) throw new BadCommand(1, 'there is no command.')
  return [program, ...args]
}

/** The line that {@link splitCommand} makes these of. */
export const quoteCommand = (words: readonly string[]): string => words.map(quoteWord).join(' ')

const quoteWord = (word: string, index: number): string =>
  /^[\w@%+:,./-]+$/.test(word) && !(index === 0 && SHELL_WORDS.has(word))
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`

const NAME_AND_EQUALS = /^[A-Za-z_]\w*\+?=/
/** What a shell puts something else for. */
const EXPANSION = /^\$[\w{(@*#?$!-]/

class Splitter {
  private readonly line: string
  private readonly words: string[] = []
  private at = 0
  /** Where the word began; `undefined` between words. */
  private start: number | undefined
  private word = ''
  /** The word with a space for each character that is quoted: what a shell would look at. */
  private bare = ''

  constructor(line: string) {
    // YAML leaves the end of the last line in a block.
    this.line = line.replace(/\r?\n$/, '')
  }

  split(): readonly string[] {
    while (this.at < this.line.length) {
      const character = this.line.charAt(this.at)
      if (character === ' ' || character === '\t') {
        this.endWord()
        this.at++
      } else {
        this.checkStart()
        this.start ??= this.at
        this.takeOne(character)
      }
    }
    this.endWord()
    return this.words
  }

  private endWord(): void {
    if (this.start === undefined) return
    const raw = this.line.slice(this.start, this.at)
    if (this.words.length === 0) this.checkFirst(raw, this.start)
    const braces = this.bare.slice(this.bare.indexOf('{'), this.bare.lastIndexOf('}') + 1)
    if (/^\{.*(?:,|\.\.)/su.test(braces)) throw this.forShell(this.start, raw)
    // Of a home folder in an assignment, which bash makes even of an argument.
    if (NAME_AND_EQUALS.test(raw) && /[=:]~/.test(this.bare)) throw this.forShell(this.start, raw)
    this.words.push(this.word)
    this.word = ''
    this.bare = ''
    this.start = undefined
  }

  /** `raw`: with its quotes; a word that is quoted is none of the shell's. */
  private checkFirst(raw: string, start: number): void {
    const assignment = NAME_AND_EQUALS.exec(raw)
    if (assignment) {
      throw new BadCommand(
        start + 1,
        `\`${assignment[0]}…\` before a command is for a shell: write it under \`env\`, or write \`shell: bash\`.`,
      )
    }
    if (raw === 'cd') {
      throw new BadCommand(
        start + 1,
        '`cd` is for a shell: write `working-directory`, or `shell: bash`.',
      )
    }
    if (SHELL_WORDS.has(raw)) throw this.forShell(start, raw)
  }

  /** What means something at the beginning of a word only. */
  private checkStart(): void {
    const character = this.line.charAt(this.at)
    if (this.start === undefined && (character === '~' || character === '#')) {
      throw this.forShell(this.at, character)
    }
  }

  private takeOne(character: string): void {
    if (character === '\0') throw new BadCommand(this.at + 1, 'no argument can have a NUL in it.')
    if (character === "'") this.takeSingle()
    else if (character === '"') this.takeDouble()
    else if (character === '\\') this.takeEscaped()
    else {
      if (/[|&;<>()*?[`\n\r]/.test(character)) throw this.forShell(this.at, this.operator())
      if (EXPANSION.test(this.line.slice(this.at, this.at + 2)) || this.isDollarQuote()) {
        throw this.forShell(this.at, this.operator())
      }
      this.word += character
      this.bare += character
      this.at++
    }
  }

  private takeSingle(): void {
    const end = this.line.indexOf("'", this.at + 1)
    if (end === -1) throw this.open(this.at)
    this.take(this.at + 1, end)
    this.at = end + 1
  }

  private takeDouble(): void {
    const start = this.at++
    for (; this.line.charAt(this.at) !== '"'; this.at++) {
      const [character, next] = [this.line.charAt(this.at), this.line.charAt(this.at + 1)]
      if (character === '') throw this.open(start)
      const isExpansion = character === '`' || EXPANSION.test(character + next)
      if (isExpansion) throw this.forShell(this.at, this.operator(), 'write a backslash before it')
      if (character !== '\\' || !/["\\$`\n]/.test(next)) this.take(this.at, this.at + 1)
      else if (++this.at && next !== '\n') this.take(this.at, this.at + 1)
    }
    this.at++
  }

  private takeEscaped(): void {
    const next = this.line.charAt(this.at + 1)
    if (next === '') throw new BadCommand(this.at + 1, 'nothing follows the backslash.')
    // A line that goes on in the next one.
    if (next === '\n') {
      if (this.start === this.at && this.word === '') this.start = undefined
    } else this.take(this.at + 1, this.at + 2)
    this.at += 2
  }

  private take(from: number, to: number): void {
    const text = this.line.slice(from, to)
    if (text.includes('\0')) throw new BadCommand(from + 1, 'no argument can have a NUL in it.')
    this.word += text
    this.bare += ' '.repeat(text.length)
  }

  /** `$'…'` and `$"…"` of bash. */
  private isDollarQuote(): boolean {
    return /^\$['"]/.test(this.line.slice(this.at, this.at + 2))
  }

  /** As people know it, of what stands here. */
  private operator(): string {
    const rest = this.line.slice(this.at, this.at + 40)
    const found = /^(?:\$\{[^}]*\}?|\$\w+|\$.|&&|\|\||>>|<<|[\n\r]|.)/su.exec(rest)?.[0] ?? ''
    return /[\n\r]/.test(found) ? 'a second line' : found
  }

  private forShell(at: number, what: string, orElse = 'quote it'): BadCommand {
    const isLine = what === 'a second line'
    const named = isLine ? what : `\`${what}\``
    const advice = isLine ? 'make each command a check of its own' : orElse
    return new BadCommand(at + 1, `${named} is for a shell: write \`shell: bash\`, or ${advice}.`)
  }

  private open(at: number): BadCommand {
    return new BadCommand(at + 1, `the quote ${this.line.charAt(at)} is never closed.`)
  }
}
