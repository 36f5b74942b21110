import { describe, expect, test } from '@jest/globals'
import type { Evidence } from '../../src/evidence/evidence.ts'
import { judgeGate, type BaselineView, type Judging } from '../../src/gates/judge-gate.ts'
import type { Measure } from '../../src/metrics/measure.ts'
import type { Gate, PolicyException } from '../../src/policy/policy.ts'
import { counts, coverageFile, makeEvidence, makeGate, origin } from '../support/evidence.ts'

const covered = (ran: number, total: number): Evidence =>
  makeEvidence({
    coverage: [
      {
        ...origin('tests'),
        files: [
          coverageFile(
            'src/a.ts',
            Array.from({ length: total }, (_each, at) => Number(at < ran)),
          ),
        ],
      },
    ],
  })

const baseline = (metrics: Readonly<Record<string, Measure>>): BaselineView => ({
  kind: 'known',
  metrics,
  commit: 'c0ffee1234567890',
})

const MISSING: BaselineView = { kind: 'missing', why: 'the cache has none of the branch main' }
const was = (ran: number, total: number): BaselineView =>
  baseline({ 'coverage.lines': { kind: 'ratio', covered: ran, total } })

const judged = (gate: Gate, evidence: Evidence, over: Partial<Judging> = {}) =>
  judgeGate(gate, evidence, { baseline: MISSING, isRecording: false, exceptions: [], ...over })

describe('a limit', () => {
  test.each([
    [4, 5, 80, 'passed', 'coverage.lines is 80 % (4 of 5), at least 80 %.'],
    [2, 3, 66.67, 'failed', 'coverage.lines is 66.66 % (2 of 3), below the limit of 66.67 %.'],
    [2, 3, 66.66, 'passed', 'coverage.lines is 66.66 % (2 of 3), at least 66.66 %.'],
    [0, 3, 0, 'passed', 'coverage.lines is 0 % (0 of 3), at least 0 %.'],
    [3, 3, 100, 'passed', 'coverage.lines is 100 % (3 of 3), at least 100 %.'],
  ] as const)('%i of %i lines against %d %% has %s', (ran, total, min, status, reason) => {
    const result = judged(makeGate('coverage.lines', { min }), covered(ran, total))
    expect({ status: result.status, reason: result.reason }).toEqual({ status, reason })
  })

  test('of a count, from above', () => {
    const evidence = makeEvidence({
      tests: [
        {
          ...origin('tests'),
          counts: counts({ total: 9, passed: 7, failed: 2 }),
          failures: [],
          flaky: [],
          slowest: [],
        },
      ],
    })
    const result = judged(makeGate('tests.failed', { max: 0 }), evidence)
    expect(result.reason).toBe('tests.failed is 2, above the limit of 0.')
  })

  test.each([
    [
      'size.bundle',
      1_234_567,
      1_000_000,
      'size.bundle is 1.23 MB (1234567 bytes), above the limit of 1 MB (1000000 bytes).',
    ],
    [
      'size.bundle',
      12_345,
      10_000,
      'size.bundle is 12.3 kB (12345 bytes), above the limit of 10 kB (10000 bytes).',
    ],
  ])('of %s with %i bytes', (metric, bytes, max, reason) => {
    const evidence = makeEvidence({ sizes: [{ name: 'bundle', bytes, largest: [] }] })
    expect(judged(makeGate(metric, { max }), evidence).reason).toBe(reason)
  })
})

