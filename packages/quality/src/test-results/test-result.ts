/** What became of one test, whatever tool has run it. */

/** `flaky`: it failed, was run again in the same run of the tool, and passed. */
export type TestStatus = 'passed' | 'failed' | 'skipped' | 'flaky'

export interface TestResult {
  /** Class, file or group of the test; empty where the tool names none. */
  readonly suite: string
  readonly name: string
  readonly status: TestStatus
  readonly seconds: number
  /** As the report has it: relative to a package, or absolute. */
  readonly file: string | undefined
  readonly line: number | undefined
  /** Why it failed; cut to {@link LONGEST_MESSAGE} characters. */
  readonly message: string | undefined
}

/** Characters of a message that are kept. */
export const LONGEST_MESSAGE = 8192

/** Told of each test as it is read, so that no list of all has to be held. */
export type OnTest = (test: TestResult) => void
