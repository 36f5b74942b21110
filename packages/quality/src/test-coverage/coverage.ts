/** What was run, of each file, whatever tool has counted it. */

export interface Counted {
  readonly covered: number
  readonly total: number
}

export interface CoverageFile {
  /** As the report has it; `map-paths` finds the file of the repository. */
  readonly path: string
  /** Where the report says that paths count from (`source` of Cobertura); absolute folders, mostly one or none. */
  readonly roots: readonly string[]
  /** How often each line that can be run was run, by its number from 1; `undefined` when the report has only their sum. */
  readonly hits: ReadonlyMap<number, number> | undefined
  readonly lines: Counted
  readonly branches: Counted
  readonly functions: Counted
}

/** Lines of all files together; a percentage is made of this and never read from a report. */
export function countCoverage(files: readonly CoverageFile[]): Counted {
  let [covered, total] = [0, 0]
  for (const { lines } of files) {
    covered += lines.covered
    total += lines.total
  }
  return { covered, total }
}

/** Of what can be run (lines by number, functions by name): all, and what was. */
export const countHits = (hits: ReadonlyMap<unknown, number>): Counted => ({
  covered: [...hits.values()].filter((each) => each > 0).length,
  total: hits.size,
})

/**
 * Reports of the same file, as the packages of a monorepo or the parts of a split test run write them: a line is covered
 * when one of them has run it. Branches and functions cannot be told apart by their numbers alone, so that the better
 * report counts.
 */
export function mergeCoverage(files: readonly CoverageFile[]): readonly CoverageFile[] {
  const merged = new Map<string, CoverageFile>()
  for (const file of files) {
    const other = merged.get(file.path)
    merged.set(file.path, other ? mergeTwo(other, file) : file)
  }
  return [...merged.values()]
}

function mergeTwo(a: CoverageFile, b: CoverageFile): CoverageFile {
  const hits = a.hits && b.hits ? addHits(a.hits, b.hits) : (a.hits ?? b.hits)
  return {
    path: a.path,
    roots: a.roots,
    hits,
    lines: hits ? countHits(hits) : better(a.lines, b.lines),
    branches: better(a.branches, b.branches),
    functions: better(a.functions, b.functions),
  }
}

function addHits(
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> {
  const sum = new Map(a)
  for (const [line, hits] of b) sum.set(line, (sum.get(line) ?? 0) + hits)
  return sum
}

/** Compared as fractions of whole numbers; nothing to count is worse than anything. */
function better(a: Counted, b: Counted): Counted {
  if (a.total === 0) return b
  if (b.total === 0) return a
  return a.covered * b.total >= b.covered * a.total ? a : b
}
