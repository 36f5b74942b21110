/** The kinds of inputs. Each turns the text that the runner gives into a value, or says what is wrong with it. */

export interface InputKind<Value> {
  readonly required: boolean
  /** As in action.yml; `undefined` when the input has no default. */
  readonly default: string | undefined
  /** Never shown in an error, because it may be a secret. */
  readonly secret: boolean
  /** `text` is trimmed and not empty. Throws an Error whose message goes on after 'has to be …'. */
  readonly parse: (text: string) => Value
  /** What an empty input without a default is. */
  readonly absent: Value
}

interface Common {
  readonly required?: boolean
  readonly default?: string
  readonly secret?: boolean
}

/** What `parse` throws: what the text would have to be. */
export class NotThat extends Error {}

const kind = <Value>(
  { required = false, secret = false, ...rest }: Common,
  absent: Value,
  parse: (text: string) => Value,
): InputKind<Value> => ({ required, secret, default: rest.default, absent, parse })

export function text(
  options: Common & ({ required: true } | { default: string }),
): InputKind<string>
export function text(options?: Common): InputKind<string | undefined>
export function text(options: Common = {}): InputKind<string | undefined> {
  return kind(options, undefined, (given) => given)
}

/** One of a few words. */
export function choice<const Word extends string>(
  words: readonly Word[],
  options: Common & { readonly default: NoInfer<Word> },
): InputKind<Word>
export function choice<const Word extends string>(
  words: readonly Word[],
  options?: Omit<Common, 'default'>,
): InputKind<Word | undefined>
export function choice<const Word extends string>(
  words: readonly Word[],
  options: Common = {},
): InputKind<Word | undefined> {
  const absent = words.find((word) => word === options.default)
  return kind(options, absent, (given) => {
    const found = words.find((word) => word === given)
    if (found !== undefined) return found
    const near = nearest(given, words)
    const hint = near === undefined ? '' : `. Did you mean '${near}'?`
    throw new NotThat(`one of ${words.join(', ')}${hint}`)
  })
}

/** As YAML 1.2 writes booleans; the same words that @actions/core takes. */
export function flag(options: { readonly default: 'true' | 'false' }): InputKind<boolean> {
  return kind(options, options.default === 'true', (given) => {
    if (['true', 'True', 'TRUE'].includes(given)) return true
    if (['false', 'False', 'FALSE'].includes(given)) return false
    throw new NotThat('true or false')
  })
}

interface Bounds {
  readonly minimum: number
  readonly maximum: number
}

export function integer(options: Common & Bounds & { default: string }): InputKind<number>
export function integer(options: Common & Bounds): InputKind<number | undefined>
export function integer({
  minimum,
  maximum,
  ...options
}: Common & Bounds): InputKind<number | undefined> {
  return kind(options, undefined, (given) => {
    const value = Number(given)
    if (/^\d+$/.test(given) && value >= minimum && value <= maximum) return value
    throw new NotThat(`a whole number from ${minimum} to ${maximum}`)
  })
}

/** An https address; http only to this machine. */
export function address(options: Common = {}): InputKind<string | undefined> {
  return kind(options, undefined, (given) => {
    const { protocol, hostname } = URL.canParse(given)
      ? new URL(given)
      : { protocol: '', hostname: '' }
    const isHere = hostname === 'localhost' || hostname === '127.0.0.1'
    if (protocol === 'https:' || (protocol === 'http:' && isHere)) return given
    throw new NotThat('an address that begins with https://')
  })
}

/** One item a line; empty lines do not count. */
export function lines(options: Common = {}): InputKind<readonly string[]> {
  return kind(options, [], (given) =>
    given
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  )
}

/** The word that was probably meant; `undefined` when none is close. */
export function nearest(given: string, words: readonly string[]): string | undefined {
  const ranked = words
    .map((word) => ({ word, distance: distance(given.toLowerCase(), word.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best && best.distance <= Math.max(2, Math.floor(best.word.length / 3))
    ? best.word
    : undefined
}

/** Levenshtein: how many letters have to be added, removed or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_each, index) => index)
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1]
    for (const [j, other] of Array.from(b).entries()) {
      const change = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
