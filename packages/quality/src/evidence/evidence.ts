/** All that the reports of one run have said, with paths of the repository, ready to be counted. */
import type { ChangedLines } from '../diff/changed-lines.ts'
import type { CollectedIssues } from '../issues/collect-issues.ts'
import type { Metric } from '../metrics/catalogue.ts'
import type { CoverageFile } from '../test-coverage/coverage.ts'
import type { TestResult } from '../test-results/test-result.ts'
import type { Vulnerability } from '../vulnerabilities/vulnerability.ts'

/** Where a number comes from. */
export interface Origin {
  /** The id of the check. */
  readonly check: string
  /** Its folder, relative to the root; `.` is the root. */
  readonly folder: string
  /** The name of the report. */
  readonly report: string
}

export interface TestCounts {
  /** Without those that were skipped. */
  readonly total: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** Are among `passed`, too. */
  readonly flaky: number
  readonly seconds: number
}

export interface TestEvidence extends Origin {
  readonly counts: TestCounts
  /** At most some thousand. */
  readonly failures: readonly TestResult[]
  readonly flaky: readonly TestResult[]
  readonly slowest: readonly TestResult[]
}

export interface CoverageEvidence extends Origin {
  /** One entry for a path of the repository. */
  readonly files: readonly CoverageFile[]
}

export type IssueEvidence = Origin & Pick<CollectedIssues, 'byPath' | 'worst'>

export interface AuditedVulnerability extends Vulnerability {
  readonly isProduction: boolean
  /** Where the package stands in the lock file. */
  readonly lockFile: { readonly path: string; readonly line: number } | undefined
}

export interface AuditEvidence extends Origin {
  readonly vulnerabilities: readonly AuditedVulnerability[]
}

export interface SizeEvidence {
  readonly name: string
  readonly bytes: number
  /** The largest first. */
  readonly largest: readonly { readonly path: string; readonly bytes: number }[]
}

/** A report that is not there, or cannot be believed. What it should have told is not measured. */
export interface LostReport extends Omit<Origin, 'report'> {
  readonly kind: Metric['from']
  /** Of a size its name. */
  readonly report: string
  readonly problem: string
}

/**
 * `nothing-to-compare`: a run that belongs to no change, such as a schedule. `unknown`: there is a change, but Git could
 * not show it.
 */
export type Change =
  | { readonly kind: 'known'; readonly lines: ChangedLines; readonly base: string }
  | { readonly kind: 'nothing-to-compare'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string }

export interface Evidence {
  readonly tests: readonly TestEvidence[]
  readonly coverage: readonly CoverageEvidence[]
  readonly issues: readonly IssueEvidence[]
  readonly audits: readonly AuditEvidence[]
  readonly sizes: readonly SizeEvidence[]
  readonly lost: readonly LostReport[]
  readonly change: Change
}
