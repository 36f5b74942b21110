/** What a policy file says, with the places of what may be told about it later. */
import type { Metric, Scope } from '../metrics/catalogue.ts'

export const REPORT_FORMATS = [
  'junit',
  'jest-json',
  'tap',
  'lcov',
  'cobertura',
  'istanbul-summary',
  'eslint-json',
  'sarif',
  'npm-audit',
  'tsc',
  'prettier',
] as const

export type ReportFormat = (typeof REPORT_FORMATS)[number]

/** What a report of each format is about. */
export const KIND_OF: Readonly<Record<ReportFormat, Exclude<Metric['from'], 'sizes'>>> = {
  junit: 'tests',
  'jest-json': 'tests',
  tap: 'tests',
  lcov: 'coverage',
  cobertura: 'coverage',
  'istanbul-summary': 'coverage',
  'eslint-json': 'issues',
  sarif: 'issues',
  tsc: 'issues',
  prettier: 'issues',
  'npm-audit': 'audit',
}

export interface ReportSpec {
  readonly format: ReportFormat
  /** Globs, relative to the check's folder; `undefined`: what the check prints on its standard output. */
  readonly paths: readonly string[] | undefined
}

export type CheckCommand =
  | { readonly kind: 'program'; readonly program: string; readonly args: readonly string[] }
  | { readonly kind: 'bash'; readonly script: string }

export type Level = 'error' | 'warning'

export interface CheckSpec {
  readonly id: string
  /** `undefined`: an earlier step has run it, and only its reports are read. */
  readonly command: CheckCommand | undefined
  /** Relative to the root; `.` is the root itself. */
  readonly folder: string
  readonly needs: readonly string[]
  readonly timeoutMinutes: number
  /** How often it is run again after it has failed. */
  readonly retries: number
  readonly environment: Readonly<Record<string, string>>
  readonly reports: readonly ReportSpec[]
  /** Exit codes that are no failure by themselves. */
  readonly exitCodes: readonly number[]
  readonly level: Level
  /** `FILE:LINE` of the policy. */
  readonly where: string
}

export interface Gate {
  readonly id: string
  readonly metric: Metric
  readonly scope: Scope
  /** Of these checks only; empty: of all. */
  readonly checks: readonly string[]
  /** Only what lies in this folder, relative to the root. */
  readonly folder: string | undefined
  readonly min: number | undefined
  readonly max: number | undefined
  /** Against the baseline: percentage points for a percentage. */
  readonly maxDrop: number | undefined
  readonly maxRise: number | undefined
  /** Below so many changed lines that can be run, coverage of new code is not judged. */
  readonly minLines: number
  readonly level: Level
  readonly where: string
}

/** What may pass for a while, by a person who says why. */
export interface PolicyException {
  /** The id of a gate or of a vulnerability. */
  readonly of: { readonly gate: string } | { readonly vulnerability: string }
  readonly reason: string
  /** `2027-01-31`, its last day. */
  readonly expires: string
  /** The end of that day in UTC, in milliseconds since 1970. */
  readonly until: number
  readonly where: string
}

export interface SizeSpec {
  readonly name: string
  readonly paths: readonly string[]
  readonly gzip: boolean
  readonly where: string
}

export interface Policy {
  /** Tells the baselines and comments of several policies of one repository apart. */
  readonly name: string
  readonly checks: readonly CheckSpec[]
  readonly sizes: readonly SizeSpec[]
  readonly gates: readonly Gate[]
  readonly exceptions: readonly PolicyException[]
}
