/** Issues as `eslint --format json` writes them (eslint.org, 'Formatters', json). */
import { badReport, type BadReport } from '../reports/bad-report.ts'
import { readJsonReport, type Entry } from '../reports/json-report.ts'
import { isObject, listIn, placeIn, textIn } from '../reports/json-shape.ts'
import { shortText } from '../reports/plain-text.ts'
import type { ReportFile } from '../reports/report-file.ts'
import { LONGEST_ISSUE, type Issue, type OnIssue } from './issue.ts'

/**
 * What a comment suppresses (`suppressedMessages`) is no issue. Throws {@link BadReport}, also when no file was looked at.
 */
export async function readEslintJson(file: ReportFile, onIssue: OnIssue): Promise<void> {
  let files = 0
  const onEntry = (entry: Entry): void => {
    files++
    const wrong = (problem: string): BadReport => badReport(file.name, entry.line, problem)
    for (const issue of issuesOf(entry, wrong)) onIssue(issue)
  }
  const rest = await readJsonReport(file, [{ path: ['*'], onEntry }])
  if (!Array.isArray(rest))
    throw badReport(file.name, undefined, 'it is no report of eslint: it is no list')
  if (files === 0) throw badReport(file.name, undefined, 'eslint looked at no file')
}

function issuesOf({ value, path }: Entry, wrong: (problem: string) => BadReport): Issue[] {
  const where = path.join('.')
  const filePath = isObject(value) ? textIn(value['filePath']) : undefined
  const messages = isObject(value) ? listIn(value['messages']) : undefined
  if (filePath === undefined || !messages)
    throw wrong(`entry ${where} has no filePath or no list messages`)
  return messages.map((message, index) => {
    const text = isObject(message) ? textIn(message['message']) : undefined
    if (!isObject(message) || text === undefined)
      throw wrong(`entry ${where} has no text in messages.${index}`)
    const isError = message['severity'] === 2 || message['fatal'] === true
    if (!isError && message['severity'] !== 1)
      throw wrong(`entry ${where} has neither a warning (1) nor an error (2) in messages.${index}`)
    return {
      tool: 'eslint',
      level: isError ? 'error' : 'warning',
      rule: textIn(message['ruleId']),
      message: shortText(text, LONGEST_ISSUE),
      path: filePath,
      line: placeIn(message['line']),
      column: placeIn(message['column']),
    }
  })
}
