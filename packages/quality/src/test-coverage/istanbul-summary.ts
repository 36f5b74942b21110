/** `coverage-summary.json` of istanbul (jest, c8, vitest): sums of each file, and no lines. */
import { badReport, type BadReport } from '../reports/bad-report.ts'
import { reportText } from '../reports/open-report.ts'
import type { ReportFile } from '../reports/report-file.ts'
import type { Counted, CoverageFile } from './coverage.ts'

/** Characters. A file takes about 400, so that this is room for more than 150,000 of them. */
const LONGEST = 64 * 1024 * 1024

/** Throws {@link BadReport}. Percentages are not read, nor the sum of all files. */
export async function readIstanbulSummary(file: ReportFile): Promise<readonly CoverageFile[]> {
  let text = ''
  for await (const piece of reportText(file)) {
    text += piece
    if (text.length > LONGEST) {
      throw badReport(file.name, undefined, 'the report is larger than 64 MB; use lcov')
    }
  }
  return parseIstanbulSummary(text, file.name)
}

/** The same of the text of the report `name`. */
export function parseIstanbulSummary(text: string, name: string): readonly CoverageFile[] {
  const summary = parse(text, name)
  if (!isObject(summary)) {
    throw badReport(name, 1, 'this is no coverage-summary.json, which holds an object of files')
  }
  const files: CoverageFile[] = []
  for (const [path, counts] of Object.entries(summary)) {
    if (path === 'total') continue
    const wrong = (problem: string): BadReport =>
      badReport(name, undefined, `of ${path}, ${problem}`)
    if (!isObject(counts)) throw wrong('there are no counts')
    files.push({
      path,
      roots: [],
      hits: undefined,
      lines: countedOf(counts, 'lines', wrong),
      branches: countedOf(counts, 'branches', wrong),
      functions: countedOf(counts, 'functions', wrong),
    })
  }
  if (files.length === 0) throw badReport(name, undefined, 'the report is about no file')
  return files
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    const at = /at position (\d+)/.exec(cause.message)?.[1]
    const position = at === undefined ? text.trimEnd().length : Number(at)
    const line = text.slice(0, position).split('\n').length
    const isCut = position >= text.trimEnd().length
    throw badReport(name, line, isCut ? 'the report is cut off' : 'this is not JSON')
  }
}

function countedOf(
  counts: Readonly<Record<string, unknown>>,
  what: string,
  wrong: (problem: string) => BadReport,
): Counted {
  const of = counts[what]
  if (!isObject(of)) throw wrong(`there are no ${what}`)
  const { covered, total } = of
  if (!isWhole(covered) || !isWhole(total)) {
    throw wrong(
      `${what} are not counted: covered ${JSON.stringify(covered)} of ${JSON.stringify(total)}`,
    )
  }
  if (covered > total)
    throw wrong(`${covered} ${what} of ${total} are covered, more than there are`)
  return { covered, total }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isWhole = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
