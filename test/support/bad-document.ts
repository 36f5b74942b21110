/** Documents as people get them wrong, with what a reader says about each. */
import { expect } from '@jest/globals'

export interface BadDocument {
  /** What is wrong with it. */
  readonly wrong: string
  readonly text: string
  /** All of them: nothing else is found. */
  readonly problems: readonly ExpectedProblem[]
  /** Whether its JSON Schema refuses it too; a schema cannot compare two values, or read bad YAML. */
  readonly structural: boolean
}

export interface ExpectedProblem {
  readonly line: number
  readonly column: number
  /** A piece of what is said. */
  readonly says: string
}

/** A document that the schema sees to be wrong. A problem is written `LINE:COLUMN what is said`. */
export const seen = (wrong: string, text: string, ...problems: readonly string[]): BadDocument => ({
  ...{ wrong, text, structural: true },
  problems: problems.map(expected),
})

/** A document that only the reader sees to be wrong. */
export const read = (wrong: string, text: string, ...problems: readonly string[]): BadDocument => ({
  ...seen(wrong, text, ...problems),
  structural: false,
})

function expected(problem: string): ExpectedProblem {
  const [, line, column, says = ''] = /^(\d+):(\d+) (.+)$/.exec(problem) ?? []
  return { line: Number(line), column: Number(column), says }
}

/** All that is expected was found, at its place and in this order, and nothing else. `name`: of the file. */
export function expectProblems(
  found: readonly string[],
  name: string,
  problems: readonly ExpectedProblem[],
): void {
  expect(found).toEqual(
    problems.map(({ line, column, says }) => {
      const start = `${name}:${line}:${column}: `
      return found.find((each) => each.startsWith(start) && each.includes(says)) ?? start + says
    }),
  )
}
