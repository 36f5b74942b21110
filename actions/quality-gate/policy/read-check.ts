import { describeValue, Fields, quoted, type DocumentValue } from '@ecs-pipeline/action-kit'
import {
  BadCommand,
  REPORT_FORMATS,
  splitCommand,
  type CheckCommand,
  type CheckSpec,
  type ReportSpec,
} from '@ecs-pipeline/quality'
import { CHECK_KEYS, REPORT_KEYS } from './keys.ts'
import {
  checkNoExpression,
  readFolder,
  readId,
  readLevel,
  readPaths,
  remember,
  textList,
  whereOf,
  type Reading,
} from './policy-reading.ts'

/** What a step of a workflow has, and what is near to it here. */
function ofWorkflow(key: string): string | undefined {
  switch (key) {
    case 'if':
      return 'a check has no `if`: it is run when what it `needs` has passed.'
    case 'uses':
    case 'with':
      return `a check has no \`${key}\`: it runs a command. An action is a step of its own before this one.`
    case 'continue-on-error':
      return 'a check has no `continue-on-error`. Write `level: warning`.'
    default:
      return undefined
  }
}

const OPTIONS = {
  what: 'a check',
  keys: CHECK_KEYS,
  otherNames: {
    name: 'id',
    command: 'run',
    cwd: 'working-directory',
    directory: 'working-directory',
    folder: 'working-directory',
    timeout: 'timeout-minutes',
    retry: 'retries',
    environment: 'env',
    reports: 'report',
    parse: 'report',
    dependson: 'needs',
  },
  misplaced: ofWorkflow,
}

/** `undefined` when it cannot be run at all; what is wrong is in the problems. */
export function readCheck(item: DocumentValue, reading: Reading): CheckSpec | undefined {
  const fields = Fields.of(item, OPTIONS, reading.problems)
  if (!fields) return undefined
  fields.need('id', 'It names the check in the log and in the summary.')
  const id = readId(fields, 'id')
  const command = readCommand(fields)
  const reports = readReports(fields, reading)
  if (!fields.has('run')) checkReportsOnly(fields, reports)
  const check = {
    command,
    folder: readFolder(fields, 'working-directory') ?? '.',
    needs: textList(fields, 'needs') ?? [],
    timeoutMinutes:
      fields.integer('timeout-minutes', { minimum: 1, maximum: 360, unit: 'minutes' }) ?? 10,
    retries: fields.integer('retries', { minimum: 0, maximum: 5 }) ?? 0,
    environment: readEnvironment(fields),
    reports,
    exitCodes: readExitCodes(fields),
    level: readLevel(fields) ?? 'error',
    where: whereOf(reading, fields.place),
  } satisfies Omit<CheckSpec, 'id'>
  return id === undefined ? undefined : remember({ id, ...check }, fields, reading)
}

function readCommand(fields: Fields): CheckCommand | undefined {
  const value = fields.value('run')
  const shell = fields.choice('shell', ['bash'], () => 'Leave it away, or write bash.')
  if (!value) {
    if (shell) fields.report('shell', '`shell` is for `run`, and there is none.')
    return undefined
  }
  if (value.kind === 'list') {
    const [program, ...args] = textList(fields, 'run') ?? []
    if (program === undefined) {
      if (value.items.length === 0) fields.report('run', '`run` names no program.')
      return undefined
    }
    if (shell) fields.report('run', '`run` is one text when `shell` is given.')
    return { kind: 'program', program, args }
  }
  const line = fields.text('run')
  if (line === undefined) return undefined
  checkNoExpression(fields, 'run', line)
  if (shell || line.includes('${{')) return { kind: 'bash', script: line }
  try {
    const [program, ...args] = splitCommand(line)
    return { kind: 'program', program, args }
  } catch (error) {
    if (!(error instanceof BadCommand)) throw error
    fields.report('run', `\`run\`: ${error.message}`)
    return undefined
  }
}

/** What an earlier step has run: there has to be a file to read. */
function checkReportsOnly(fields: Fields, reports: readonly ReportSpec[]): void {
  if (!fields.has('report')) {
    fields.need('run', 'Write a command, or the report that an earlier step has written.')
  } else if (reports.some(({ paths }) => !paths)) {
    fields.report('report', 'a report of a check without `run` needs a `path`.')
  }
}

function readReports(fields: Fields, reading: Reading): readonly ReportSpec[] {
  const value = fields.value('report')
  if (!value) return []
  const items = value.kind === 'list' ? value.items : [value]
  return items.flatMap((item) => {
    if (item.kind === 'text') {
      const text = `a report is a map such as {format: junit, path: ${quoted(item.text)}}, not a text.`
      reading.problems.add(item.place, text)
      return []
    }
    const report = Fields.of(item, { what: 'a report', keys: REPORT_KEYS }, reading.problems)
    if (!report) return []
    report.need('format', `One of ${REPORT_FORMATS.join(', ')}.`)
    const format = report.choice('format', REPORT_FORMATS)
    // One that is wrong has been told of; it is no missing one.
    const paths = readPaths(report, 'path') ?? (report.has('path') ? [] : undefined)
    return format === undefined ? [] : [{ format, paths }]
  })
}

/** Numbers and truths are texts here, as they are for GitHub. */
function readEnvironment(fields: Fields): Readonly<Record<string, string>> {
  const value = fields.value('env')
  if (!value) return {}
  if (value.kind !== 'map') {
    fields.report('env', `\`env\` is a map such as {NODE_ENV: test}, not ${describeValue(value)}.`)
    return {}
  }
  return Object.fromEntries(
    value.entries.map(({ key, value: given }) => {
      if (!/^[A-Za-z_]\w*$/.test(key))
        fields.report('env', `${key} cannot be the name of a variable.`)
      if (given.kind === 'text') {
        checkNoExpression(fields, 'env', given.text)
        return [key, given.text]
      }
      if (given.kind === 'number') return [key, given.source]
      if (given.kind === 'truth') return [key, String(given.value)]
      if (given.kind === 'list' || given.kind === 'map') {
        fields.report('env', `the variable ${key} has to be a text, not ${describeValue(given)}.`)
      }
      return [key, '']
    }),
  )
}

function readExitCodes(fields: Fields): readonly number[] {
  const value = fields.value('exit-codes')
  if (!value) return [0]
  const items = value.kind === 'list' ? value.items : [value]
  const codes = items.flatMap((item) =>
    item.kind === 'number' && Number.isInteger(item.value) && item.value >= 0 && item.value <= 255
      ? [item.value]
      : [],
  )
  if (codes.length < items.length || codes.length === 0) {
    fields.report(
      'exit-codes',
      '`exit-codes` is a list of whole numbers from 0 to 255, such as [0, 1].',
    )
  }
  return codes
}
