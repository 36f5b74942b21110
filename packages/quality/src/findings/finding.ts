/** Something that a person can look at, at a place of the repository. */

export type FindingLevel = 'error' | 'warning' | 'notice'

export interface Finding {
  readonly level: FindingLevel
  /** The gate or check that it speaks of; `undefined` for what no gate minds. */
  readonly of: string | undefined
  /** Relative to the root of the repository. */
  readonly path: string | undefined
  /** From 1. */
  readonly line: number | undefined
  readonly endLine: number | undefined
  readonly title: string
  readonly message: string
  /** Whether the change has touched the place. */
  readonly isAdded: boolean
}

/** The title of one that is about a whole check or gate, whose table says the same. */
export const wholeTitle = (kind: 'Check' | 'Gate', id: string): string => `${kind} ${id}`

export const isAboutWhole = ({ title, of }: Finding): boolean =>
  of !== undefined && (title === wholeTitle('Check', of) || title === wholeTitle('Gate', of))
