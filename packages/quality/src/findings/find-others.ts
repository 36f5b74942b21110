/** What no gate minds and people want to see all the same: failed tests, and what is new on changed lines. */
import { coverageOfChange } from '../test-coverage/changed-coverage.ts'
import { mergeCoverage } from '../test-coverage/coverage.ts'
import type { FindingSources } from './find.ts'
import type { Finding } from './finding.ts'

export function findOthers(
  { evidence }: FindingSources,
  told: readonly Finding[],
): readonly Finding[] {
  const isTold = new Set(
    told.map(({ path, line, title }) => `${path ?? ''}:${line ?? ''}:${title}`),
  )
  const found = [...failures(evidence), ...newIssues(evidence), ...uncovered(evidence)]
  return found.filter(
    ({ path, line, title }) => !isTold.has(`${path ?? ''}:${line ?? ''}:${title}`),
  )
}

type Evidence = FindingSources['evidence']

const failures = ({ tests, change }: Evidence): readonly Finding[] =>
  tests
    .flatMap(({ failures }) => failures)
    .map(({ suite, name, file, line, message }) => ({
      level: 'warning',
      of: undefined,
      path: file,
      line,
      endLine: undefined,
      title: [suite, name].filter((part) => part !== '').join(' › '),
      message: message ?? 'The test failed.',
      isAdded: file !== undefined && change.kind === 'known' && change.lines.has(file),
    }))

const newIssues = ({ issues }: Evidence): readonly Finding[] =>
  issues
    .flatMap(({ worst }) => worst)
    .filter(({ isNew }) => isNew)
    .map(({ level, tool, rule, message, file, line }) => ({
      level: level === 'note' ? 'notice' : 'warning',
      of: undefined,
      path: file,
      line,
      endLine: undefined,
      title: rule === undefined ? tool : `${tool}: ${rule}`,
      message,
      isAdded: true,
    }))

function uncovered({ coverage, change }: Evidence): readonly Finding[] {
  if (change.kind !== 'known') return []
  const files = mergeCoverage(coverage.flatMap((each) => each.files))
  return coverageOfChange(files, change.lines).uncovered.flatMap(({ path, ranges }) =>
    ranges.map(({ from, to }) => ({
      level: 'notice' as const,
      of: undefined,
      path,
      line: from,
      endLine: to,
      title: from === to ? 'New line without a test' : 'New lines without a test',
      message: 'No test has run what is new here.',
      isAdded: true,
    })),
  )
}

/** Two gates over the same number find the same places; the first one tells of them, an error before a warning. */
export function withoutDoubles(findings: readonly Finding[]): readonly Finding[] {
  const order = { error: 0, warning: 1, notice: 2 }
  const seen = new Set<string>()
  return findings
    .toSorted((a, b) => order[a.level] - order[b.level])
    .filter(({ path, line, title, message }) => {
      const key = `${path ?? ''}:${line ?? ''}:${title}:${path === undefined ? message : ''}`
      if (seen.has(key)) return false
      seen.add(key)
      return true
    })
}
