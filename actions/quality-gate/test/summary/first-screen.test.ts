import { describe, expect, test } from '@jest/globals'
import { metricOf, type CheckResult, type Finding, type Metric } from '@ecs-pipeline/quality'
import { renderRefusal, renderSummary } from '../../summary/summary.ts'
import { brokenReport, makeCheck, makeGate, makeReport } from '../comment/support/make-report.ts'

const metric = (name: string): Metric => {
  const found = metricOf(name)
  if (!found) throw new Error(`There is no metric ${name}.`)
  return found
}

const finding = (changes: Partial<Finding> = {}): Finding => ({
  level: 'error',
  of: 'coverage',
  path: 'src/money.ts',
  line: 6,
  endLine: undefined,
  title: 'not tested',
  message: 'These lines were added, and no test has run them.',
  isAdded: true,
  ...changes,
})

const withReport = (
  id: string,
  format: 'lcov' | 'tsc' | 'eslint-json',
  changes: Partial<CheckResult> = {},
): CheckResult => {
  const result = makeCheck(id, changes)
  const command = { kind: 'program', program: id, args: ['--all'] } as const
  return { ...result, check: { ...result.check, command, reports: [{ format, paths: ['a'] }] } }
}

const block = (blocks: readonly string[], start: string): string =>
  blocks.find((each) => each.startsWith(start)) ?? ''

describe('where', () => {
  test('stands before the tables, with places of what makes it red only', () => {
    const findings = [finding(), finding({ of: 'lint', path: 'src/b.ts' }), finding({ line: 9 })]
    const blocks = renderSummary(brokenReport({ findings, findingCount: 3 }))
    expect(blocks[2]).toBe(
      '**Where:**\n\n- `src/money.ts:6` not tested\n- `src/money.ts:9` not tested',
    )
    expect(blocks.findIndex((each) => each.startsWith('### Gates'))).toBeGreaterThan(2)
  })

  test('is five places, and how many more', () => {
    const findings = Array.from({ length: 8 }, (_each, index) => finding({ line: index + 1 }))
    const where = block(renderSummary(brokenReport({ findings })), '**Where:**')
    expect(where.split('\n').filter((line) => line.startsWith('- '))).toHaveLength(6)
    expect(where).toMatch(/- and 3 more below$/)
  })

  test('is left out where there are none', () => {
    expect(block(renderSummary(brokenReport()), '**Where:**')).toBe('')
  })
})

describe('what to do', () => {
  test('is to run the check whose report the gate was counted from', () => {
    const checks = [makeCheck('build'), withReport('jest', 'lcov')]
    expect(block(renderSummary(brokenReport({ checks })), '**What to do:**')).toBe(
      '**What to do:**\n\n- See it on your machine: `jest --all`',
    )
  })

  test('leaves out a check that ended with 0 where another one did not', () => {
    const gates = [makeGate({ status: 'failed' }, { id: 'lint', metric: metric('lint.errors') })]
    const checks = [withReport('tsc', 'tsc'), withReport('eslint', 'eslint-json', { exitCode: 1 })]
    const told = block(renderSummary(brokenReport({ gates, checks })), '**What to do:**')
    expect(told).toContain('`eslint --all`')
    expect(told).not.toContain('tsc')
  })

  test('begins with the cause of what was not measured, and does not repeat what follows from it', () => {
    const reason = 'There is no program eslint on this machine. Add a step that installs it.'
    const unmeasured = (why: string): ReturnType<typeof makeGate> =>
      makeGate({ status: 'unmeasured', measure: undefined, reason: why })
    const report = makeReport({
      result: 'unmeasured',
      passed: false,
      checks: [makeCheck('lint', { status: 'not-run', reason, exitCode: undefined })],
      gates: [
        unmeasured(`lint.errors was not measured: the check lint has told nothing: ${reason}`),
        unmeasured('size.app was not measured: no file is dist/*.js.'),
      ],
    })
    expect(block(renderSummary(report), '**What to do:**').split('\n').slice(2)).toEqual([
      `- lint: ${reason}`,
      '- size.app was not measured: no file is dist/&#42;.js.',
    ])
  })

  test('is nothing where it passed', () => {
    const report = makeReport({ checks: [withReport('jest', 'lcov')] })
    expect(block(renderSummary(report), '**What to do:**')).toBe('')
  })
})

test('a row does not say name and number once more', () => {
  const gates = block(renderSummary(brokenReport()), '### Gates')
  expect(gates).toContain('| coverage | 78 % (78 of 100) | 80.5 % (805 of 1000) | Below the limit')
})

test('a message of several lines is folded under its place; short ones are one list', () => {
  const findings = [
    finding({ of: undefined }),
    finding({ of: undefined, line: 7 }),
    finding({ of: undefined, line: 8, message: 'expected 1\nreceived 2' }),
  ]
  const text = renderSummary(makeReport({ findings, findingCount: 3 })).join('\n\n')
  expect(text).toMatch(/^- `src\/money\.ts:6` .*\n- `src\/money\.ts:7` /m)
  expect(text).toContain('<details><summary>src/money.ts:8 not tested</summary>')
})

test('a refusal shows keys as code', () => {
  expect(renderRefusal(['quality-gate.yml:4:5: write `max`.'])[1]).toMatch(/: write `max`\.$/)
})