describe('what was not measured is never a pass', () => {
  test.each([
    [
      'tests.failed',
      makeEvidence(),
      'tests.failed was not measured: there is no report of tests to count tests.failed from.',
    ],
    [
      'coverage.lines',
      makeEvidence(),
      'coverage.lines was not measured: there is no report of coverage to count coverage.lines from.',
    ],
    [
      'coverage.branches',
      covered(1, 2),
      'coverage.branches was not measured: the reports know no branches that can be run.',
    ],
    [
      'lint.errors',
      makeEvidence(),
      'lint.errors was not measured: there is no report of issues to count lint.errors from.',
    ],
    [
      'vulnerabilities.critical',
      makeEvidence(),
      'vulnerabilities.critical was not measured: there is no report of an audit to count vulnerabilities.critical from.',
    ],
    [
      'size.bundle',
      makeEvidence(),
      'size.bundle was not measured: no file was measured for size.bundle.',
    ],
  ])('%s', (metric, evidence, reason) => {
    const result = judged(makeGate(metric, { max: 100, min: 0 }), evidence)
    expect({ status: result.status, reason: result.reason }).toEqual({
      status: 'unmeasured',
      reason,
    })
  })

  test('a lost report counts, although another one was read', () => {
    const lost = {
      check: 'other',
      folder: '.',
      kind: 'coverage',
      report: 'lcov.info',
      problem: 'lcov.info:3: it is cut off',
    } as const
    const result = judged(makeGate('coverage.lines', { min: 0 }), {
      ...covered(1, 1),
      lost: [lost],
    })
    expect(result.reason).toBe('coverage.lines was not measured: lcov.info:3: it is cut off.')
    const ofOne = judged(makeGate('coverage.lines', { min: 0, checks: ['tests'] }), {
      ...covered(1, 1),
      lost: [lost],
    })
    expect(ofOne.status).toBe('passed')
  })

  test('no failure among no tests is no good news', () => {
    const none = {
      ...origin('tests'),
      counts: counts({ skipped: 3 }),
      failures: [],
      flaky: [],
      slowest: [],
    }
    const evidence = makeEvidence({ tests: [none] })
    expect(judged(makeGate('tests.failed', { max: 0 }), evidence).status).toBe('unmeasured')
    expect(judged(makeGate('tests.total', { min: 1 }), evidence).status).toBe('failed')
    expect(judged(makeGate('tests.skipped', { max: 3 }), evidence).status).toBe('passed')
  })
})

describe('the ratchet', () => {
  const gate = makeGate('coverage.lines', { maxDrop: 0 })

  test.each([
    [
      was(8, 10),
      'failed',
      'it fell by 10 points from 80 % (8 of 10) of c0ffee1, and at most 0 points is allowed',
    ],
    [was(7, 10), 'passed', 'as before (70 % (7 of 10) of c0ffee1)'],
    [was(14, 20), 'passed', 'as before (70 % (14 of 20) of c0ffee1)'],
    [was(1, 2), 'passed', '20 points higher than 50 % (1 of 2) of c0ffee1'],
  ] as const)('lets a number rise and not fall', (before, status, words) => {
    const result = judged(gate, covered(7, 10), { baseline: before })
    expect(result.status).toBe(status)
    expect(result.reason).toBe(`coverage.lines is 70 % (7 of 10), ${words}.`)
  })

  test('sees the smallest step down, which two decimals would hide', () => {
    const result = judged(gate, covered(99_998, 100_000), { baseline: was(99_999, 100_000) })
    expect(result.status).toBe('failed')
    expect(result.reason).toContain('fell by 0.001 points')
  })

  test('allows what it may fall, to the point', () => {
    const some = makeGate('coverage.lines', { maxDrop: 0.1 })
    expect(judged(some, covered(799, 1000), { baseline: was(800, 1000) }).status).toBe('passed')
    expect(judged(some, covered(7989, 10_000), { baseline: was(8000, 10_000) }).status).toBe(
      'failed',
    )
  })

  test('of a count minds that it rises', () => {
    const gate = makeGate('size.bundle', { maxRise: 100 })
    const evidence = makeEvidence({ sizes: [{ name: 'bundle', bytes: 1200, largest: [] }] })
    const before = baseline({ 'size.bundle': { kind: 'number', value: 1000 } })
    const result = judged(gate, evidence, { baseline: before })
    expect(result.reason).toBe(
      'size.bundle is 1200 bytes, it rose by 200 bytes from 1000 bytes of c0ffee1, and at most 100 bytes is allowed.',
    )
  })

  test('rests without a baseline, and says why there is none', () => {
    const result = judged(gate, covered(1, 2))
    expect(result.status).toBe('resting')
    expect(result.reason).toBe(
      'coverage.lines is 50 % (1 of 2); not judged: there is no baseline (the cache has none of the branch main).',
    )
  })

  test('rests where the baseline never had the number, or had another kind of it', () => {
    for (const metrics of [{}, { 'coverage.lines': { kind: 'number', value: 3 } } as const]) {
      expect(judged(gate, covered(1, 2), { baseline: baseline(metrics) }).status).toBe('resting')
    }
    expect(judged(gate, covered(1, 2), { baseline: was(0, 0) }).status).toBe('resting')
  })

  test('leaves a limit beside it in force', () => {
    const both = makeGate('coverage.lines', { maxDrop: 0, min: 60 })
    const result = judged(both, covered(1, 2))
    expect(result.status).toBe('failed')
    expect(result.reason).toBe('coverage.lines is 50 % (1 of 2), below the limit of 60 %.')
  })

  test('records on the base branch, and tells what it has recorded', () => {
    const result = judged(gate, covered(7, 10), { baseline: was(8, 10), isRecording: true })
    expect(result.status).toBe('passed')
    expect(result.notices).toEqual([
      'coverage.lines: it fell by 10 points from 80 % (8 of 10) of c0ffee1, and at most 0 points is allowed',
    ])
  })
})

