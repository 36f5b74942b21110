/** What a report of JUnit says that it has, against what it lists: sums are never believed, only held against it. */
import type { BadReport } from '../reports/bad-report.ts'
import type { Attributes } from '../reports/xml.ts'
import type { TestStatus } from './test-result.ts'

interface Suite {
  readonly tests: number
  readonly failed: number
  /** What was listed before it began. */
  readonly before: Listed
}

interface Listed {
  readonly tests: number
  readonly failed: number
}

export class JunitCounts {
  readonly #wrong: (problem: string) => BadReport
  readonly #suites: Suite[] = []
  #listed: Listed = { tests: 0, failed: 0 }
  /** Tests that were listed as failed, each once. */
  #failedTests = 0
  /** Tests that Node's comments call failed or cancelled. */
  #commented = 0

  constructor(wrong: (problem: string) => BadReport) {
    this.#wrong = wrong
  }

  open(attributes: Attributes): void {
    // Catch2 counts assertions there, and is known by this name of a host.
    const tests = attributes['hostname'] === 'tbd' ? 0 : whole(attributes['tests'])
    const failed = whole(attributes['failures']) + whole(attributes['errors'])
    this.#suites.push({ tests, failed, before: this.#listed })
  }

  /**
   * `problems` are the failures and errors that a test lists. pytest counts a test twice that has passed and then failed
   * in its teardown, and others count each failure of one test.
   */
  count(status: TestStatus, problems: number): void {
    const { tests, failed } = this.#listed
    if (status === 'failed') this.#failedTests++
    const failures = status === 'failed' ? Math.max(1, problems) : problems
    this.#listed = { tests: tests + 1 + problems, failed: failed + failures }
  }

  /** Node's last lines: `<!-- fail 2 -->`. Its reporter leaves out a test that fails beside its own subtests. */
  comment(text: string): void {
    const count = /^ (?:fail|cancelled) (\d+) $/.exec(text)?.[1]
    if (this.#suites.length !== 1 || count === undefined) return
    this.#commented += Number(count)
    if (this.#commented <= this.#failedTests) return
    throw this.#wrong(
      `the report counts ${this.#commented} as failed and lists ${this.#failedTests}: Node's reporter 'junit' leaves out a test that fails beside its subtests; use its reporter 'tap'`,
    )
  }

  /** Throws when the suite that ends here says more than it lists. */
  close(): void {
    const suite = this.#suites.pop()
    if (!suite) return
    const tests = this.#listed.tests - suite.before.tests
    const failed = this.#listed.failed - suite.before.failed
    if (suite.failed > failed) {
      throw this.#wrong(
        `the suite counts ${suite.failed} as failed (failures and errors) and lists ${failed}; a tool has left some out`,
      )
    }
    if (suite.tests > tests) {
      throw this.#wrong(
        `the suite counts ${suite.tests} as its tests and lists ${tests}; a tool has left some out`,
      )
    }
  }
}

const whole = (text: string | undefined): number =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : 0
