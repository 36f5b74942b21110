/** What the compiler of TypeScript prints, with `--pretty false` or for a terminal. */
import { badReport } from '../reports/bad-report.ts'
import { reportLines } from '../reports/open-report.ts'
import { cutTo, detached, plainText } from '../reports/plain-text.ts'
import type { ReportFile } from '../reports/report-file.ts'
import type { IssueLevel, OnIssue } from './issue.ts'

/** `src/a.ts(1,7): error TS2322: …`, and of a terminal `src/a.ts:1:7 - error TS2322: …`. */
const PLACED =
  /^(?<path>\S.*?)(?:\((?<line>\d+),(?<column>\d+)\):|:(?<row>\d+):(?<place>\d+) -) (?<level>error|warning|message) (?<rule>TS\d+): (?<message>.*)$/
/** `error TS18003: …`: of the whole project. */
const UNPLACED = /^(?<level>error|warning|message) (?<rule>TS\d+): (?<message>.*)$/
/** The sum at the end, only for a terminal. */
const SUM = /^Found (\d+) errors?\b/
/** The compiler goes on with a message in the lines below, behind two blanks or more. */
const CONTINUED = /^ {2,}\S/

const LEVELS: Readonly<Record<string, IssueLevel>> = {
  error: 'error',
  warning: 'warning',
  message: 'note',
}
/** Characters of a message that are kept. */
const LONGEST = 8192

interface Found {
  readonly level: IssueLevel
  readonly rule: string
  message: string
  readonly path: string | undefined
  readonly line: number | undefined
  readonly column: number | undefined
}

/**
 * The compiler prints nothing when all is well, so that an empty report is good; that it was run at all, and how it ended,
 * only its exit code says. Throws {@link BadReport}: missing, not UTF-8, fewer errors than it says.
 */
export const readTsc = (file: ReportFile, onIssue: OnIssue): Promise<void> =>
  readTscLines(reportLines(file, { mayBeEmpty: true }), file.name, onIssue)

/** The same of the lines of the report `name`. What is no line of the compiler is left out. */
export async function readTscLines(
  lines: AsyncIterable<string>,
  name: string,
  onIssue: OnIssue,
): Promise<void> {
  let open: Found | undefined
  let [at, errors] = [0, 0]
  const end = (): void => {
    if (!open) return
    onIssue({ tool: 'tsc', ...open, message: detached(cutTo(open.message, LONGEST)) })
    open = undefined
  }
  for await (const raw of lines) {
    at++
    const line = plainText(raw)
    if (open && CONTINUED.test(line)) {
      if (open.message.length < LONGEST) open.message += `\n${line}`
      continue
    }
    end()
    open = parse(line)
    if (open?.level === 'error') errors++
    const sum = Number(SUM.exec(line)?.[1] ?? 0)
    if (sum > errors) {
      throw badReport(
        name,
        at,
        `tsc counts ${sum} as errors and lists ${errors}; a part of what it printed is missing`,
      )
    }
  }
  end()
}

function parse(line: string): Found | undefined {
  const found = (PLACED.exec(line) ?? UNPLACED.exec(line))?.groups
  if (!found) return undefined
  const { path, rule = '', message = '' } = found
  return {
    level: LEVELS[found['level'] ?? ''] ?? 'error',
    rule,
    message,
    path: path === undefined ? undefined : detached(path),
    line: numberOf(found['line'] ?? found['row']),
    column: numberOf(found['column'] ?? found['place']),
  }
}

const numberOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text)
