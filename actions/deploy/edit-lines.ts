/** Lines of the inputs that edit a task definition: what they say, of which container, and what is wrong with them. */
import type { Findings } from './findings.ts'

/** What a line says of one container; `undefined`: of those that `container-name` means. */
export interface Targeted<Value> {
  readonly container: string | undefined
  readonly value: Value
}

/** `NAME=VALUE`, or with `value: undefined` a line that takes the name away. */
export interface Assignment {
  readonly container: string | undefined
  readonly name: string
  readonly value: string | undefined
  /** Where it stands, for people; never with its value. */
  readonly where: string
}

interface Line {
  readonly container: string | undefined
  readonly text: string
  readonly where: string
}

/** A space behind the colon makes it a container: `A:B=1` is a variable, `a: B=1` is B of the container a. */
const TARGET = /^([\w-]+):\s+(.*)$/s

function linesOf(input: string, given: string): readonly Line[] {
  return given.split(/\r?\n/).flatMap((line, index) => {
    const trimmed = line.trim()
    if (trimmed === '') return []
    const where = `Input '${input}', line ${index + 1}`
    const [, container, text = ''] = TARGET.exec(trimmed) ?? []
    return container === undefined
      ? { container, text: trimmed, where }
      : { container, text, where }
  })
}

/** Values that are more than a name and a text: the log driver, files of variables. */
export const readTargeted = (input: string, given = ''): readonly Targeted<string>[] =>
  linesOf(input, given).map(({ container, text }) => ({ container, value: text }))

/**
 * `NAME=VALUE`, `unset NAME`, each for one container with `CONTAINER: ` before it. The value is everything behind the
 * first `=`, also when that is nothing. `isName`: what a name may be.
 */
export function readAssignments(
  input: string,
  given: string | undefined,
  findings: Findings,
  isName: (name: string) => boolean = (name) => name !== '',
): readonly Assignment[] {
  const found = linesOf(input, given ?? '').flatMap(({ container, text, where }) => {
    const [, unset] = /^unset\s+([^\s=]+)$/.exec(text) ?? []
    if (unset !== undefined) return { container, name: unset, value: undefined, where }
    const at = text.indexOf('=')
    const name = text.slice(0, Math.max(at, 0)).trim()
    if (at > 0 && isName(name)) return { container, name, value: text.slice(at + 1), where }
    // The line itself is not shown: it may hold a secret.
    findings.problems.push(
      `${where}, has to be NAME=VALUE, or \`unset NAME\` to take one away. For one of several containers, write CONTAINER: before it, with a space.`,
    )
    return []
  })
  for (const [first, second] of twice(found)) {
    findings.problems.push(
      `${second.where}, names \`${second.name}\` again (first: ${lineOf(first)}). Remove one of them.`,
    )
  }
  return found
}

/** Pairs of lines that say something of the same name of the same container. */
function twice(all: readonly Assignment[]): readonly (readonly [Assignment, Assignment])[] {
  return all.flatMap((second, index) => {
    const first = all.slice(0, index).find((each) => isSameName(each, second))
    return first ? [[first, second] as const] : []
  })
}

export const isSameName = (a: Assignment, b: Assignment): boolean =>
  a.name === b.name && a.container === b.container

/** `line 3` of where it stands. */
const lineOf = ({ where }: Assignment): string => where.replace(/^.*, /, '')
