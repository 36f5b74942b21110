/** Which part of the evidence a gate is about. */
import type { Origin } from './evidence.ts'

/** Of these checks (empty: all) whose folder, or whose report, lies in `folder`. */
export const select = <Part extends Origin>(
  { checks, folder }: { readonly checks: readonly string[]; readonly folder: string | undefined },
  parts: readonly Part[],
): readonly Part[] =>
  parts.filter(
    (part) =>
      (checks.length === 0 || checks.includes(part.check)) &&
      (folder === undefined || isInFolder(part.folder, folder) || isInFolder(part.report, folder)),
  )

/** Whether a path of the repository is the folder, or lies in it. `.` holds everything. */
export const isInFolder = (path: string, folder: string): boolean =>
  folder === '.' || path === folder || path.startsWith(`${folder}/`)
