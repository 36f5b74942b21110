/** One `testcase` of JUnit while it is read. */
import { TextStart } from '../reports/plain-text.ts'
import type { Attributes } from '../reports/xml.ts'
import { firstFrame } from './first-frame.ts'
import { LONGEST_MESSAGE, type TestResult, type TestStatus } from './test-result.ts'

/** Elements that say that the test has failed; those of a rerun only stand beside a final failure. */
const FAILURES: readonly string[] = ['failure', 'error', 'rerunFailure', 'rerunError']
/** Lists of them, which some writers put into a suite. */
const LISTS: readonly string[] = ['failures', 'errors']
/** Of Surefire: it failed, and passed when it was run again. */
const FLAKES: readonly string[] = ['flakyFailure', 'flakyError']
const SKIPS: readonly string[] = ['skipped', 'skip', 'disabled', 'ignored']

/** What `status` and `result` say (googletest, CTest and others), when no element says it. */
const SAID: Readonly<Record<string, TestStatus>> = {
  notrun: 'skipped',
  disabled: 'skipped',
  skipped: 'skipped',
  ignored: 'skipped',
  suppressed: 'skipped',
  fail: 'failed',
  failed: 'failed',
  failure: 'failed',
  error: 'failed',
}

/** Whether an element tells of a failure, wherever it stands. */
export const isProblem = (name: string): boolean => FAILURES.includes(name) || LISTS.includes(name)

export class JunitTest {
  readonly #attributes: Attributes
  readonly #suite: string
  #isFailed = false
  #isFlaky = false
  #isSkipped = false
  #isTodo = false
  /** Begun with the first failure, which is the one that people want to read. */
  #message: TextStart | undefined
  /** Elements that are open in this one; a message is the text of a failure and of all in it. */
  readonly #open: string[] = []
  /** Failures and errors that it lists. */
  problems = 0

  /** `suites` are the names of the suites around it. */
  constructor(attributes: Attributes, suites: readonly string[]) {
    this.#attributes = attributes
    const { classname } = attributes
    // Node calls the class of every test that stands in no suite so.
    const hasClass = classname !== undefined && classname !== '' && classname !== 'test'
    this.#suite = hasClass ? classname : suites.filter((each) => each !== '').join(' > ')
    for (const said of [attributes['status'], attributes['result']]) {
      const status = said === undefined ? undefined : SAID[said.toLowerCase()]
      if (status === 'failed') this.#isFailed = true
      if (status === 'skipped') this.#isSkipped = true
    }
  }

  /** A failure that stands in a suite: a test by itself, so that it is not lost. */
  static outside({ type }: Attributes, suites: readonly string[]): JunitTest {
    const name = type === undefined || type === '' ? 'outside of any test' : type
    return new JunitTest({ name }, suites)
  }

  /** Whether an element in it is still open. */
  get isInside(): boolean {
    return this.#open.length > 0
  }

  open(name: string, attributes: Attributes): void {
    this.#open.push(name)
    if (SKIPS.includes(name)) {
      this.#isSkipped = true
      // Node lists the failure of a test that is still to do, which is none.
      if (attributes['type'] === 'todo') this.#isTodo = true
    }
    if (FLAKES.includes(name)) this.#isFlaky = true
    if (FAILURES.includes(name)) this.#fail()
    if (FLAKES.includes(name) || FAILURES.includes(name)) this.#addMessage(attributes)
  }

  text(text: string): void {
    if (!this.#open.some((name) => isProblem(name) || FLAKES.includes(name))) return
    if (LISTS.includes(this.#open.at(-1) ?? '')) {
      if (text.trim() === '') return
      // Only once: how a text comes in pieces means nothing.
      if (!this.#isFailed) this.#fail()
    }
    this.#message ??= new TextStart(LONGEST_MESSAGE)
    this.#message.add(text)
  }

  close(_name: string): void {
    this.#open.pop()
  }

  result(): TestResult {
    const status = this.#status()
    const { name = '', time, file } = this.#attributes
    const text = status === 'failed' || status === 'flaky' ? this.#message?.toString() : undefined
    const message = text === '' ? undefined : text
    const frame = message === undefined ? undefined : firstFrame(message)
    const line = lineOf(this.#attributes['line'])
    return {
      suite: this.#suite,
      name,
      status,
      seconds: secondsOf(time),
      file: file ?? frame?.file,
      line: line ?? (isOf(frame?.file, file) ? frame?.line : undefined),
      message,
    }
  }

  #status(): TestStatus {
    if (this.#isTodo) return 'skipped'
    if (this.#isFailed) return 'failed'
    if (this.#isFlaky) return 'flaky'
    return this.#isSkipped ? 'skipped' : 'passed'
  }

  #fail(): void {
    this.#isFailed = true
    this.problems++
  }

  #addMessage({ message }: Attributes): void {
    const isFirst = this.#message === undefined
    this.#message ??= new TextStart(LONGEST_MESSAGE)
    if (!isFirst) this.#message.add('\n')
    if (message !== undefined && message !== '') this.#message.add(`${message}\n`)
  }
}

/** Whether the frame is in the file that the report names, or it names none. */
const isOf = (frame: string | undefined, file: string | undefined): boolean =>
  frame !== undefined && (file === undefined || frame.endsWith(file) || file.endsWith(frame))

function lineOf(text: string | undefined): number | undefined {
  const line = text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0
  return line > 0 ? line : undefined
}

/** Seconds; Surefire writes thousands with a comma. What is no time is none: nothing is judged by it. */
function secondsOf(text: string | undefined): number {
  const seconds = Number((text ?? '').replaceAll(',', ''))
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0
}
