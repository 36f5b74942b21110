/** Counts issues as they are read, and keeps the worst of them. */
import { holds, type ChangedLines } from '../diff/changed-lines.ts'
import type { PathMap } from '../paths/map-paths.ts'
import { Worst } from '../reports/worst.ts'
import type { Issue, IssueLevel, OnIssue } from './issue.ts'

export type IssueCounts = Readonly<Record<IssueLevel, number>>

export interface KeptIssue extends Issue {
  /** The file of the repository, where there is one; {@link Issue.path} stays as the report has it. */
  readonly file: string | undefined
  /** It is on a line that the change has added. */
  readonly isNew: boolean
}

export interface CollectedIssues {
  readonly all: IssueCounts
  /** On added lines only; `undefined` when it is not known what was changed. */
  readonly added: IssueCounts | undefined
  /** Errors first, of the same level those on added lines, then as they came; at most {@link MOST_ISSUES}. */
  readonly worst: readonly KeptIssue[]
  /** The same by file of the repository; what has none stands under the path of the report, or the empty text. */
  readonly byPath: ReadonlyMap<string, { readonly all: IssueCounts; readonly added: IssueCounts }>
  /** Every path that was reported, once. */
  readonly paths: ReadonlySet<string>
}

export interface IssueCollector {
  readonly onIssue: OnIssue
  readonly collected: () => CollectedIssues
}

/** Issues that are kept. */
export const MOST_ISSUES = 1000

const LEVELS: readonly IssueLevel[] = ['error', 'warning', 'note']

type Counts = Record<IssueLevel, number>

const none = (): Counts => ({ error: 0, warning: 0, note: 0 })

/** Without `changed` nothing is known of added lines. */
export function collectIssues(map: PathMap, changed?: ChangedLines): IssueCollector {
  const all = none()
  const added = none()
  const paths = new Set<string>()
  const byPath = new Map<string, { all: Counts; added: Counts }>()
  const worst = new Worst<KeptIssue>(
    MOST_ISSUES,
    (a, b) =>
      LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || Number(b.isNew) - Number(a.isNew),
  )
  return {
    onIssue: (issue) => {
      const file = issue.path === undefined ? undefined : map(issue.path)
      const ranges = file === undefined ? undefined : changed?.get(file)
      const isNew = ranges !== undefined && issue.line !== undefined && holds(ranges, issue.line)
      if (issue.path !== undefined) paths.add(issue.path)
      all[issue.level]++
      if (isNew) added[issue.level]++
      const place = file ?? issue.path ?? ''
      const ofFile = byPath.get(place) ?? { all: none(), added: none() }
      byPath.set(place, ofFile)
      ofFile.all[issue.level]++
      if (isNew) ofFile.added[issue.level]++
      worst.add({ ...issue, file, isNew })
    },
    collected: () => ({
      all: { ...all },
      added: changed && { ...added },
      worst: worst.kept(),
      byPath,
      paths,
    }),
  }
}
