/** Reports as a run makes them, with what a test wants to be different. */
import { metricOf, type CheckResult, type Gate, type GateResult } from '@ecs-pipeline/quality'
import type { GateReport } from '../../../report.ts'

export const COMMIT = 'c0ffee'.padEnd(40, '0')

export function makeGate(changes: Partial<GateResult> = {}, gate: Partial<Gate> = {}): GateResult {
  const metric = metricOf('coverage.lines')
  if (!metric) throw new Error('the catalogue has no coverage.lines')
  return {
    gate: {
      id: 'coverage',
      metric,
      scope: 'all',
      checks: [],
      folder: undefined,
      min: 80,
      max: undefined,
      maxDrop: undefined,
      maxRise: undefined,
      minLines: 20,
      level: 'error',
      where: '.github/quality-gate.yml:12',
      ...gate,
    },
    status: 'passed',
    measure: { kind: 'ratio', covered: 90, total: 100 },
    before: undefined,
    reason: 'coverage.lines is 90 % (90 of 100), at least 80 %.',
    notices: [],
    exception: undefined,
    ...changes,
  }
}

export const makeCheck = (id: string, changes: Partial<CheckResult> = {}): CheckResult => ({
  check: {
    id,
    command: { kind: 'program', program: 'npx', args: ['jest'] },
    folder: '.',
    needs: [],
    timeoutMinutes: 10,
    retries: 0,
    environment: { HUSH: 'environment-of-the-check' },
    reports: [],
    exitCodes: [0],
    level: 'error',
    where: '.github/quality-gate.yml:5',
  },
  status: 'passed',
  exitCode: 0,
  seconds: 12.34,
  attempts: 1,
  reason: '',
  tail: [],
  ...changes,
})

export const makeReport = (changes: Partial<GateReport> = {}): GateReport => ({
  version: 1,
  action: 'quality-gate',
  name: 'ledger',
  result: 'passed',
  passed: true,
  mode: 'enforce',
  reason: 'All 2 checks and gates are good.',
  caveats: [],
  startedAt: 1_800_000_000_000,
  finishedAt: 1_800_000_060_000,
  repository: 'octo-org/ledger',
  commit: COMMIT,
  pullRequest: 7,
  runUrl: 'https://github.com/octo-org/ledger/actions/runs/42',
  policy: { kind: 'head', name: '.github/quality-gate.yml', text: undefined, isChanged: false },
  checks: [makeCheck('test')],
  gates: [makeGate()],
  failed: [],
  warned: [],
  metrics: {},
  tests: undefined,
  flaky: [],
  slowest: [],
  findings: [],
  findingCount: 0,
  exceptions: [],
  baseline: { read: 'There is no baseline.', recorded: undefined },
  ...changes,
})

/** One whose gate is broken. */
export const brokenReport = (changes: Partial<GateReport> = {}): GateReport =>
  makeReport({
    result: 'failed',
    passed: false,
    reason: 'Gate coverage: coverage.lines is 78 % (78 of 100), below the limit of 80 %.',
    gates: [
      makeGate(
        {
          status: 'failed',
          measure: { kind: 'ratio', covered: 78, total: 100 },
          before: { kind: 'ratio', covered: 805, total: 1000 },
          reason: 'coverage.lines is 78 % (78 of 100), below the limit of 80 %.',
        },
        { maxDrop: 0.5 },
      ),
    ],
    failed: ['coverage'],
    ...changes,
  })
