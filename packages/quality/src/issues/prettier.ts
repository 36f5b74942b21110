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
/** What npm and yarn print before they run a script. */
const OF_NPM = /^(?:> |npm |\$ |yarn run )/
/** Characters of a message that are kept. */
const LONGEST = 8192

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
  let sum = { files: 0, at: 0 }
  /** Lines without a level: paths of --list-different, or another program's lines beside a check. */
  const bare: string[] = []
  const tell = (issue: Issue): void => {
    found++
    onIssue(issue)
  }
  for await (const raw of lines) {
    at++
    const line = plainText(raw).trimEnd()
    const [, level, said = line] = /^\[(warn|error)\] (.*)$/.exec(line) ?? []
    const counted = SUM.exec(said)
    const files = Number(counted?.[1] ?? 1)
    if (counted) sum = files > sum.files ? { files, at } : sum
    else if (said === BEGIN) isCheck = true
    else if (said === ALL_WELL) isWell = true
    else if (level === undefined) {
      if (said !== '' && !OF_NPM.test(said)) bare.push(detached(said))
    } else {
      const issue = issueOf(level, said)
      if (issue) tell(issue)
    }
  }
  if (!isCheck) for (const path of bare) tell(unformatted(path))
  // Only now: the two streams come in any order.
  if (sum.files > found) {
    throw badReport(
      name,
      sum.at,
      `Prettier counts ${sum.files} in its sum and lists ${found}; keep its stderr, too`,
    )
  }
  if (isCheck && !isWell && found === 0) {
    throw badReport(
      name,
      at,
      'Prettier did not end its check, or only its stdout was kept; keep its stderr, too',
    )
  }
}

function issueOf(level: string, said: string): Issue | undefined {
  if (level === 'warn') return OF_SETTINGS.test(said) ? undefined : unformatted(said)
  if (SHOWN.test(said) || said.trim() === '') return undefined
  const { path, rule, message = said, line, column } = BROKEN.exec(said)?.groups ?? {}
  return {
    ...issue(path, cutTo(message, LONGEST)),
    rule,
    line: line === undefined ? undefined : Number(line),
    column: column === undefined ? undefined : Number(column),
  }
}

const unformatted = (path: string): Issue => issue(path, 'not formatted as Prettier would')

const issue = (path: string | undefined, message: string): Issue => ({
  tool: 'prettier',
  level: 'error',
  rule: undefined,
  message: detached(message),
  path: path === undefined ? undefined : detached(path),
  line: undefined,
  column: undefined,
})
