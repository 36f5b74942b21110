/** JSON of strangers, asked member by member. What is not asked for is not there. */
import { cut } from '@ecs-pipeline/action-kit'

/** Says where and what, and never repeats anything of the file. */
export class UnreadableReport extends Error {}

type Members = Readonly<Record<string, unknown>>

export class Untrusted {
  readonly #where: string
  readonly #members: Members
  readonly #shortened: (what: string) => void

  /** `where`: empty for the report itself. `shortened` is told of lists whose end was not read. */
  constructor(value: unknown, where: string, shortened: (what: string) => void) {
    if (!isObject(value)) {
      throw new UnreadableReport(`${where === '' ? 'the report' : where} is no JSON object`)
    }
    this.#members = value
    this.#where = where
    this.#shortened = shortened
  }

  has(key: string): boolean {
    return this.#at(key) !== undefined
  }

  /** At most `most` characters of it. */
  text(key: string, most: number): string {
    const value = this.#at(key)
    return typeof value === 'string' ? cut(value, most) : this.#wrong(key, 'a text')
  }

  optionalText(key: string, most: number): string | undefined {
    return this.has(key) ? this.text(key, most) : undefined
  }

  /** JSON has no NaN, but `1e999` is infinite. */
  number(key: string): number {
    const value = this.#at(key)
    return typeof value === 'number' && Number.isFinite(value)
      ? value
      : this.#wrong(key, 'a finite number')
  }

  optionalNumber(key: string): number | undefined {
    return this.has(key) ? this.number(key) : undefined
  }

  count(key: string): number {
    const value = this.#at(key)
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? value
      : this.#wrong(key, 'a whole number from 0')
  }

  optionalCount(key: string): number | undefined {
    return this.has(key) ? this.count(key) : undefined
  }

  flag(key: string): boolean {
    const value = this.#at(key)
    return typeof value === 'boolean' ? value : this.#wrong(key, 'true or false')
  }

  word<const Word extends string>(key: string, words: readonly Word[]): Word {
    const value = this.#at(key)
    return words.find((word) => word === value) ?? this.#wrong(key, `one of ${words.join(', ')}`)
  }

  object(key: string): Untrusted {
    return new Untrusted(this.#at(key), this.#name(key), this.#shortened)
  }

  optionalObject(key: string): Untrusted | undefined {
    return this.has(key) ? this.object(key) : undefined
  }

  /** The first `most` of them. */
  objects(key: string, most: number): readonly Untrusted[] {
    return this.#items(key, most).map(
      (item, index) => new Untrusted(item, `${this.#name(key)}[${index}]`, this.#shortened),
    )
  }

  /** The first `most` of them, each cut to `longest` characters. */
  texts(key: string, most: number, longest: number): readonly string[] {
    return this.#items(key, most).map((item) =>
      typeof item === 'string' ? cut(item, longest) : this.#wrong(key, 'a list of texts'),
    )
  }

  #items(key: string, most: number): readonly unknown[] {
    const value = this.#at(key)
    if (!Array.isArray(value)) return this.#wrong(key, 'a list')
    const items: readonly unknown[] = value
    if (items.length > most) this.#shortened(`the first ${most} of ${items.length} ${key}`)
    return items.slice(0, most)
  }

  /** `__proto__` and what every object inherits are no members. `null` is how JSON says that there is nothing. */
  #at(key: string): unknown {
    return Object.hasOwn(this.#members, key) ? (this.#members[key] ?? undefined) : undefined
  }

  #name(key: string): string {
    return this.#where === '' ? key : `${this.#where}.${key}`
  }

  #wrong(key: string, what: string): never {
    throw new UnreadableReport(`${this.#name(key)} has to be ${what}`)
  }
}

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
