/** What `prettier --check` and `prettier --list-different` print: files that are not formatted, or cannot be read. */
import { badReport } from '../reports/bad-report.ts'
import { reportLines } from '../reports/open-report.ts'
import { cutTo, detached, plainText } from '../reports/plain-text.ts'
import type { ReportFile } from '../reports/report-file.ts'
import type { Issue, OnIssue } from './issue.ts'

const BEGIN = 'Checking formatting...'
const ALL_WELL = 'All matched files use Prettier code style!'
/** The sum; `the above file` is one, and its number is only told when there are more. */
const SUM =
  /^(?:Code style issues found|Error occurred when checking code style) in (?:(\d+) files|the above file)/
const OF_SETTINGS = /^Ignored unknown |^Ignoring | is deprecated/
/** `a.ts: SyntaxError: … (1:11)`, in its first line. */
const BROKEN =
  /^(?<path>.+?): (?<rule>\w*Error): (?<message>.*?)(?: \((?<line>\d+):(?<column>\d+)\))?$/
/** The lines of the source that Prettier shows below. */
const SHOWN = /^(?:>? *\d+ \||\s+\|)/
/** What npm prints before it runs a script. */
const OF_NPM = /^(?:> |npm )/
/** Characters of a message that are kept. */
const LONGEST = 8192

const NOT_FORMATTED = 'not formatted as Prettier would'

/**
 * A file that is not formatted is an error, as it is for Prettier's exit code, although Prettier prints `[warn]`. Prettier
 * lists files on stderr and the rest on stdout: both have to be in the report. Nothing at all is printed by
 * `--list-different` when all is well. Throws {@link BadReport}: not both streams, or fewer files than it says.
 */
export const readPrettier = (file: ReportFile, onIssue: OnIssue): Promise<void> =>
  readPrettierLines(reportLines(file, { mayBeEmpty: true }), file.name, onIssue)

/** The same of the lines of the report `name`. */
export async function readPrettierLines(
  lines: AsyncIterable<string>,
  name: string,
  onIssue: OnIssue,
): Promise<void> {
  let [at, found] = [0, 0]
  let isCheck = false
  let isWell = false
  for await (const raw of lines) {
    at++
    const line = plainText(raw).trimEnd()
    const [, level, said = line] = /^\[(warn|error)\] (.*)$/.exec(line) ?? []
    const sum = SUM.exec(said)
    if (sum) {
      const files = Number(sum[1] ?? 1)
      if (files > found) {
        throw badReport(
          name,
          at,
          `Prettier speaks of ${files} files, and ${found} are listed; keep its stderr, too`,
        )
      }
    } else if (said === BEGIN) isCheck = true
    else if (said === ALL_WELL) isWell = true
    else {
      const issue = issueOf(level, said, isCheck)
      if (!issue) continue
      found++
      onIssue(issue)
    }
  }
  if (isCheck && !isWell && found === 0) {
    throw badReport(
      name,
      at,
      'Prettier did not end its check, or only its stdout was kept; keep its stderr, too',
    )
  }
}

function issueOf(level: string | undefined, said: string, isCheck: boolean): Issue | undefined {
  if (said.trim() === '') return undefined
  if (level === 'error') {
    if (SHOWN.test(said)) return undefined
    const { path, rule, message = said, line, column } = BROKEN.exec(said)?.groups ?? {}
    return {
      ...issue(path, cutTo(message, LONGEST)),
      rule,
      line: line === undefined ? undefined : Number(line),
      column: column === undefined ? undefined : Number(column),
    }
  }
  if (level === 'warn') return OF_SETTINGS.test(said) ? undefined : issue(said, NOT_FORMATTED)
  // Without a level it is a path of --list-different, or another program's line beside a check.
  return isCheck || OF_NPM.test(said) ? undefined : issue(said, NOT_FORMATTED)
}

const issue = (path: string | undefined, message: string): Issue => ({
  tool: 'prettier',
  level: 'error',
  rule: undefined,
  message: detached(message),
  path: path === undefined ? undefined : detached(path),
  line: undefined,
  column: undefined,
})
