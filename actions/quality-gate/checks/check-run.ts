/** What is run, and what has come of it. */
import type { ProcessEnd } from '@ecs-pipeline/action-kit'

export type CheckCommand =
  | { readonly kind: 'program'; readonly program: string; readonly args: readonly string[] }
  /** The one place where there is a shell: the user has written `shell: bash`. */
  | { readonly kind: 'bash'; readonly script: string }

export interface CheckRun {
  readonly id: string
  readonly command: CheckCommand
  /** Absolute. */
  readonly folder: string
  /** Ids of the checks that have to pass before; without unknown ones and circles. */
  readonly needs: readonly string[]
  /** Of each attempt. */
  readonly timeoutSeconds: number
  /** How often it is run again, at most. */
  readonly retries: number
  /** All that it sees, as `cleanEnvironment` makes it. */
  readonly environment: Readonly<Record<string, string>>
  /** Its standard output is a report for a program: it goes to its file, and not into the log. */
  readonly hidesStdout?: boolean
}

export type AttemptEnd =
  | ProcessEnd
  /** No such program, no such folder; `problem` says what to do. */
  | { readonly kind: 'not-started'; readonly problem: string }

export interface Attempt {
  /** From 1. */
  readonly number: number
  readonly end: AttemptEnd
  readonly seconds: number
  /** All lines of both outputs as they came, without a standard output that is a report. */
  readonly logFile: string
  /** All bytes of the standard output. */
  readonly stdoutFile: string
  /** The last 40 lines of it. */
  readonly lastLines: readonly string[]
  /**
   * Milliseconds since the epoch. A file that is written after it can carry a time some milliseconds before: Linux
   * stamps files by a coarser clock.
   */
  readonly startedAt: number
}

/** Of an attempt: it was good, or it was not and may be run again, or it was not and that would not help. */
export type AttemptVerdict = 'done' | 'again' | 'failed'

export type CheckResult = { readonly id: string; readonly attempts: readonly Attempt[] } & (
  | { readonly outcome: 'passed' | 'failed' }
  /** `because`: ids of checks that did not pass: needed ones, or the one that `failFast` ended everything for. */
  | { readonly outcome: 'skipped'; readonly because: readonly string[] }
  /** By GitHub when `because` is empty, else as with `skipped`. */
  | { readonly outcome: 'cancelled'; readonly because: readonly string[] }
)
