/** Whether a report is about this repository at all: paths that fit nothing would only look like a change without faults. */
import type { PathMap } from './map-paths.ts'

/** Percent of a report's files that must be files of the repository. */
export const LEAST_MAPPED = 90
const EXAMPLES = 3

export interface MappedShare {
  readonly mapped: number
  readonly total: number
  /** At most three of those that are not. */
  readonly unmapped: readonly string[]
}

export interface ReportedPath {
  readonly path: string
  readonly roots?: readonly string[]
}

/** Each path counts once, however often it is reported. */
export function mappedShare(reported: Iterable<ReportedPath>, map: PathMap): MappedShare {
  const paths = new Map<string, ReportedPath>()
  for (const each of reported) paths.set(each.path, each)
  const unmapped = [...paths.values()].filter(({ path, roots }) => map(path, roots) === undefined)
  return {
    mapped: paths.size - unmapped.length,
    total: paths.size,
    unmapped: unmapped.slice(0, EXAMPLES).map(({ path }) => path),
  }
}

/** What is wrong with the paths of the report `name`; `undefined` when enough of them are files of the repository. */
export function pathFinding(
  name: string,
  { mapped, total, unmapped }: MappedShare,
): string | undefined {
  if (mapped * 100 >= LEAST_MAPPED * total) return undefined
  return (
    `${name}: only ${mapped} of ${total} paths are files of the repository (at least ${LEAST_MAPPED} % must be). ` +
    `Not found: ${unmapped.join(', ')}${total - mapped > unmapped.length ? ', …' : '.'}`
  )
}
