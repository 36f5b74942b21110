/** Which files a check has written its report to. */
import { stat } from 'node:fs/promises'
import { isAbsolute, join, posix } from 'node:path'
import { badReport, type ReportFile, type ReportSpec } from '@ecs-pipeline/quality'
import { glob } from 'tinyglobby'

/** What there is of an attempt; `undefined` for a check that an earlier step has run. */
export interface Written {
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly stdoutFile: string
  readonly logFile: string
}

export interface Place {
  /** The id of the check. */
  readonly check: string
  /** The root of the repository, absolute. */
  readonly root: string
  /** The check's folder, relative to the root. */
  readonly folder: string
}

/** Milliseconds: file systems keep times of a second or two, and not by the clock of this process. */
const SLACK = 2000

/** Reports that tools write on both of their outputs. */
const ON_BOTH: readonly ReportSpec['format'][] = ['prettier', 'tsc']

/** Whether the standard output is the report, and so nothing for people to read. */
export const onStdout = ({ format, paths }: ReportSpec): boolean =>
  !paths && !ON_BOTH.includes(format)

/** At least one. Throws BadReport. */
export async function findReports(
  { format, paths }: ReportSpec,
  { check, root, folder }: Place,
  written: Written | undefined,
): Promise<readonly ReportFile[]> {
  if (!paths) {
    const path = ON_BOTH.includes(format) ? written?.logFile : written?.stdoutFile
    return path === undefined ? [] : [{ name: `the output of ${check}`, path }]
  }
  const base = join(root, folder)
  const found = (await Promise.all(paths.map((path) => matching(path, base)))).flat()
  const files = [...new Set(found)]
    .sort()
    .map((path) => ({ name: posix.join(folder, path), path: join(base, path) }))
  if (files.length === 0) {
    const where = folder === '.' ? 'the root of the repository' : folder
    throw badReport(
      paths.join(', '),
      undefined,
      `the check ${check} has written no such report (counted from ${where})`,
    )
  }
  if (written) for (const file of files) await checkAge(file, check, written)
  return files
}

/** A name without stars is taken as it is, so that what is odd about the file is told and not that there is none. */
async function matching(path: string, base: string): Promise<readonly string[]> {
  if (isAbsolute(path))
    throw badReport(path, undefined, 'a report is named by its path from the folder of its check')
  const plain = posix.normalize(path)
  if (!/[*?[\]{}!()]/.test(path)) {
    return stat(join(base, plain)).then(
      () => [plain],
      () => [],
    )
  }
  return glob(path, {
    cwd: base,
    dot: true,
    ignore: ['**/node_modules/**'],
    followSymbolicLinks: false,
    expandDirectories: false,
  })
}

async function checkAge(
  { name, path }: ReportFile,
  check: string,
  { startedAt }: Written,
): Promise<void> {
  const { mtimeMs } = await stat(path)
  if (mtimeMs >= startedAt - SLACK) return
  throw badReport(
    name,
    undefined,
    `the report is older than this run of ${check}, so the check has not written it; remove it, or mend the path`,
  )
}
