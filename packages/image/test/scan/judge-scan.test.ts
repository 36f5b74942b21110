import { describe, expect, test } from '@jest/globals'
import { severityOf, type Finding } from '../../src/scan/finding.ts'
import { judgeScan, type Exception, type ScanPolicy } from '../../src/scan/judge-scan.ts'

const NOW = Date.parse('2026-11-20T12:00:00Z')

const finding = (over: Partial<Finding> = {}): Finding => ({
  id: 'CVE-2026-1',
  severity: 'critical',
  package: 'openssl',
  version: '3.0.1',
  fixedVersion: undefined,
  title: '',
  url: undefined,
  ...over,
})

const exception = (over: Partial<Exception> = {}): Exception => ({
  id: 'CVE-2026-1',
  package: undefined,
  reason: 'not reachable',
  until: Date.parse('2027-02-01T00:00:00Z'),
  expires: '2027-01-31',
  where: 'scan-ignore.yml:2',
  ...over,
})

const judge = (
  findings: readonly Finding[],
  policy: Partial<ScanPolicy> = {},
): ReturnType<typeof judgeScan> =>
  judgeScan(findings, { failOn: 'high', exceptions: [], ...policy }, NOW)

describe('the limit', () => {
  test.each([
    ['critical', 'high', false],
    ['high', 'high', false],
    ['medium', 'high', true],
    ['high', 'critical', true],
    ['critical', 'never', true],
  ] as const)('a %s finding with fail-on %s', (severity, failOn, passes) => {
    expect(judge([finding({ severity })], { failOn }).passed).toBe(passes)
  })

  test('the arithmetic is told', () => {
    const low = finding({ id: 'CVE-2026-2', severity: 'low' })
    expect(judge([low, finding()]).reason).toBe(
      '1 finding of 2 is high or worse, the worst CVE-2026-1 in openssl 3.0.1.',
    )
    expect(judge([low]).reason).toBe('None of 1 finding is high or worse.')
    expect(judge([]).reason).toBe('Nothing was found.')
  })

  test('a finding of two layers counts once', () => {
    expect(judge([finding(), finding()]).counts.critical).toBe(1)
  })

  test.each([
    ['CRITICAL', 'critical'],
    ['UNTRIAGED', 'medium'],
    ['UNDEFINED', 'medium'],
    ['NEGLIGIBLE', 'informational'],
  ])('%s is %s', (word, severity) => {
    expect(severityOf(word)).toBe(severity)
  })
})

describe('exceptions', () => {
  test('one that holds lets its finding pass, and is told', () => {
    const verdict = judge([finding()], { exceptions: [exception({ id: 'cve-2026-1' })] })
    expect(verdict).toMatchObject({ passed: true, counts: { critical: 1 }, unused: [] })
    expect(verdict.ignored.map((each) => each.finding.id)).toEqual(['CVE-2026-1'])
  })

  test('one for another package does not', () => {
    const verdict = judge([finding()], { exceptions: [exception({ package: 'zlib' })] })
    expect(verdict.passed).toBe(false)
    expect(verdict.unused).toHaveLength(1)
  })

  test.each([[[finding()]], [[]]])('one that has expired fails by its name, %#', (findings) => {
    const expired = exception({ until: NOW, expires: '2026-11-19' })
    const verdict = judge(findings, { exceptions: [expired] })
    expect(verdict.passed).toBe(false)
    expect(verdict.reason).toContain(
      'The exception for CVE-2026-1 expired on 2026-11-19 (scan-ignore.yml:2).',
    )
  })

  test('an expired one is only told where nothing fails', () => {
    const exceptions = [exception({ until: NOW })]
    expect(judge([finding()], { failOn: 'never', exceptions })).toMatchObject({
      passed: true,
      expired: exceptions,
    })
  })
})
