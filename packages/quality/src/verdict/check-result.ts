/** What became of one check, as its command ended and as its reports say. */
import type { CheckSpec } from '../policy/policy.ts'

/** `not-run`: its program is not there, or its folder. `skipped`: what it needs did not pass. */
export type CheckStatus = 'passed' | 'failed' | 'timed-out' | 'cancelled' | 'skipped' | 'not-run'

export interface CheckResult {
  readonly check: CheckSpec
  readonly status: CheckStatus
  readonly exitCode: number | undefined
  /** Of all attempts together. */
  readonly seconds: number
  readonly attempts: number
  /** One sentence; empty when it passed. */
  readonly reason: string
  /** The last lines of what it printed. */
  readonly tail: readonly string[]
}
