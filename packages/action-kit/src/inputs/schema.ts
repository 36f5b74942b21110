import { NotThat, type InputKind } from './kinds.ts'

type Kinds = Readonly<Record<string, InputKind<unknown>>>

/** `wait-for-minutes` becomes `waitForMinutes`. */
type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name

type ValuesOf<Given extends Kinds> = {
  readonly [Name in keyof Given & string as Camel<Name>]: Given[Name] extends InputKind<infer Value>
    ? Value
    : never
}

/** The inputs of one action: the single source of their names, defaults and kinds. action.yml is held against it. */
export interface InputSchema<Values> {
  readonly kinds: Kinds
  describe(): readonly InputDescription[]
  /** Throws one {@link InputError} that lists everything that is wrong. */
  read(source: InputSource): Values
}

export interface InputDescription {
  readonly name: string
  readonly required: boolean
  readonly default: string | undefined
}

/** Gives the text of an input, empty when it was not set. */
export type InputSource = (name: string) => string

export type InputsOf<Schema> = Schema extends InputSchema<infer Values> ? Values : never

/** What a person has to correct in the workflow file. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

export function defineInputs<const Given extends Kinds>(
  kinds: Given,
): InputSchema<ValuesOf<Given>> {
  return {
    kinds,
    describe: () =>
      Object.entries(kinds).map(([name, { required, default: fallback }]) => ({
        name,
        required,
        default: fallback,
      })),
    read(source) {
      const problems: string[] = []
      const values = Object.entries(kinds).map(([name, kind]) => {
        try {
          return [camel(name), readOne(name, kind, source(name))]
        } catch (error) {
          if (!(error instanceof InputError)) throw error
          problems.push(...error.problems)
          return [camel(name), undefined]
        }
      })
      if (problems.length > 0) throw new InputError(problems)
      return Object.fromEntries(values) as ValuesOf<Given>
    },
  }
}

function readOne(name: string, kind: InputKind<unknown>, given: string): unknown {
  const text = given.trim() === '' ? (kind.default ?? '') : given.trim()
  if (text === '') {
    if (kind.required) throw new InputError([`Input '${name}' is required. Set it under 'with:'.`])
    return kind.absent
  }
  try {
    return kind.parse(text)
  } catch (error) {
    if (!(error instanceof NotThat)) throw error
    throw new InputError([problemWith(name, error, kind.secret ? undefined : text)])
  }
}

/** What a person reads of an input that is not what it has to be. `given`: `undefined` when it may not be shown. */
export function problemWith(name: string, { message }: NotThat, given: string | undefined): string {
  const shown = given === undefined ? '' : `, not '${given}'`
  const hint = /\. Did you mean .*$/.exec(message)?.[0] ?? ''
  return `Input '${name}' has to be ${message.slice(0, message.length - hint.length)}${shown}${hint}`
}

/** The member of the values that an input becomes: `wait-for-minutes` is `waitForMinutes`. */
export const camel = (name: string): string =>
  name.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase())
