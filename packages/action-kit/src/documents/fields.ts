import {
  describeValue,
  type DocumentValue,
  type MapValue,
  type Place,
  quoted,
} from './document-value.ts'
import { likelyWord } from './likely-word.ts'
import { durationHint, numberHint } from './number-hints.ts'
import type { Problems } from './problems.ts'

export interface FieldsOptions {
  /** What the map is, for messages: 'a trigger'. */
  readonly what: string
  readonly keys: readonly string[]
  /** What people call a key elsewhere, in small letters without `_` and `-`: `comparisonoperator`. */
  readonly otherNames?: Readonly<Record<string, string>>
  /** What to say about a key that stands in the wrong place, before any key is guessed. */
  readonly misplaced?: (key: string) => string | undefined
}

interface Bounds {
  readonly minimum: number
  readonly maximum: number
  /** What the number counts, so that `5m` can be answered with the number that was meant. */
  readonly unit?: 'seconds' | 'minutes'
}

/**
 * A map whose keys are known. Each question reports what is wrong with its own value and answers `undefined` then, as
 * it does for a key that is not there: ask {@link has} to tell them apart.
 */
export class Fields {
  readonly place: Place
  readonly #what: string
  readonly #values: ReadonlyMap<string, DocumentValue>
  readonly #problems: Problems

  constructor(map: MapValue, options: FieldsOptions, problems: Problems) {
    this.place = map.place
    this.#what = options.what
    this.#problems = problems
    this.#values = new Map(map.entries.map(({ key, value }) => [key, value]))
    for (const { key, keyPlace } of map.entries) {
      if (!options.keys.includes(key)) problems.add(keyPlace, unknownKey(key, options))
    }
  }

  /** `undefined`, and a problem, when `value` is no map. */
  static of(value: DocumentValue, options: FieldsOptions, problems: Problems): Fields | undefined {
    if (value.kind === 'map') return new Fields(value, options, problems)
    problems.add(
      value.place,
      `${options.what} is a map of keys and values, not ${describeValue(value)}.`,
    )
    return undefined
  }

  has(key: string): boolean {
    return this.#values.has(key)
  }

  value(key: string): DocumentValue | undefined {
    return this.#values.get(key)
  }

  /** Of the value; of the whole map when there is none. */
  placeOf(key: string): Place {
    return this.#values.get(key)?.place ?? this.place
  }

  report(key: string, message: string): void {
    this.#problems.add(this.placeOf(key), message)
  }

  /** Reports that `key` is needed and not there. */
  need(key: string, advice: string): void {
    if (!this.has(key)) this.#problems.add(this.place, `${this.#what} needs \`${key}\`. ${advice}`)
  }

  text(key: string): string | undefined {
    const value = this.#values.get(key)
    if (!value) return undefined
    if (value.kind === 'text' && value.text.trim() !== '') return value.text
    const hint = value.kind === 'number' || value.kind === 'truth' ? ' Put it in quotes.' : ''
    this.#wrong(key, value, 'a text', hint)
    return undefined
  }

  choice<const Word extends string>(
    key: string,
    words: readonly Word[],
    advice: (given: string) => string | undefined = () => undefined,
  ): Word | undefined {
    const value = this.#values.get(key)
    if (!value) return undefined
    const given = value.kind === 'text' ? value.text : undefined
    const found = words.find((word) => word === given)
    if (found !== undefined) return found
    const near = given === undefined ? undefined : likelyWord(given, words)
    const guess = near === undefined ? '' : ` Did you mean ${quoted(near)}?`
    const hint = given === undefined ? undefined : advice(given)
    this.#wrong(key, value, `one of ${words.join(', ')}`, hint === undefined ? guess : ` ${hint}`)
    return undefined
  }

  /** Any number but NaN and the infinite ones. */
  number(key: string): number | undefined {
    const value = this.#values.get(key)
    if (!value) return undefined
    if (value.kind === 'number' && Number.isFinite(value.value)) return value.value
    const what = value.kind === 'number' ? 'a finite number' : 'a number'
    this.#wrong(key, value, what, value.kind === 'text' ? numberHint(value.text) : '')
    return undefined
  }

  integer(key: string, { minimum, maximum, unit }: Bounds): number | undefined {
    const value = this.#values.get(key)
    if (!value) return undefined
    if (value.kind === 'number' && Number.isInteger(value.value)) {
      if (value.value >= minimum && value.value <= maximum) return value.value
    }
    const what = `a whole number${unit === undefined ? '' : ` of ${unit}`} from ${minimum} to ${maximum}`
    const text = value.kind === 'text' ? value.text : ''
    const hint = unit === undefined ? undefined : durationHint(text, unit)
    this.#wrong(key, value, what, hint ?? numberHint(text))
    return undefined
  }

  #wrong(key: string, value: DocumentValue, what: string, hint: string): void {
    this.#problems.add(
      value.place,
      value.kind === 'nothing'
        ? `\`${key}\` has no value. It has to be ${what}.`
        : `\`${key}\` has to be ${what}, not ${describeValue(value)}.${hint}`,
    )
  }
}

function unknownKey(key: string, options: FieldsOptions): string {
  const { what, keys, otherNames = {}, misplaced } = options
  const said = misplaced?.(key)
  if (said !== undefined) return said
  if (key === '<<') return 'merge keys (<<) are not read. Write the keys out.'
  const plain = key.toLowerCase().replace(/[-_ ]/g, '')
  const meant = Object.hasOwn(otherNames, plain) ? otherNames[plain] : likelyWord(key, keys)
  const hint =
    meant === undefined ? `Its keys are ${keys.join(', ')}.` : `Did you mean \`${meant}\`?`
  return `${what} has no key ${quoted(key)}. ${hint}`
}
