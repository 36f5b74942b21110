/** Counts tests as they are read, and keeps those that people want to see. */
import { Worst } from '../reports/worst.ts'
import type { OnTest, TestResult, TestStatus } from './test-result.ts'

export interface CollectedTests {
  readonly counts: Readonly<Record<TestStatus, number>>
  readonly total: number
  /** Of all tests together; they may have run side by side. */
  readonly seconds: number
  /** As they came; at most {@link MOST_FAILED}. */
  readonly failed: readonly TestResult[]
  /** As they came; at most {@link MOST_FLAKY}. */
  readonly flaky: readonly TestResult[]
  /** At most {@link MOST_SLOW}, the slowest first. */
  readonly slowest: readonly TestResult[]
  /** Every file that was reported, once. */
  readonly files: ReadonlySet<string>
  /** By {@link testKey}, all that failed: a later attempt at the same check is told of them. */
  readonly failures: ReadonlySet<string>
}

export interface TestCollector {
  readonly onTest: OnTest
  readonly collected: () => CollectedTests
}

export const MOST_FAILED = 2000
export const MOST_FLAKY = 200
export const MOST_SLOW = 10

/** By which a test is known again in another report. */
export const testKey = ({ suite, name }: Pick<TestResult, 'suite' | 'name'>): string =>
  `${suite}\0${name}`

/**
 * `formerFailures` are those of an earlier attempt at the same check: what was among them and passes now is flaky.
 */
export function collectTests(formerFailures: ReadonlySet<string> = new Set()): TestCollector {
  const counts = { passed: 0, failed: 0, skipped: 0, flaky: 0 }
  let seconds = 0
  const [failed, flaky]: [TestResult[], TestResult[]] = [[], []]
  const slowest = new Worst<TestResult>(MOST_SLOW, (a, b) => b.seconds - a.seconds)
  const files = new Set<string>()
  const failures = new Set<string>()
  return {
    onTest: (reported) => {
      const hasFailedBefore = reported.status === 'passed' && formerFailures.has(testKey(reported))
      const test: TestResult = hasFailedBefore ? { ...reported, status: 'flaky' } : reported
      counts[test.status]++
      seconds += test.seconds
      if (test.file !== undefined) files.add(test.file)
      if (test.status === 'failed') {
        failures.add(testKey(test))
        if (failed.length < MOST_FAILED) failed.push(test)
      }
      if (test.status === 'flaky' && flaky.length < MOST_FLAKY) flaky.push(test)
      if (test.status !== 'skipped') slowest.add(test)
    },
    collected: () => ({
      counts: { ...counts },
      total: counts.passed + counts.failed + counts.skipped + counts.flaky,
      seconds,
      failed,
      flaky,
      slowest: slowest.kept(),
      files,
      failures,
    }),
  }
}
