/** How much of what a change has added was run by its tests. */
import { holds, type ChangedLines, type LineRange } from '../diff/changed-lines.ts'
import type { Counted, CoverageFile } from './coverage.ts'

export interface ChangedCoverage extends Counted {
  /** Changed files of which the report has only sums: their added lines are in neither number. */
  readonly unknown: readonly string[]
  /** Files with lines that were added and not run, the most lines first. */
  readonly uncovered: readonly { readonly path: string; readonly ranges: readonly LineRange[] }[]
}

/**
 * Added lines that can be run, and those of them that were. `coverage` has one entry for a path of the repository. Lines
 * that no report knows (comments, types, files that no test has loaded and no tool has listed) count neither way.
 */
export function coverageOfChange(
  coverage: readonly CoverageFile[],
  changed: ChangedLines,
): ChangedCoverage {
  let [covered, total] = [0, 0]
  const uncovered: { path: string; ranges: LineRange[]; count: number }[] = []
  const unknown: string[] = []
  for (const { path, hits: lines } of coverage) {
    const added = changed.get(path)
    if (!added) continue
    if (!lines) {
      unknown.push(path)
      continue
    }
    const missed: number[] = []
    for (const [line, hits] of lines) {
      if (!holds(added, line)) continue
      total++
      if (hits > 0) covered++
      else missed.push(line)
    }
    if (missed.length > 0) {
      const known = [...lines.keys()].sort((a, b) => a - b)
      uncovered.push({ path, ranges: rangesOf(missed, known), count: missed.length })
    }
  }
  uncovered.sort((a, b) => b.count - a.count || a.path.localeCompare(b.path, 'en'))
  return {
    covered,
    total,
    unknown,
    uncovered: uncovered.map(({ path, ranges }) => ({ path, ranges })),
  }
}

/** Lines that follow each other among those that can be run: what lies between two of them cannot be run at all. */
function rangesOf(missed: readonly number[], known: readonly number[]): LineRange[] {
  const isMissed = new Set(missed)
  const ranges: LineRange[] = []
  let isOpen = false
  for (const line of known) {
    const last = ranges.at(-1)
    if (!isMissed.has(line)) isOpen = false
    else if (isOpen && last) ranges.splice(-1, 1, { from: last.from, to: line })
    else {
      ranges.push({ from: line, to: line })
      isOpen = true
    }
  }
  return ranges
}
