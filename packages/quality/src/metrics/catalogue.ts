/** The metrics that a gate may name. */

/** `all`: the whole project; `new-code`: lines that the change has added; `production`: what is shipped. */
export type Scope = 'all' | 'new-code' | 'production'

export type Unit = 'percent' | 'count' | 'seconds' | 'bytes'

export interface Metric {
  readonly name: string
  readonly unit: Unit
  /** Which way is worse. */
  readonly worse: 'lower' | 'higher'
  readonly scopes: readonly Scope[]
  /** What kind of report it is counted from. */
  readonly from: 'tests' | 'coverage' | 'issues' | 'audit' | 'sizes'
  /** For people, in the plural: `tests that failed`. */
  readonly what: string
}

const metric = (
  name: string,
  from: Metric['from'],
  what: string,
  more: Partial<Pick<Metric, 'unit' | 'worse' | 'scopes'>> = {},
): Metric => ({ name, from, what, unit: 'count', worse: 'higher', scopes: ['all'], ...more })

const COVERAGE = { unit: 'percent', worse: 'lower' } as const
const LINT = { scopes: ['all', 'new-code'] } as const
const AUDIT = { scopes: ['all', 'production'] } as const

export const METRICS: readonly Metric[] = [
  metric('tests.total', 'tests', 'tests that were run', { worse: 'lower' }),
  metric('tests.passed', 'tests', 'tests that passed', { worse: 'lower' }),
  metric('tests.failed', 'tests', 'tests that failed'),
  metric('tests.skipped', 'tests', 'tests that were skipped'),
  metric('tests.flaky', 'tests', 'tests that failed and passed on retry'),
  metric('tests.duration', 'tests', 'time of all tests', { unit: 'seconds' }),
  metric('coverage.lines', 'coverage', 'lines that tests have run', {
    ...COVERAGE,
    scopes: ['all', 'new-code'],
  }),
  metric('coverage.branches', 'coverage', 'branches that tests have taken', COVERAGE),
  metric('coverage.functions', 'coverage', 'functions that tests have called', COVERAGE),
  metric('lint.errors', 'issues', 'errors of linters and compilers', LINT),
  metric('lint.warnings', 'issues', 'warnings of linters and compilers', LINT),
  metric('vulnerabilities.critical', 'audit', 'critical vulnerabilities', AUDIT),
  metric('vulnerabilities.high', 'audit', 'high vulnerabilities', AUDIT),
  metric('vulnerabilities.moderate', 'audit', 'moderate vulnerabilities', AUDIT),
  metric('vulnerabilities.low', 'audit', 'low vulnerabilities', AUDIT),
]

/** A size is named in the policy: `size.bundle`. */
export const SIZE = 'size.'

/** `undefined` for a name that there is not. */
export const metricOf = (name: string): Metric | undefined =>
  name.startsWith(SIZE) && name.length > SIZE.length
    ? metric(name, 'sizes', `bytes of ${name.slice(SIZE.length)}`, { unit: 'bytes' })
    : METRICS.find((each) => each.name === name)
