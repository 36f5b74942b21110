/** Parts of evidence and gates, for tests that say only what matters to them. */
import type { Evidence, Origin, TestCounts } from '../../src/evidence/evidence.ts'
import { metricOf } from '../../src/metrics/catalogue.ts'
import type { Gate } from '../../src/policy/policy.ts'
import type { CoverageFile } from '../../src/test-coverage/coverage.ts'
import { countHits } from '../../src/test-coverage/coverage.ts'

export const makeEvidence = (over: Partial<Evidence> = {}): Evidence => ({
  tests: [],
  coverage: [],
  issues: [],
  audits: [],
  sizes: [],
  lost: [],
  change: { kind: 'nothing-to-compare', why: 'a run of the event schedule belongs to no change' },
  ...over,
})

export function makeGate(metric: string, over: Partial<Gate> = {}): Gate {
  const found = metricOf(metric)
  if (!found) throw new Error(`There is no metric ${metric}.`)
  return {
    id: metric,
    metric: found,
    scope: 'all',
    checks: [],
    folder: undefined,
    min: undefined,
    max: undefined,
    maxDrop: undefined,
    maxRise: undefined,
    minLines: 20,
    level: 'error',
    where: 'quality-gate.yml:9',
    ...over,
  }
}

export const origin = (check: string, folder = '.', report = 'report.xml'): Origin => ({
  check,
  folder,
  report,
})

export const counts = (over: Partial<TestCounts>): TestCounts => ({
  total: 0,
  passed: 0,
  failed: 0,
  skipped: 0,
  flaky: 0,
  seconds: 0,
  ...over,
})

/** `lines`: how often each was run, the first one first; `undefined` where there is nothing to run. */
export function coverageFile(path: string, lines: readonly (number | undefined)[]): CoverageFile {
  const hits = new Map(
    lines.flatMap((count, index) => (count === undefined ? [] : [[index + 1, count] as const])),
  )
  const none = { covered: 0, total: 0 }
  return { path, roots: [], hits, lines: countHits(hits), branches: none, functions: none }
}
