/** What a YAML or JSON text says, with the place of everything, so that a reader can point at what is wrong. */

/** Both count from 1, in characters, as editors do. */
export interface Place {
  readonly line: number
  readonly column: number
}

export type DocumentValue =
  TextValue | NumberValue | TruthValue | NothingValue | ListValue | MapValue

export interface TextValue {
  readonly kind: 'text'
  readonly place: Place
  readonly text: string
}

export interface NumberValue {
  readonly kind: 'number'
  readonly place: Place
  /** Not finite for `.inf`, `.nan` and what is too large for a double. */
  readonly value: number
  /** As it was written. */
  readonly source: string
}

export interface TruthValue {
  readonly kind: 'truth'
  readonly place: Place
  readonly value: boolean
}

/** `null`, `~`, or a key with nothing behind it. */
export interface NothingValue {
  readonly kind: 'nothing'
  readonly place: Place
}

export interface ListValue {
  readonly kind: 'list'
  readonly place: Place
  readonly items: readonly DocumentValue[]
}

/**
 * A list of entries and no object: a key such as `__proto__` is a key like any other. A key that is written twice is
 * reported by the parser, and only its first entry is here.
 */
export interface MapValue {
  readonly kind: 'map'
  readonly place: Place
  readonly entries: readonly MapEntry[]
}

export interface MapEntry {
  readonly key: string
  readonly keyPlace: Place
  readonly value: DocumentValue
}

const SHOWN_CHARACTERS = 40

/** For messages: 'has to be a number, not …'. */
export function describeValue(value: DocumentValue): string {
  switch (value.kind) {
    case 'text':
      return value.text === '' ? 'an empty text' : `the text ${quoted(value.text)}`
    case 'number':
      return shortened(value.source)
    case 'truth':
      return String(value.value)
    case 'nothing':
      return 'empty'
    case 'list':
      return 'a list'
    case 'map':
      return 'a map of keys and values'
  }
}

/** In double quotes, on one line, and not longer than a message can bear. */
export const quoted = (text: string): string => JSON.stringify(shortened(text))

const shortened = (text: string): string =>
  text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
