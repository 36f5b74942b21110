/** Coverage as lcov writes it (geninfo(1), 'TRACEFILE FORMAT'), which jest, c8, gcov and many others know. */
import { badReport, type BadReport } from '../reports/bad-report.ts'
import { reportLines } from '../reports/open-report.ts'
import { detached } from '../reports/plain-text.ts'
import type { ReportFile } from '../reports/report-file.ts'
import { countHits, type CoverageFile } from './coverage.ts'

interface Open {
  readonly path: string
  readonly from: number
  readonly lines: Map<number, number>
  /** By their names; the same function may be told twice. */
  readonly functions: Map<string, number>
  /** By line, block and branch. */
  readonly branches: Map<string, number>
}

/** Throws {@link BadReport}. */
export const readLcovFile = (file: ReportFile): Promise<readonly CoverageFile[]> =>
  readLcov(reportLines(file), file.name)

/**
 * `lines` are the lines of the file `name`, as they come. `LH`, `LF` and the like are sums that are not read: they are
 * counted here. Throws {@link BadReport}.
 */
export async function readLcov(
  lines: AsyncIterable<string> | Iterable<string>,
  name: string,
): Promise<readonly CoverageFile[]> {
  const files: CoverageFile[] = []
  let open: Open | undefined
  let at = 0
  for await (const line of lines) {
    at++
    const text = line.trim()
    if (text === '' || text.startsWith('#')) continue
    if (text === 'end_of_record') {
      if (!open) throw badReport(name, at, 'this ends a record that was not begun')
      files.push(closed(open))
      open = undefined
      continue
    }
    const colon = text.indexOf(':')
    if (colon === -1)
      throw badReport(name, at, `'${text.slice(0, 40)}' is no line of an lcov report`)
    const [key, value] = [text.slice(0, colon), text.slice(colon + 1)]
    if (key === 'SF') {
      if (open)
        throw badReport(name, at, `the record of ${open.path} (line ${open.from}) is not ended`)
      if (value === '') throw badReport(name, at, 'SF names no file')
      open = {
        path: detached(value),
        from: at,
        lines: new Map(),
        functions: new Map(),
        branches: new Map(),
      }
    } else if (key !== 'TN') {
      if (!open) throw badReport(name, at, `${key} stands outside of a record`)
      readMember(open, key, value, (problem) => badReport(name, at, problem))
    }
  }
  if (open) {
    throw badReport(
      name,
      at,
      `the report is cut off in the record of ${open.path} (line ${open.from})`,
    )
  }
  if (files.length === 0) throw badReport(name, Math.max(1, at), 'the report is about no file')
  return files
}

function readMember(
  { lines, functions, branches }: Open,
  key: string,
  value: string,
  wrong: (problem: string) => BadReport,
): void {
  const parts = value.split(',')
  switch (key) {
    case 'DA': {
      const [line, hits] = [whole(parts[0]), whole(parts[1])]
      if (line === undefined || line < 1 || hits === undefined) {
        throw wrong(`DA is LINE,COUNT, not '${value.slice(0, 40)}'`)
      }
      lines.set(line, (lines.get(line) ?? 0) + hits)
      return
    }
    case 'FN': {
      // lcov 2 may tell the end of a function, too; its name comes last.
      const name = parts.at(-1) ?? ''
      if (!functions.has(name)) functions.set(name, 0)
      return
    }
    case 'FNDA': {
      const hits = whole(parts[0])
      if (hits === undefined) throw wrong(`FNDA is COUNT,NAME, not '${value.slice(0, 40)}'`)
      const name = parts.slice(1).join(',')
      functions.set(name, (functions.get(name) ?? 0) + hits)
      return
    }
    case 'BRDA': {
      const taken = parts.at(-1)
      const hits = taken === '-' ? 0 : whole(taken)
      if (hits === undefined || parts.length < 4) {
        throw wrong(`BRDA is LINE,BLOCK,BRANCH,COUNT, not '${value.slice(0, 40)}'`)
      }
      const branch = parts.slice(0, -1).join()
      branches.set(branch, (branches.get(branch) ?? 0) + hits)
      return
    }
    default:
    // LF, LH, FNF, FNH, BRF, BRH and VER; and what newer versions add.
  }
}

/** gcov may count below zero by a known fault; such a count says nothing, and neither does a fraction. */
const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined

const closed = ({ path, lines, functions, branches }: Open): CoverageFile => ({
  path,
  roots: [],
  hits: lines,
  lines: countHits(lines),
  functions: countHits(functions),
  branches: countHits(branches),
})
