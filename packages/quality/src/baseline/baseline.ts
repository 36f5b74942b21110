/** What a branch has had, kept for those that are compared with it: counts, never percentages. */
import type { Measure } from '../metrics/measure.ts'

export interface Baseline {
  readonly version: 1
  /** Without `refs/heads/`. */
  readonly branch: string
  /** Of that branch: its whole id. */
  readonly commit: string
  /** ISO 8601 in UTC, with milliseconds. */
  readonly recordedAt: string
  /** Tells whether it was counted by the same policy; a hash, for comparing only. */
  readonly policy: string
  readonly metrics: Readonly<Record<string, Measure>>
}

/** Bytes of a file that may be one; what is written for a thousand metrics is a tenth of it. */
export const LARGEST_BASELINE = 512 * 1024

/** A file that is no baseline. */
export class BadBaseline extends Error {
  override readonly name = 'BadBaseline'
}

/** `place`: a line, or a member by its path; `problem` is a sentence without its point. */
export const badBaseline = (file: string, place: string, problem: string): BadBaseline =>
  new BadBaseline(
    `${file}: ${place === '' ? '' : `${place}: `}${problem}. It is treated as missing.`,
  )
