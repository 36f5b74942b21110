/** Bytes of a report as text: UTF-8 and nothing else, refused where it stops to be that. Holds one piece at a time. */
import { isUtf8 } from 'node:buffer'
import { badReport } from './bad-report.ts'

export interface Expected {
  /** For tools that print nothing when all is well. */
  readonly mayBeEmpty?: boolean
}

const NEWLINE = 0x0a
const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf])
const FOREIGN_MARKS: readonly (readonly [string, Buffer])[] = [
  // UTF-32's little-endian mark begins as that of UTF-16 does.
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0])],
  ['UTF-32', Buffer.from([0, 0, 0xfe, 0xff])],
  ['UTF-16', Buffer.from([0xff, 0xfe])],
  ['UTF-16', Buffer.from([0xfe, 0xff])],
]
const LONGEST_MARK = 4

/**
 * The text of the report `name` in pieces, none of which is cut in a character. A mark of UTF-8 at its beginning is left
 * out. Throws {@link BadReport}.
 */
export async function* decodeReport(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name: string,
  { mayBeEmpty = false }: Expected = {},
): AsyncGenerator<string, void, undefined> {
  let rest: Buffer = Buffer.alloc(0)
  let line = 1
  let size = 0
  let isBegun = false
  let isBlank = true

  const decode = (piece: Buffer): string => {
    const nul = piece.indexOf(0)
    if (nul !== -1) {
      const at = line + newlines(piece.subarray(0, nul))
      throw badReport(
        name,
        at,
        'there is a NUL byte, so that it is UTF-16, UTF-32 or no text; write it as UTF-8',
      )
    }
    if (!isUtf8(piece)) {
      throw badReport(
        name,
        line + linesBeforeBad(piece),
        'this line is not UTF-8; write it as UTF-8',
      )
    }
    line += newlines(piece)
    const text = piece.toString('utf8')
    if (isBlank && /\S/.test(text)) isBlank = false
    return text
  }

  for await (const part of bytes) {
    size += part.length
    let piece = Buffer.from(part.buffer, part.byteOffset, part.length)
    if (rest.length > 0) piece = Buffer.concat([rest, piece])
    if (!isBegun) {
      if (piece.length < LONGEST_MARK) {
        rest = Buffer.from(piece)
        continue
      }
      piece = withoutMark(piece, name)
      isBegun = true
    }
    const end = endOfWhole(piece)
    // A copy: the reader may use its buffer again.
    rest = Buffer.from(piece.subarray(end))
    if (end > 0) yield decode(piece.subarray(0, end))
  }
  if (!isBegun) rest = withoutMark(rest, name)
  if (rest.length > 0) yield decode(rest)
  if (isBlank && !mayBeEmpty) {
    const what = size === 0 ? 'is empty (0 bytes)' : 'holds nothing but white space'
    throw badReport(name, undefined, `the report ${what}; its tool has not written it to the end`)
  }
}

/** The text in lines, without their ends (`\n` or `\r\n`). No line is held that is longer than `longest` characters. */
export async function* linesOf(
  text: AsyncIterable<string>,
  name: string,
  longest = 16 * 1024 * 1024,
): AsyncGenerator<string, void, undefined> {
  let open = ''
  let line = 1
  for await (const piece of text) {
    let from = 0
    for (;;) {
      const end = piece.indexOf('\n', from)
      open += piece.slice(from, end === -1 ? undefined : end)
      if (open.length > longest) {
        throw badReport(name, line, `this line is longer than ${longest} characters`)
      }
      if (end === -1) break
      yield open.endsWith('\r') ? open.slice(0, -1) : open
      open = ''
      line++
      from = end + 1
    }
  }
  if (open !== '') yield open.endsWith('\r') ? open.slice(0, -1) : open
}

function withoutMark(piece: Buffer, name: string): Buffer {
  for (const [encoding, mark] of FOREIGN_MARKS) {
    if (piece.subarray(0, mark.length).equals(mark)) {
      throw badReport(name, 1, `the report is ${encoding}; write it as UTF-8`)
    }
  }
  return piece.subarray(0, UTF8_MARK.length).equals(UTF8_MARK)
    ? piece.subarray(UTF8_MARK.length)
    : piece
}

function newlines(piece: Buffer): number {
  let count = 0
  for (let at = piece.indexOf(NEWLINE); at !== -1; at = piece.indexOf(NEWLINE, at + 1)) count++
  return count
}

/** A newline is never a part of another character, so that lines can be looked at one by one. */
function linesBeforeBad(piece: Buffer): number {
  let [lines, from] = [0, 0]
  for (;;) {
    const end = piece.indexOf(NEWLINE, from)
    if (end === -1 || !isUtf8(piece.subarray(from, end))) return lines
    lines++
    from = end + 1
  }
}

/** Where the last character begins that the next piece has to end; else the length. */
function endOfWhole(piece: Buffer): number {
  for (let back = 1; back <= 3 && back <= piece.length; back++) {
    const byte = piece[piece.length - back] ?? 0
    if (byte < 0x80) break
    if (byte < 0xc0) continue
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return needs > back ? piece.length - back : piece.length
  }
  return piece.length
}
