import { describe, expect, test } from '@jest/globals'
import type { GateResult, GateStatus } from '../../src/gates/judge-gate.ts'
import type { CheckSpec, Level } from '../../src/policy/policy.ts'
import type { CheckResult, CheckStatus } from '../../src/verdict/check-result.ts'
import { judge } from '../../src/verdict/verdict.ts'
import { makeGate } from '../support/evidence.ts'

const check = (id: string, status: CheckStatus, level: Level = 'error'): CheckResult => {
  const spec: CheckSpec = {
    id,
    command: { kind: 'program', program: 'true', args: [] },
    folder: '.',
    needs: [],
    timeoutMinutes: 10,
    retries: 0,
    environment: {},
    reports: [],
    exitCodes: [0],
    level,
    where: 'quality-gate.yml:3',
  }
  return {
    check: spec,
    status,
    exitCode: 0,
    seconds: 1,
    attempts: 1,
    reason: 'It said no.',
    tail: [],
  }
}

const EXCEPTION = {
  of: { gate: 'tests.failed' },
  reason: 'known',
  expires: '2027-01-31',
  until: 0,
  where: '',
}

const gate = (
  status: GateStatus,
  over: { level?: Level; isExcused?: boolean } = {},
): GateResult => ({
  gate: makeGate('tests.failed', { level: over.level ?? 'error' }),
  status,
  measure: undefined,
  before: undefined,
  reason: 'tests.failed is 2, above the limit of 0.',
  notices: [],
  exception: over.isExcused === true ? EXCEPTION : undefined,
})

describe('the verdict', () => {
  test.each<[string, CheckResult[], GateResult[], string, string[], string[]]>([
    ['all is good', [check('lint', 'passed')], [gate('passed')], 'passed', [], []],
    ['a gate rests', [check('lint', 'passed')], [gate('resting')], 'passed', [], []],
    ['a gate failed', [check('lint', 'passed')], [gate('failed')], 'failed', ['tests.failed'], []],
    ['a gate was not measured', [], [gate('unmeasured')], 'unmeasured', ['tests.failed'], []],
    ['a check failed', [check('lint', 'failed')], [gate('passed')], 'failed', ['lint'], []],
    ['a check took too long', [check('lint', 'timed-out')], [], 'failed', ['lint'], []],
    ['a check was not run', [check('lint', 'skipped')], [], 'unmeasured', ['lint'], []],
    ['a program is missing', [check('lint', 'not-run')], [], 'unmeasured', ['lint'], []],
    [
      'what failed comes before what was not measured',
      [check('lint', 'failed')],
      [gate('unmeasured')],
      'failed',
      ['lint', 'tests.failed'],
      [],
    ],
    [
      'a warning',
      [check('lint', 'failed', 'warning')],
      [gate('failed', { level: 'warning' })],
      'passed',
      [],
      ['tests.failed', 'lint'],
    ],
    ['an excused gate', [], [gate('failed', { isExcused: true })], 'passed', [], ['tests.failed']],
    [
      'an excused gate that was not measured',
      [],
      [gate('unmeasured', { isExcused: true })],
      'passed',
      [],
      ['tests.failed'],
    ],
    [
      'cancelled before the end',
      [check('lint', 'cancelled')],
      [gate('failed')],
      'cancelled',
      ['tests.failed', 'lint'],
      [],
    ],
  ])('%s', (_what, checks, gates, result, failed, warned) => {
    const verdict = judge(checks, gates)
    expect({ result: verdict.result, failed: verdict.failed, warned: verdict.warned }).toEqual({
      result,
      failed,
      warned,
    })
  })

  test('begins with the number and the limit, and names the rest', () => {
    const { reason } = judge([check('lint', 'failed'), check('build', 'skipped')], [gate('failed')])
    expect(reason).toBe('tests.failed is 2, above the limit of 0. And 2 more: lint, build.')
  })
})
