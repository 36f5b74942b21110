/** Changed files that no report of coverage knows: their new lines count neither way, and somebody should know. */
import { extname } from 'node:path'
import type { ChangedLines } from '../diff/changed-lines.ts'
import type { CoverageFile } from './coverage.ts'

/** Tests are not measured by themselves, and declarations cannot be run. */
const NOT_MEASURED =
  /(^|[/._-])(tests?|specs?|__tests__|__mocks__|e2e|conftest)([/._-]|$)|\.d\.[cm]?ts$|\.config\./i

/** By their names, of those that end as the files of the reports do. Empty where there is no report at all. */
export function unknownFiles(
  coverage: readonly CoverageFile[],
  changed: ChangedLines,
): readonly string[] {
  const known = new Set(coverage.map(({ path }) => path))
  const endings = new Set(coverage.map(({ path }) => extname(path)))
  return [...changed.keys()].filter(
    (path) => !known.has(path) && endings.has(extname(path)) && !NOT_MEASURED.test(path),
  )
}
