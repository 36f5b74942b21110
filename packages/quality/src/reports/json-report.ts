/**
 * Reports in JSON, of any size: what they have many of is handed over one entry at a time, so that only one of them is
 * held. Each entry is checked by {@link JsonScanner}, which knows the place of a fault, and then read by `JSON.parse`.
 */
import { BadJson } from './bad-json.ts'
import { badReport } from './bad-report.ts'
import { JsonScanner, type OnJson } from './json-scanner.ts'
import { reportText } from './open-report.ts'
import type { ReportFile } from './report-file.ts'

/** Where entries are: `['testResults', '*']`; the star is any entry of a list. */
export type EntryPath = readonly string[]

export interface Entry {
  readonly value: unknown
  /** Names and indexes that lead to it: `['runs', 0, 'results', 3]`. */
  readonly path: readonly (string | number)[]
  /** That it begins on, from 1. */
  readonly line: number
}

export interface Entries {
  readonly path: EntryPath
  /** Without it they are only left out. */
  readonly onEntry?: (entry: Entry) => void
}

/** Characters of one entry, and of all that is no entry: what is held at once. */
export const LARGEST_ENTRY = 32 * 1024 * 1024

/**
 * Answers what the report says beside the `entries`: each of them is `null` there. Entries are told of before the end of the
 * report is known to be right, so that what they told counts only when this resolves. Throws {@link BadReport}.
 */
export async function readJsonReport(
  file: ReportFile,
  entries: readonly Entries[] = [],
): Promise<unknown> {
  return readJson(reportText(file), file.name, entries)
}

/** As {@link readJsonReport}, of text that comes in pieces. */
export async function readJson(
  pieces: AsyncIterable<string> | Iterable<string>,
  name: string,
  entries: readonly Entries[] = [],
): Promise<unknown> {
  const taker = new Taker(name, entries)
  try {
    for await (const piece of pieces) taker.feed(piece)
    return taker.finish()
  } catch (error) {
    if (!(error instanceof BadJson)) throw error
    throw badReport(name, error.line, `${error.message} (column ${error.column})`)
  }
}

/** Follows the scanner and cuts its text into entries and the rest. */
class Taker implements OnJson {
  readonly #name: string
  readonly #entries: readonly Entries[]
  readonly #scanner = new JsonScanner(this)
  #piece = ''
  /** Where in the piece begins what is not kept yet. */
  #from = 0
  readonly #rest: string[] = []
  #restLength = 0
  /** Of the value that is being read, without what is in an entry. */
  readonly #path: (string | number)[] = []
  #open: { readonly of: Entries; readonly depth: number; readonly line: number } | undefined
  #text: string[] = []
  #textLength = 0

  constructor(name: string, entries: readonly Entries[]) {
    this.#name = name
    this.#entries = entries
  }

  feed(piece: string): void {
    this.#piece = piece
    this.#from = 0
    this.#scanner.feed(piece)
    this.#keep(piece.length)
  }

  finish(): unknown {
    this.#piece = ''
    this.#from = 0
    this.#scanner.finish()
    return JSON.parse(this.#rest.join(''))
  }

  key(written: string, depth: number): void {
    if (this.#open) return
    this.#path[depth - 1] = JSON.parse(`"${written}"`) as string
  }

  begin(at: number, depth: number): void {
    if (this.#open) return
    this.#path.length = depth
    // A list's members have no name: the first has index 0, and so on.
    if (depth > 0) {
      const before = this.#path[depth - 1]
      if (typeof before !== 'string') this.#path[depth - 1] = (before ?? -1) + 1
    }
    const of = this.#entries.find(({ path }) => matches(path, this.#path))
    if (!of) return
    this.#keep(at)
    this.#open = { of, depth, line: this.#scanner.line }
  }

  end(at: number, depth: number): void {
    if (!this.#open || depth > this.#open.depth) return
    this.#keep(at)
    const { of, line } = this.#open
    this.#open = undefined
    this.#rest.push('null')
    const text = this.#text.join('')
    this.#text = []
    this.#textLength = 0
    of.onEntry?.({ value: JSON.parse(text), path: [...this.#path], line })
  }

  #keep(to: number): void {
    const text = this.#piece.slice(this.#from, to)
    this.#from = to
    if (!this.#open) {
      // The copy lets the piece go, of which a slice would hold all.
      if (text !== '') this.#rest.push(copyOf(text))
      this.#restLength += text.length
      if (this.#restLength <= LARGEST_ENTRY) return
      throw badReport(this.#name, this.#scanner.line, 'what stands beside its entries is too large')
    }
    if (!this.#open.of.onEntry) return
    this.#text.push(text)
    this.#textLength += text.length
    if (this.#textLength <= LARGEST_ENTRY) return
    throw badReport(
      this.#name,
      this.#open.line,
      `the entry that begins here is larger than ${LARGEST_ENTRY / 1024 / 1024} MB`,
    )
  }
}

const matches = (pattern: EntryPath, path: readonly (string | number)[]): boolean =>
  pattern.length === path.length &&
  pattern.every((name, index) =>
    name === '*' ? typeof path[index] === 'number' : name === path[index],
  )

const copyOf = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le')
