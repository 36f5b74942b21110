/** What a tool that reads code has found at a place of it. */

export type IssueLevel = 'error' | 'warning' | 'note'

export interface Issue {
  /** `eslint`, `tsc`, `prettier`; of SARIF the name of its driver. */
  readonly tool: string
  readonly level: IssueLevel
  readonly rule: string | undefined
  readonly message: string
  /** As the report has it: relative to a package, absolute, or of an address `file://`. */
  readonly path: string | undefined
  /** From 1. */
  readonly line: number | undefined
  readonly column: number | undefined
}

/** Characters of a message that are kept. */
export const LONGEST_ISSUE = 4096

/** Told of each issue as it is read, so that no list of all has to be held. */
export type OnIssue = (issue: Issue) => void
