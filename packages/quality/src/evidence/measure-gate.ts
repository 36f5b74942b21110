/** The number that a gate is about, or why there is none. */
import { mergeCoverage, type Counted } from '../test-coverage/coverage.ts'
import { coverageOfChange } from '../test-coverage/changed-coverage.ts'
import { SIZE } from '../metrics/catalogue.ts'
import { number, ratio, type Measure } from '../metrics/measure.ts'
import type { Gate, PolicyException } from '../policy/policy.ts'
import type { Severity } from '../vulnerabilities/vulnerability.ts'
import type { Evidence, Origin, TestCounts } from './evidence.ts'
import { isInFolder, select } from './select.ts'

/** `resting`: there is a number, but too little or nothing to judge by; it neither passes nor fails. */
export type Measured =
  | { readonly kind: 'measured'; readonly measure: Measure }
  | { readonly kind: 'unmeasured'; readonly why: string }
  | { readonly kind: 'resting'; readonly why: string; readonly measure: Measure | undefined }

/** What of a gate says which number is meant. */
export type Question = Pick<Gate, 'metric' | 'scope' | 'checks' | 'folder' | 'minLines'>

const measured = (measure: Measure): Measured => ({ kind: 'measured', measure })
const unmeasured = (why: string): Measured => ({ kind: 'unmeasured', why })

/** `exceptions`: those that hold today. */
export function measureGate(
  question: Question,
  evidence: Evidence,
  exceptions: readonly PolicyException[],
): Measured {
  const { metric } = question
  const lost = evidence.lost.filter(
    (each) => each.kind === metric.from && concerns(question, each, each.report),
  )
  const [first, ...others] = lost
  if (first) {
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`
    return unmeasured(`${first.problem}${more}`)
  }
  switch (metric.from) {
    case 'tests':
      return measureTests(question, evidence)
    case 'coverage':
      return measureCoverage(question, evidence)
    case 'issues':
      return measureIssues(question, evidence)
    case 'audit':
      return measureAudit(question, evidence, exceptions)
    case 'sizes':
      return measureSize(question, evidence)
  }
}

/** A report of unknown content may be about any folder, unless its check is that of another one. */
function concerns({ metric, checks, folder }: Question, lost: Origin, report: string): boolean {
  if (metric.from === 'sizes') return metric.name === `${SIZE}${report}`
  if (checks.length > 0 && !checks.includes(lost.check)) return false
  return folder === undefined || lost.folder === '.' || isInFolder(lost.folder, folder)
}

const nothingOf = ({ checks, folder, metric }: Question, kind: string): Measured => {
  const of = checks.length === 0 ? '' : ` of ${checks.join(', ')}`
  const where = folder === undefined ? '' : ` about ${folder}`
  return unmeasured(`there is no report of ${kind}${of}${where} to count ${metric.name} from`)
}

function measureTests(question: Question, { tests }: Evidence): Measured {
  const found = select(question, tests)
  if (found.length === 0) return nothingOf(question, 'tests')
  const sum = (of: keyof TestCounts): number =>
    found.reduce((total, { counts }) => total + counts[of], 0)
  const key = question.metric.name.slice('tests.'.length)
  if (key === 'duration') return measured(number(Math.round(sum('seconds') * 1000) / 1000))
  // Where nothing ran, no failure is not good news. Asked for their number, none is the answer.
  if (sum('total') === 0 && key !== 'total' && key !== 'skipped') {
    return unmeasured('no test has run')
  }
  return measured(number(sum(key as keyof TestCounts)))
}

function measureCoverage(question: Question, { coverage, change }: Evidence): Measured {
  const { metric, scope, checks, folder, minLines } = question
  const reports = select({ checks, folder: undefined }, coverage)
  const files = mergeCoverage(reports.flatMap((each) => each.files)).filter(
    ({ path }) => folder === undefined || isInFolder(path, folder),
  )
  if (files.length === 0) return nothingOf(question, 'coverage')
  if (scope === 'new-code') {
    if (change.kind === 'unknown') return unmeasured(change.why)
    if (change.kind === 'nothing-to-compare') {
      return { kind: 'resting', why: change.why, measure: undefined }
    }
    const { covered, total, unknown } = coverageOfChange(files, change.lines)
    if (unknown.length > 0) {
      return unmeasured(
        `of ${unknown[0] ?? ''} the report has only sums; use lcov or cobertura for new code`,
      )
    }
    const measure = ratio({ covered, total })
    return total < minLines
      ? {
          kind: 'resting',
          why: `only ${total} changed ${total === 1 ? 'line' : 'lines'} can be run, fewer than ${minLines}`,
          measure,
        }
      : measured(measure)
  }
  const key = metric.name.slice('coverage.'.length) as 'lines' | 'branches' | 'functions'
  const sum = files.reduce<Counted>(
    (all, { [key]: each }) => ({
      covered: all.covered + each.covered,
      total: all.total + each.total,
    }),
    { covered: 0, total: 0 },
  )
  return sum.total === 0
    ? unmeasured(`the reports know no ${key} that can be run`)
    : measured(ratio(sum))
}

function measureIssues(question: Question, { issues, change }: Evidence): Measured {
  const { metric, scope, checks, folder } = question
  const reports = select({ checks, folder: undefined }, issues)
  if (reports.length === 0) return nothingOf(question, 'issues')
  if (scope === 'new-code' && change.kind !== 'known') {
    return change.kind === 'unknown'
      ? unmeasured(change.why)
      : { kind: 'resting', why: change.why, measure: undefined }
  }
  const level = metric.name === 'lint.errors' ? 'error' : 'warning'
  const of = scope === 'new-code' ? 'added' : 'all'
  let sum = 0
  for (const { byPath } of reports) {
    for (const [path, counts] of byPath) {
      if (folder === undefined || isInFolder(path, folder)) sum += counts[of][level]
    }
  }
  return measured(number(sum))
}

function measureAudit(
  question: Question,
  { audits }: Evidence,
  exceptions: readonly PolicyException[],
): Measured {
  const reports = select(question, audits)
  if (reports.length === 0) return nothingOf(question, 'an audit')
  const severity = question.metric.name.slice('vulnerabilities.'.length) as Severity
  const excused = new Set(
    exceptions.flatMap(({ of }) => ('vulnerability' in of ? [of.vulnerability] : [])),
  )
  const counted = reports
    .flatMap(({ vulnerabilities }) => vulnerabilities)
    .filter(
      (each) =>
        each.severity === severity &&
        !excused.has(each.id) &&
        (question.scope !== 'production' || each.isProduction),
    )
  return measured(number(new Set(counted.map((each) => `${each.id} ${each.package}`)).size))
}

function measureSize({ metric }: Question, { sizes }: Evidence): Measured {
  const size = sizes.find(({ name }) => `${SIZE}${name}` === metric.name)
  return size ? measured(number(size.bytes)) : unmeasured(`no file was measured for ${metric.name}`)
}
