/** A path as Git prints it in a diff: in quotes, with C's escapes, when it has unusual characters (`core.quotePath`). */

const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  '\\': 92,
}

/** The path itself; `undefined` when the quotes are not closed. */
export function unquotePath(text: string): string | undefined {
  if (!text.startsWith('"')) return text
  if (!text.endsWith('"') || text.length < 2) return undefined
  const bytes: number[] = []
  const inside = Buffer.from(text.slice(1, -1), 'utf8')
  for (let at = 0; at < inside.length; at++) {
    const byte = inside[at] ?? 0
    if (byte !== 92) {
      bytes.push(byte)
      continue
    }
    const octal = /^[0-3][0-7]{2}/.exec(inside.toString('latin1', at + 1, at + 4))?.[0]
    if (octal !== undefined) {
      bytes.push(Number.parseInt(octal, 8))
      at += 3
      continue
    }
    const escaped = ESCAPES[String.fromCharCode(inside[at + 1] ?? 0)]
    if (escaped === undefined) return undefined
    bytes.push(escaped)
    at++
  }
  return Buffer.from(bytes).toString('utf8')
}
