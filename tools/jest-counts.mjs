import { appendFileSync } from 'node:fs'

/**
 * A jest reporter: adds one line `passed failed` to the file that CHECK_COUNTS names, so that `.ci/run` can sum
 * what several runs found. Failures too are: a test file that does not load, a test that is skipped, and a run
 * without any test.
 */
export default class Counts {
  onRunComplete(_contexts, results) {
    const file = process.env.CHECK_COUNTS
    if (!file) return
    const failed =
      results.numFailedTests +
      results.numRuntimeErrorTestSuites +
      results.numPendingTests +
      results.numTodoTests +
      (results.numTotalTests === 0 ? 1 : 0)
    appendFileSync(file, `${results.numPassedTests} ${failed}\n`)
  }
}
