/** The places behind the verdict: which test, which line, which package. */
import type { ChangedLines, LineRange } from '../diff/changed-lines.ts'
import { holds } from '../diff/changed-lines.ts'
import type { AuditedVulnerability, Evidence } from '../evidence/evidence.ts'
import { isInFolder, select } from '../evidence/select.ts'
import type { GateResult } from '../gates/judge-gate.ts'
import type { PolicyException } from '../policy/policy.ts'
import { coverageOfChange } from '../test-coverage/changed-coverage.ts'
import { mergeCoverage } from '../test-coverage/coverage.ts'
import type { CheckResult } from '../verdict/check-result.ts'
import { wholeTitle, type Finding, type FindingLevel } from './finding.ts'

export interface FindingSources {
  readonly evidence: Evidence
  readonly checks: readonly CheckResult[]
  readonly gates: readonly GateResult[]
  readonly exceptions: readonly PolicyException[]
}

/**
 * Of everything that is not good, by gate. A gate whose places are not known points at its own line of the policy, so
 * that none goes without a word.
 */
export function findPlaces(sources: FindingSources): readonly Finding[] {
  const ofChecks = sources.checks.flatMap((result) => placesOfCheck(result) ?? [])
  const ofGates = sources.gates.flatMap((result) => {
    if (result.status === 'passed' || result.status === 'resting') return []
    const places = result.status === 'unmeasured' ? [] : placesOfGate(result, sources)
    return places.length === 0 ? [ownPlace(result)] : places
  })
  return [...ofChecks, ...ofGates]
}

/** A check whose reports tell more is told of by the gates over them; its own line says that it failed at all. */
function placesOfCheck({ check, status, reason }: CheckResult): Finding | undefined {
  if (status === 'passed' || status === 'cancelled') return undefined
  return {
    ...placeIn(check.where),
    level: check.level,
    of: check.id,
    title: wholeTitle('Check', check.id),
    message: reason,
    isAdded: false,
  }
}

const levelOf = ({ gate, exception }: GateResult): FindingLevel =>
  exception ? 'warning' : gate.level

const ownPlace = (result: GateResult): Finding => ({
  ...placeIn(result.gate.where),
  level: levelOf(result),
  of: result.gate.id,
  title: wholeTitle('Gate', result.gate.id),
  message: result.reason,
  isAdded: false,
})

/** `FILE:LINE` of the policy; a preset has no file. */
function placeIn(where: string): Pick<Finding, 'path' | 'line' | 'endLine'> {
  const [, path, line] = /^(.+):(\d+)$/.exec(where) ?? []
  const isFile = path !== undefined && !path.startsWith('(')
  return {
    path: isFile ? path : undefined,
    line: isFile ? Number(line) : undefined,
    endLine: undefined,
  }
}

function placesOfGate(result: GateResult, sources: FindingSources): readonly Finding[] {
  const { metric } = result.gate
  switch (metric.from) {
    case 'tests':
      return testPlaces(result, sources)
    case 'coverage':
      return coveragePlaces(result, sources)
    case 'issues':
      return issuePlaces(result, sources)
    case 'audit':
      return auditPlaces(result, sources)
    case 'sizes':
      return sizePlaces(result, sources)
  }
}

const addedLines = ({ change }: Evidence): ChangedLines =>
  change.kind === 'known' ? change.lines : new Map()

function testPlaces(result: GateResult, { evidence }: FindingSources): readonly Finding[] {
  const { gate } = result
  const changed = addedLines(evidence)
  const key = gate.metric.name
  if (key !== 'tests.failed' && key !== 'tests.flaky') return []
  return select(gate, evidence.tests)
    .flatMap(({ failures, flaky }) => (key === 'tests.failed' ? failures : flaky))
    .map(({ suite, name, file, line, message }) => ({
      level: levelOf(result),
      of: gate.id,
      path: file,
      line,
      endLine: undefined,
      title: [suite, name].filter((part) => part !== '').join(' › '),
      message:
        message ??
        (key === 'tests.failed' ? 'The test failed.' : 'The test failed, and passed on retry.'),
      isAdded: file !== undefined && changed.has(file),
    }))
}

