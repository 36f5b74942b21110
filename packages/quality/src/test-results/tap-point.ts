/** One test point of TAP, and the block of YAML that may follow it. */
import { detached, TextStart } from '../reports/plain-text.ts'
import { firstFrame } from './first-frame.ts'
import { LONGEST_MESSAGE, type TestResult, type TestStatus } from './test-result.ts'

const POINT = /^(not )?ok\b(?:\s+\d+)?(?:\s+-)?\s*(.*)$/
/** A `#` behind a backslash is part of the name. */
const DIRECTIVE = /(?:^|[^\\])#\s*(skip|todo)\w*\b.*$/i
const DURATION = /^duration_ms: ([\d.]+)$/
const LOCATION = /^location: '(.+):(\d+):\d+'$/
const FAILURE = /^failureType: '?(\w+)'?$/

export interface PointLine {
  readonly isOk: boolean
  readonly directive: 'skip' | 'todo' | undefined
  readonly name: string
}

/** `undefined` when the line is none. */
export function parsePoint(text: string): PointLine | undefined {
  const found = POINT.exec(text)
  if (!found) return undefined
  const [, not, said = ''] = found
  const directive = DIRECTIVE.exec(said)
  const kind = directive?.[1]?.toLowerCase()
  // The character before the `#` still belongs to the name.
  const end = directive ? directive.index + (directive[0].startsWith('#') ? 0 : 1) : said.length
  return {
    isOk: not === undefined,
    directive: kind === 'skip' || kind === 'todo' ? kind : undefined,
    name: detached(unescaped(said.slice(0, end).trim())),
  }
}

/** Names have a backslash before each `#` and each backslash. */
export const unescaped = (name: string): string => name.replaceAll(/\\([\\#])/g, '$1')

export class TapPoint {
  readonly depth: number
  readonly status: TestStatus
  readonly #name: string
  readonly #suite: string
  readonly #message = new TextStart(LONGEST_MESSAGE)
  #seconds = 0
  #place: { readonly file: string; readonly line: number } | undefined
  #failure: string | undefined

  constructor({ isOk, directive, name }: PointLine, depth: number, suite: string) {
    this.depth = depth
    this.#name = name
    this.#suite = suite
    // What is still to do says nothing, however it ends; what was skipped cannot fail.
    const isSkipped = directive === 'todo' || (directive === 'skip' && isOk)
    this.status = isSkipped ? 'skipped' : isOk ? 'passed' : 'failed'
  }

  /** Whether Node says that it failed by itself, and not only because its subtests did. */
  get failedItself(): boolean {
    return this.#failure !== undefined && this.#failure !== 'subtestsFailed'
  }

  /** A line of its block, without the indentation of the block. */
  addMessage(line: string): void {
    const duration = DURATION.exec(line)?.[1]
    if (duration !== undefined) this.#seconds = Number(duration) / 1000 || 0
    const [, file, at] = LOCATION.exec(line) ?? []
    if (file !== undefined) this.#place = { file: detached(file), line: Number(at) }
    const failure = FAILURE.exec(line)?.[1]
    if (failure !== undefined) this.#failure = failure
    if (this.status === 'failed') this.#message.add(`${line}\n`)
  }

  result(): TestResult {
    const text = this.#message.toString()
    const message = text === '' ? undefined : text
    const place = this.#place ?? (message === undefined ? undefined : firstFrame(message))
    return {
      suite: this.#suite,
      name: this.#name,
      status: this.status,
      seconds: this.#seconds,
      file: place?.file,
      line: place?.line,
      message,
    }
  }
}
