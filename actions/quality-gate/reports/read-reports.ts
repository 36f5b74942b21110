/** Reads all reports of one check, or says of each what is wrong with it. */
import {
  BadReport,
  collectIssues,
  collectTests,
  createPathMap,
  KIND_OF,
  mappedShare,
  pathFinding,
  readCobertura,
  readEslintJson,
  readIstanbulSummary,
  readJestJson,
  readJunit,
  readLcovFile,
  readNpmAudit,
  readPrettier,
  readSarif,
  readTap,
  readTsc,
  type AuditEvidence,
  type Change,
  type CheckSpec,
  type CoverageEvidence,
  type CoverageFile,
  type IssueEvidence,
  type LostReport,
  type OnIssue,
  type OnTest,
  type Origin,
  type PathMap,
  type ReportFile,
  type ReportFormat,
  type TestEvidence,
} from '@ecs-pipeline/quality'
import { findReports, type Written } from './find-reports.ts'
import { inLockFile } from './lock-file.ts'
import type { Repository } from './tree.ts'

export interface CheckEvidence {
  readonly tests: readonly TestEvidence[]
  readonly coverage: readonly CoverageEvidence[]
  readonly issues: readonly IssueEvidence[]
  readonly audits: readonly AuditEvidence[]
  readonly lost: readonly LostReport[]
  /** Keys of the tests that failed: a later attempt is told of them. */
  readonly failures: ReadonlySet<string>
}

export interface ReadTools {
  readonly repository: Repository
  readonly change: Change
}

interface Reading extends ReadTools {
  readonly map: PathMap
  readonly formerFailures: ReadonlySet<string>
}

/** `formerFailures`: of an earlier attempt at the same check. Never throws for what is wrong with a report. */
export async function readReports(
  check: CheckSpec,
  written: Written | undefined,
  formerFailures: ReadonlySet<string>,
  tools: ReadTools,
): Promise<CheckEvidence> {
  const { root, files } = tools.repository
  const map = createPathMap({ root, files, folder: check.folder === '.' ? '' : check.folder })
  const found = emptyEvidence()
  for (const spec of check.reports) {
    const place = { check: check.id, root, folder: check.folder }
    const lose = (report: string, error: unknown): void => {
      if (!(error instanceof BadReport)) throw error
      const problem = error.message.replace(/\.$/, '')
      found.lost.push({
        check: check.id,
        folder: check.folder,
        report,
        kind: KIND_OF[spec.format],
        problem,
      })
    }
    const reports = await findReports(spec, place, written).catch((error: unknown) => {
      lose(spec.paths?.join(', ') ?? '', error)
      return []
    })
    for (const report of reports) {
      const origin = { check: check.id, folder: check.folder, report: report.name }
      await readOne(spec.format, report, origin, found, { ...tools, map, formerFailures }).catch(
        (error: unknown) => {
          lose(report.name, error)
        },
      )
    }
  }
  return found
}

interface Found {
  readonly tests: TestEvidence[]
  readonly coverage: CoverageEvidence[]
  readonly issues: IssueEvidence[]
  readonly audits: AuditEvidence[]
  readonly lost: LostReport[]
  readonly failures: Set<string>
}

export const emptyEvidence = (): Found => ({
  tests: [],
  coverage: [],
  issues: [],
  audits: [],
  lost: [],
  failures: new Set(),
})

function readOne(
  format: ReportFormat,
  file: ReportFile,
  origin: Origin,
  found: Found,
  reading: Reading,
): Promise<void> {
  switch (format) {
    case 'junit':
      return readTests((onTest) => readJunit(file, onTest), origin, found, reading)
    case 'jest-json':
      return readTests((onTest) => readJestJson(file, onTest), origin, found, reading)
    case 'tap':
      return readTests((onTest) => readTap(file, onTest), origin, found, reading)
    case 'lcov':
      return readCoverage(readLcovFile(file), origin, found, reading)
    case 'cobertura':
      return readCoverage(readCobertura(file), origin, found, reading)
    case 'istanbul-summary':
      return readCoverage(readIstanbulSummary(file), origin, found, reading)
    case 'eslint-json':
      return readIssues((onIssue) => readEslintJson(file, onIssue), origin, found, reading)
    case 'sarif':
      return readIssues((onIssue) => readSarif(file, onIssue), origin, found, reading)
    case 'tsc':
      return readIssues((onIssue) => readTsc(file, onIssue), origin, found, reading)
    case 'prettier':
      return readIssues((onIssue) => readPrettier(file, onIssue), origin, found, reading)
    case 'npm-audit':
      return readAudit(file, origin, found, reading)
  }
}

async function readTests(
  read: (onTest: OnTest) => Promise<void>,
  origin: Origin,
  found: Found,
  { map, formerFailures }: Reading,
): Promise<void> {
  const { onTest, collected } = collectTests(formerFailures)
  await read((test) => {
    onTest(test)
  })
  const { counts, seconds, failed, flaky, slowest, failures } = collected()
  for (const key of failures) found.failures.add(key)
  // A path that is none of the repository would lead nowhere.
  const placed = (tests: typeof failed): typeof failed =>
    tests.map((test) => ({ ...test, file: test.file === undefined ? undefined : map(test.file) }))
  found.tests.push({
    ...origin,
    counts: {
      total: counts.passed + counts.failed + counts.flaky,
      passed: counts.passed + counts.flaky,
      failed: counts.failed,
      skipped: counts.skipped,
      flaky: counts.flaky,
      seconds,
    },
    failures: placed(failed),
    flaky: placed(flaky),
    slowest: placed(slowest),
  })
}

async function readCoverage(
  read: Promise<readonly CoverageFile[]>,
  origin: Origin,
  found: Found,
  { map }: Reading,
): Promise<void> {
  const files = await read
  const problem = pathFinding(origin.report, mappedShare(files, map))
  if (problem !== undefined) throw new BadReport(problem)
  found.coverage.push({
    ...origin,
    files: files.map((file) => ({ ...file, path: map(file.path, file.roots) ?? file.path })),
  })
}

async function readIssues(
  read: (onIssue: OnIssue) => Promise<void>,
  origin: Origin,
  found: Found,
  { map, change }: Reading,
): Promise<void> {
  const { onIssue, collected } = collectIssues(
    map,
    change.kind === 'known' ? change.lines : undefined,
  )
  await read(onIssue)
  const { byPath, worst, paths } = collected()
  const problem = pathFinding(
    origin.report,
    mappedShare(
      [...paths].map((path) => ({ path })),
      map,
    ),
  )
  if (problem !== undefined) throw new BadReport(problem)
  found.issues.push({ ...origin, byPath, worst })
}

async function readAudit(
  file: ReportFile,
  origin: Origin,
  found: Found,
  { repository }: Reading,
): Promise<void> {
  const vulnerabilities = await readNpmAudit(file)
  const place = await inLockFile(repository.root, origin.folder)
  found.audits.push({ ...origin, vulnerabilities: vulnerabilities.map(place) })
}
