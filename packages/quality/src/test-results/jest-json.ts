/**
 * Tests as `jest --json` writes them (FormattedTestResults of @jest/test-result 30), and vitest's `--reporter=json`, which
 * has the same shape but does not tell how often a test was run: a flaky test of vitest is only seen as passed.
 */
import { badReport, type BadReport } from '../reports/bad-report.ts'
import { readJsonReport, type Entry } from '../reports/json-report.ts'
import { isObject, listIn, placeIn, textIn, type JsonObject } from '../reports/json-shape.ts'
import { shortText } from '../reports/plain-text.ts'
import type { ReportFile } from '../reports/report-file.ts'
import { LONGEST_MESSAGE, type OnTest, type TestResult, type TestStatus } from './test-result.ts'

/** `focused` is in jest's types, too, but no runner of today writes it. */
const STATUS: Readonly<Record<string, TestStatus>> = {
  passed: 'passed',
  failed: 'failed',
  pending: 'skipped',
  skipped: 'skipped',
  todo: 'skipped',
  disabled: 'skipped',
}

/** Throws {@link BadReport}, also when no test was run at all. */
export async function readJestJson(file: ReportFile, onTest: OnTest): Promise<void> {
  let tests = 0
  const onEntry = (entry: Entry): void => {
    for (const test of testsOf(entry, (problem) => badReport(file.name, entry.line, problem))) {
      tests++
      onTest(test)
    }
  }
  const rest = await readJsonReport(file, [{ path: ['testResults', '*'], onEntry }])
  if (!isObject(rest) || !listIn(rest['testResults']))
    throw badReport(file.name, undefined, 'it is no report of jest: it has no list testResults')
  if (rest['wasInterrupted'] === true)
    throw badReport(file.name, undefined, 'the run was interrupted: not all tests were run')
  if (tests === 0) throw badReport(file.name, undefined, 'the report has no test')
}

type Wrong = (problem: string) => BadReport

function testsOf({ value, path }: Entry, wrong: Wrong): readonly TestResult[] {
  const where = path.join('.')
  if (!isObject(value)) throw wrong(`${where} is no result of a test file`)
  const file = textIn(value['name'])
  const assertions = listIn(value['assertionResults'])
  if (file === undefined || !assertions)
    throw wrong(`${where} has no name or no list assertionResults`)
  const tests = assertions.map((each, index) =>
    testOf(each, file, (problem) => wrong(`${where}.assertionResults.${index} ${problem}`)),
  )
  const message = textIn(value['message']) ?? ''
  const couldNotRun = tests.length === 0 && message !== ''
  // A file fails without a test that does when what runs after all tests throws.
  const hasFailed = value['status'] === 'failed' && !tests.some(({ status }) => status === 'failed')
  return couldNotRun || hasFailed ? [...tests, failedFile(file, message)] : tests
}

function testOf(value: unknown, file: string, wrong: Wrong): TestResult {
  if (!isObject(value)) throw wrong('is no result of a test')
  const written = textIn(value['status']) ?? ''
  const status = Object.hasOwn(STATUS, written) ? STATUS[written] : undefined
  if (!status) throw wrong(`has the status '${written.slice(0, 40)}', which is not known`)
  const groups = (listIn(value['ancestorTitles']) ?? []).filter((each) => typeof each === 'string')
  const name = textIn(value['title']) ?? textIn(value['fullName'])
  if (name === undefined) throw wrong('has no title')
  const message = (listIn(value['failureMessages']) ?? [])
    .filter((each) => typeof each === 'string')
    .join('\n\n')
  return {
    suite: groups.length > 0 ? groups.join(' › ') : file,
    name,
    status: status === 'passed' && isRetried(value) ? 'flaky' : status,
    seconds: secondsOf(value['duration']),
    file,
    line: (status === 'failed' ? lineIn(message, file) : undefined) ?? locationOf(value),
    message: status === 'failed' ? shortText(message, LONGEST_MESSAGE) : undefined,
  }
}

/** How often it was run, with `jest.retryTimes`. */
const isRetried = ({ invocations }: JsonObject): boolean =>
  typeof invocations === 'number' && invocations > 1

/** From milliseconds; a test that was not run has `null`. */
const secondsOf = (duration: unknown): number =>
  typeof duration === 'number' && Number.isFinite(duration) && duration > 0 ? duration / 1000 : 0

/** Only with `--testLocationInResults`. */
const locationOf = ({ location }: JsonObject): number | undefined =>
  isObject(location) ? placeIn(location['line']) : undefined

const failedFile = (file: string, message: string): TestResult => ({
  suite: '',
  name: file,
  status: 'failed',
  seconds: 0,
  file,
  line: lineIn(message, file),
  message: shortText(message, LONGEST_MESSAGE).trim(),
})

/** Of the first frame of a stack that is in the test file: `(/w/a.test.js:3:5)`; Babel ends with `(3:5)` alone. */
function lineIn(message: string, file: string): number | undefined {
  for (let at = message.indexOf(file); at !== -1; at = message.indexOf(file, at + 1)) {
    const after = message.slice(at + file.length, at + file.length + 400)
    const line = (/^:(\d+)/.exec(after) ?? /^: [^\n]*\((\d+):\d+\)(?:\n|$)/.exec(after))?.[1]
    if (line !== undefined) return placeIn(Number(line))
  }
  // What is said of a whole file has its paths from the root of jest: `(src/a.test.js:3:5)`.
  for (const frame of shortText(message, LONGEST_MESSAGE).split('\n')) {
    const place = /:(\d+):\d+\)?$/.exec(frame)
    const path = place && frame.slice(0, place.index).split(/[\s(]/).at(-1)
    if (path && (file.endsWith(`/${path}`) || file.endsWith(`\\${path}`)))
      return placeIn(Number(place[1]))
  }
  return undefined
}
