import type * as Yaml from 'yaml'
import type { CST, LineCounter } from 'yaml'
import { convertDocument } from './convert-document.ts'
import type { DocumentValue, Place } from './document-value.ts'
import type { Problems } from './problems.ts'
import { explainSyntaxError } from './syntax-errors.ts'

/** Far above anything that a person writes; far below what would keep a runner busy. */
const MOST_CHARACTERS = 256 * 1024
/** The composer of `yaml` calls itself once for each level, and a runner's stack ends at some thousand. */
const DEEPEST = 64

const START: Place = { line: 1, column: 1 }

/**
 * Reads YAML 1.2 or JSON. `undefined` when the text cannot be read at all: then there is one problem, since what a
 * parser says after its first error is mostly an echo of it. Otherwise `problems` may have got some too (keys that
 * are written twice, tags), and the value is there for the other problems to be found.
 */
export async function parseDocument(
  text: string,
  problems: Problems,
): Promise<DocumentValue | undefined> {
  if (text.length > MOST_CHARACTERS) {
    problems.add(
      START,
      `the document has ${text.length} characters; more than ${MOST_CHARACTERS} are not read.`,
    )
    return undefined
  }
  // Loaded only when there is something to read: most steps have no document.
  const yaml = await import('yaml')
  const lines = new yaml.LineCounter()
  const placeOf = (offset: number): Place => placeIn(lines, offset)
  // A byte order mark would move every column of the first line.
  const tokens = tokensOf(yaml, text.replace(/^\uFEFF/, ''), lines, (offset) =>
    problems.add(placeOf(offset), `this is nested more than ${DEEPEST} levels deep.`),
  )
  if (!tokens) return undefined
  const composer = new yaml.Composer({
    // Said here and not left to `%YAML 1.1`, under which `no` is false, `1:30` is 90 and `<<` merges.
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    // Found by the conversion, together with the other problems.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  })
  const [document, second] = composer.compose(tokens, true, text.length)
  const error = document?.errors[0]
  if (error) {
    const offset = startOfText(yaml, document, error.pos[0])
    problems.add(placeOf(offset), explainSyntaxError(error.code, error.message))
    return undefined
  }
  if (second) {
    problems.add(placeOf(second.range[0]), 'a second document begins here; there can be one only.')
    return undefined
  }
  if (!document) return { kind: 'nothing', place: START }
  return convertDocument(yaml, document, placeOf, problems)
}

/** `undefined` when it is nested too deeply; the lexer and the parser themselves need no stack. */
function tokensOf(
  yaml: typeof Yaml,
  text: string,
  lines: LineCounter,
  tooDeep: (offset: number) => void,
): CST.Token[] | undefined {
  const parser = new yaml.Parser(lines.addNewLine)
  const tokens: CST.Token[] = []
  lines.addNewLine(0)
  for (const lexeme of new yaml.Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme))
    if (parser.stack.length > DEEPEST) {
      tooDeep(parser.offset)
      return undefined
    }
  }
  tokens.push(...parser.end())
  return tokens
}

/** A quote that is never closed is missed at the end of the document; what helps is where it was opened. */
function startOfText(yaml: typeof Yaml, document: Yaml.Document, end: number): number {
  let start = end
  yaml.visit(document, {
    Scalar(_key, { type, range }) {
      if (type?.startsWith('QUOTE') && range?.[1] === end) start = range[0]
    },
  })
  return start
}

function placeIn(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  // The parser says 0 for what comes before the first line.
  return { line: Math.max(1, line), column: Math.max(1, col) }
}