describe('new code', () => {
  const change = {
    kind: 'known',
    base: 'abc',
    lines: new Map([['src/a.ts', [{ from: 1, to: 10 }]]]),
  } as const
  const gate = makeGate('coverage.lines', { scope: 'new-code', min: 80, minLines: 10 })

  test('is judged by the lines that the change has added', () => {
    const result = judged(gate, { ...covered(7, 40), change })
    expect(result.reason).toBe(
      'coverage.lines (new-code) is 70 % (7 of 10), below the limit of 80 %.',
    )
  })

  test('rests below the least number of lines', () => {
    const result = judged({ ...gate, minLines: 11 }, { ...covered(0, 40), change })
    expect(result.status).toBe('resting')
    expect(result.reason).toBe(
      'coverage.lines (new-code) is not judged: only 10 changed lines can be run, fewer than 11.',
    )
  })

  test('is not measured when there is a change that Git cannot show', () => {
    const unknown = { kind: 'unknown', why: 'the base commit is not here' } as const
    expect(judged(gate, { ...covered(7, 40), change: unknown }).status).toBe('unmeasured')
  })

  test('rests in a run that belongs to no change', () => {
    expect(judged(gate, covered(7, 40)).status).toBe('resting')
  })

  test('is not measured from sums', () => {
    const evidence = makeEvidence({
      change,
      coverage: [
        {
          ...origin('tests'),
          files: [
            { ...coverageFile('src/a.ts', []), hits: undefined, lines: { covered: 5, total: 5 } },
          ],
        },
      ],
    })
    const result = judged(gate, evidence)
    expect(result.reason).toBe(
      'coverage.lines (new-code) was not measured: of src/a.ts the report has only sums; use lcov or cobertura for new code.',
    )
  })
})

describe('an exception', () => {
  const exception: PolicyException = {
    of: { gate: 'coverage.lines' },
    reason: 'the generator is being replaced',
    expires: '2027-01-31',
    until: 0,
    where: 'quality-gate.yml:20',
  }

  test('stands beside a gate that failed, which it does not turn into a pass', () => {
    const result = judged(makeGate('coverage.lines', { min: 90 }), covered(1, 2), {
      exceptions: [exception],
    })
    expect({ status: result.status, exception: result.exception }).toEqual({
      status: 'failed',
      exception,
    })
  })
})