/** Of new code the lines themselves; of a limit for all of it the lines that this change has added to the debt. */
function coveragePlaces(result: GateResult, { evidence }: FindingSources): readonly Finding[] {
  const { gate } = result
  if (gate.metric.name !== 'coverage.lines' || evidence.change.kind !== 'known') return []
  const files = mergeCoverage(
    select({ checks: gate.checks, folder: undefined }, evidence.coverage).flatMap(
      (each) => each.files,
    ),
  ).filter(({ path }) => gate.folder === undefined || isInFolder(path, gate.folder))
  return coverageOfChange(files, evidence.change.lines).uncovered.flatMap(({ path, ranges }) =>
    ranges.map(({ from, to }) => ({
      level: levelOf(result),
      of: gate.id,
      path,
      line: from,
      endLine: to,
      title: from === to ? 'New line without a test' : 'New lines without a test',
      message: `${from === to ? `Line ${from} is` : `Lines ${from} to ${to} are`} new, and no test has run ${from === to ? 'it' : 'them'}. ${result.reason}`,
      isAdded: true,
    })),
  )
}

function issuePlaces(result: GateResult, { evidence }: FindingSources): readonly Finding[] {
  const { gate } = result
  const level = gate.metric.name === 'lint.errors' ? 'error' : 'warning'
  return select({ checks: gate.checks, folder: undefined }, evidence.issues)
    .flatMap(({ worst }) => worst)
    .filter(
      (issue) =>
        issue.level === level &&
        (gate.scope === 'all' || issue.isNew) &&
        (gate.folder === undefined || isInFolder(issue.file ?? '', gate.folder)),
    )
    .map(({ tool, rule, message, file, line, isNew }) => ({
      level: levelOf(result),
      of: gate.id,
      path: file,
      line,
      endLine: undefined,
      title: rule === undefined ? tool : `${tool}: ${rule}`,
      message,
      isAdded: isNew,
    }))
}

function auditPlaces(
  result: GateResult,
  { evidence, exceptions }: FindingSources,
): readonly Finding[] {
  const { gate } = result
  const excused = exceptions.flatMap(({ of }) => ('vulnerability' in of ? [of.vulnerability] : []))
  const found = select(gate, evidence.audits).flatMap(({ vulnerabilities, folder }) =>
    vulnerabilities.map((each) => ({ ...each, folder })),
  )
  const told = new Set<string>()
  return found
    .filter((each) => {
      const key = `${each.id} ${each.package}`
      const isMeant =
        gate.metric.name === `vulnerabilities.${each.severity}` &&
        !excused.includes(each.id) &&
        (gate.scope !== 'production' || each.isProduction) &&
        !told.has(key)
      if (isMeant) told.add(key)
      return isMeant
    })
    .map((each) => ({
      level: levelOf(result),
      of: gate.id,
      path: each.lockFile?.path,
      line: each.lockFile?.line,
      endLine: undefined,
      title: `${each.severity}: ${each.package} ${each.range ?? ''}`.trim(),
      message: vulnerabilityText(each),
      isAdded: isAddedAt(evidence, each.lockFile),
    }))
}

const vulnerabilityText = ({ id, title, url, hasFix }: AuditedVulnerability): string =>
  `${id}: ${title}.${hasFix ? ' A version without it can be had.' : ' There is no version without it yet.'}${url === undefined ? '' : ` ${url}`}`

const isAddedAt = (
  evidence: Evidence,
  place: { readonly path: string; readonly line: number } | undefined,
): boolean => {
  const ranges: readonly LineRange[] = place ? (addedLines(evidence).get(place.path) ?? []) : []
  return place !== undefined && holds(ranges, place.line)
}

function sizePlaces(result: GateResult, { evidence }: FindingSources): readonly Finding[] {
  const size = evidence.sizes.find(({ name }) => `size.${name}` === result.gate.metric.name)
  const [largest] = size?.largest ?? []
  if (!largest) return []
  return [
    {
      ...ownPlace(result),
      message: `${result.reason} The largest file is ${largest.path} (${largest.bytes} bytes).`,
    },
  ]
}
