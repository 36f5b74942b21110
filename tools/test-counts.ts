import { appendFileSync } from 'node:fs'

export interface Counts {
  readonly passed: number
  readonly failed: number
}

/**
 * What a step adds to the sum: the lines `passed failed` that its tests wrote, or one for the step itself when it
 * has no tests. A step that fails although no test of it did counts as one failure: what it did not run is unknown.
 */
export function countsOfStep(succeeded: boolean, written: string): Counts {
  const lines = written.split('\n').filter((line) => line !== '')
  const total = totalOf(
    lines.map((line) => {
      const [passed = 0, failed = 0] = line.split(' ').map(Number)
      return { passed, failed }
    }),
  )
  if (succeeded) return lines.length > 0 ? total : { passed: 1, failed: 0 }
  return total.failed > 0 ? total : { passed: total.passed, failed: 1 }
}

export const totalOf = (counts: readonly Counts[]): Counts => ({
  passed: counts.reduce((sum, each) => sum + each.passed, 0),
  failed: counts.reduce((sum, each) => sum + each.failed, 0),
})

/** Hands the sum on to the run that this one is a step of. */
export function writeCounts({ passed, failed }: Counts): void {
  const file = process.env['CHECK_COUNTS']
  if (file !== undefined) appendFileSync(file, `${passed} ${failed}\n`)
}
