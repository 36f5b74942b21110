import { describe, expect, test } from '@jest/globals'
import type { Evidence } from '../../src/evidence/evidence.ts'
import { findOthers, withoutDoubles } from '../../src/findings/find-others.ts'
import { findPlaces } from '../../src/findings/find.ts'
import { judgeGate } from '../../src/gates/judge-gate.ts'
import type { Gate } from '../../src/policy/policy.ts'
import type { TestResult } from '../../src/test-results/test-result.ts'
import { counts, coverageFile, makeEvidence, makeGate, origin } from '../support/evidence.ts'

const failure: TestResult = {
  suite: 'ledger',
  name: 'adds up',
  status: 'failed',
  seconds: 0.1,
  file: 'test/ledger.test.ts',
  line: 7,
  message: 'expected 3, got 4',
}

const evidence: Evidence = makeEvidence({
  change: { kind: 'known', base: 'abc', lines: new Map([['src/a.ts', [{ from: 1, to: 4 }]]]) },
  tests: [
    {
      ...origin('tests'),
      counts: counts({ total: 1, failed: 1 }),
      failures: [failure],
      flaky: [],
      slowest: [],
    },
  ],
  coverage: [{ ...origin('tests'), files: [coverageFile('src/a.ts', [1, 0, 0, undefined, 0])] }],
  issues: [
    {
      ...origin('lint'),
      byPath: new Map([
        [
          'src/a.ts',
          { all: { error: 1, warning: 1, note: 0 }, added: { error: 1, warning: 0, note: 0 } },
        ],
      ]),
      worst: [
        {
          tool: 'eslint',
          level: 'error',
          rule: 'no-undef',
          message: 'x is not defined',
          path: '/w/src/a.ts',
          file: 'src/a.ts',
          line: 2,
          column: 1,
          isNew: true,
        },
        {
          tool: 'eslint',
          level: 'warning',
          rule: 'no-var',
          message: 'use let',
          path: '/w/src/a.ts',
          file: 'src/a.ts',
          line: 9,
          column: 1,
          isNew: false,
        },
      ],
    },
  ],
  audits: [
    {
      ...origin('audit'),
      vulnerabilities: [
        {
          id: 'GHSA-1',
          package: 'left-pad',
          range: '<2',
          severity: 'critical',
          title: 'Pads too far',
          url: undefined,
          places: ['node_modules/left-pad'],
          hasFix: true,
          isProduction: false,
          lockFile: { path: 'package-lock.json', line: 30 },
        },
      ],
    },
  ],
})

function places(...gates: readonly Gate[]) {
  const judging = {
    baseline: { kind: 'missing', why: '' },
    isRecording: false,
    exceptions: [],
  } as const
  const results = gates.map((gate) => judgeGate(gate, evidence, judging))
  const sources = { evidence, checks: [], gates: results, exceptions: [] }
  const found = findPlaces(sources)
  return { found, others: findOthers(sources, found) }
}

describe('the places of a gate that failed', () => {
  test.each([
    [makeGate('tests.failed', { max: 0 }), 'test/ledger.test.ts:7', 'ledger › adds up'],
    [
      makeGate('coverage.lines', { scope: 'new-code', min: 90, minLines: 1 }),
      'src/a.ts:2',
      'New lines without a test',
    ],
    [makeGate('lint.errors', { max: 0 }), 'src/a.ts:2', 'eslint: no-undef'],
    [makeGate('lint.warnings', { max: 0 }), 'src/a.ts:9', 'eslint: no-var'],
    [
      makeGate('vulnerabilities.critical', { max: 0 }),
      'package-lock.json:30',
      'critical: left-pad <2',
    ],
  ])('$id', (gate, place, title) => {
    const [first] = places(gate).found
    expect(`${first?.path ?? ''}:${first?.line ?? ''}`).toBe(place)
    expect(first).toMatchObject({ of: gate.id, level: 'error', title })
  })

  test('are the line of the policy where nothing else is known', () => {
    const [first] = places(makeGate('tests.total', { min: 5 })).found
    expect(first).toMatchObject({
      path: 'quality-gate.yml',
      line: 9,
      message: 'tests.total is 1, below the limit of 5.',
    })
  })

  test('are warnings where the gate only warns', () => {
    expect(places(makeGate('tests.failed', { max: 0, level: 'warning' })).found[0]?.level).toBe(
      'warning',
    )
  })

  test('leave out production where the package is for development only', () => {
    expect(
      places(makeGate('vulnerabilities.critical', { scope: 'production', max: 0 })).found,
    ).toEqual([])
  })
})

describe('what no gate minds', () => {
  test('is told all the same when it is new, and failed tests always', () => {
    const { others } = places()
    expect(others.map(({ path, line, level }) => `${level} ${path ?? ''}:${line ?? ''}`)).toEqual([
      'warning test/ledger.test.ts:7',
      'warning src/a.ts:2',
      'notice src/a.ts:2',
    ])
  })

  test('is not told twice', () => {
    const { found, others } = places(
      makeGate('tests.failed', { max: 0 }),
      makeGate('lint.errors', { max: 0 }),
    )
    expect(others.map(({ level }) => level)).toEqual(['notice'])
    expect(withoutDoubles([...found, ...found])).toHaveLength(found.length)
  })
})
