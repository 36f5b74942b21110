import { expect, test } from '@jest/globals'
import { metricOf, type CheckSpec, type Gate, type Metric } from '@ecs-pipeline/quality'
import { CHECK_KEYS, EXCEPTION_KEYS, FILE_KEYS, GATE_KEYS, SIZE_KEYS } from '../../policy/keys.ts'
import { readPolicy } from '../../policy/read-policy.ts'
import { AS_JSON, SIZES_ONLY, WHOLE } from './good-policies.ts'

const PLAIN_CHECK = {
  folder: '.',
  needs: [],
  timeoutMinutes: 10,
  retries: 0,
  environment: {},
  reports: [],
  exitCodes: [0],
  level: 'error',
} satisfies Partial<CheckSpec>

const metric = (name: string): Metric => {
  const found = metricOf(name)
  if (!found) throw new Error(`There is no metric ${name}.`)
  return found
}

const gate = (name: string, more: Partial<Gate>): Gate => ({
  id: name,
  metric: metric(name),
  scope: 'all',
  checks: [],
  folder: undefined,
  min: undefined,
  max: undefined,
  maxDrop: undefined,
  maxRise: undefined,
  minLines: 20,
  level: 'error',
  where: '',
  ...more,
})

test('everything that a policy can say', async () => {
  expect(await readPolicy(WHOLE, 'p.yml')).toEqual({
    name: 'finance-app',
    checks: [
      {
        ...PLAIN_CHECK,
        id: 'types',
        command: {
          kind: 'program',
          program: 'npx',
          args: ['tsc', '--noEmit', '--pretty', 'false'],
        },
        exitCodes: [0, 1, 2],
        reports: [{ format: 'tsc', paths: undefined }],
        where: 'p.yml:4',
      },
      {
        ...PLAIN_CHECK,
        id: 'lint',
        command: { kind: 'program', program: 'npx', args: ['eslint', '.', '--format', 'json'] },
        exitCodes: [1],
        reports: [{ format: 'eslint-json', paths: undefined }],
        level: 'warning',
        where: 'p.yml:8',
      },
      {
        ...PLAIN_CHECK,
        id: 'unit',
        folder: 'packages/api',
        needs: ['types', 'lint'],
        command: {
          kind: 'program',
          program: 'npx',
          args: ['jest', '--ci', '--json', '--outputFile', 'reports/jest results.json'],
        },
        timeoutMinutes: 20,
        retries: 2,
        environment: { NODE_ENV: 'test', PORT: '0x50', DEBUG: 'false', EMPTY: '' },
        reports: [
          { format: 'jest-json', paths: ['reports/jest results.json'] },
          { format: 'lcov', paths: ['coverage/lcov.info', '!coverage/old/**'] },
        ],
        where: 'p.yml:13',
      },
      {
        ...PLAIN_CHECK,
        id: 'audit',
        command: { kind: 'bash', script: 'npm audit --json > reports/audit.json || true\n' },
        reports: [{ format: 'npm-audit', paths: ['reports/audit.json'] }],
        where: 'p.yml:23',
      },
      {
        ...PLAIN_CHECK,
        id: 'e2e',
        command: undefined,
        reports: [{ format: 'junit', paths: ['e2e/*.xml'] }],
        where: 'p.yml:28',
      },
    ],
    sizes: [{ name: 'bundle', paths: ['dist/*.js', 'dist/*.css'], gzip: true, where: 'p.yml:31' }],
    gates: [
      gate('tests.failed', { max: 0, where: 'p.yml:33' }),
      gate('tests.total', { id: 'enough', min: 1, checks: ['unit'], where: 'p.yml:34' }),
      gate('coverage.lines', {
        id: 'coverage.lines-in-packages-api',
        maxDrop: 0.5,
        folder: 'packages/api',
        where: 'p.yml:35',
      }),
      gate('coverage.lines', {
        id: 'coverage.lines-new-code',
        scope: 'new-code',
        min: 80,
        minLines: 10,
        level: 'warning',
        where: 'p.yml:36',
      }),
      gate('vulnerabilities.high', {
        id: 'vulnerabilities.high-production-of-audit',
        scope: 'production',
        max: 0,
        maxRise: 0,
        checks: ['audit'],
        where: 'p.yml:37',
      }),
      gate('size.bundle', { max: 250_000, maxRise: 2048, where: 'p.yml:38' }),
    ],
    exceptions: [
      {
        of: { vulnerability: 'GHSA-aaaa-bbbb-cccc' },
        reason: 'not reachable',
        expires: '2027-01-31',
        until: Date.UTC(2027, 1, 1),
        where: 'p.yml:40',
      },
      {
        of: { gate: 'enough' },
        reason: 'the suite is moving',
        expires: '2028-02-29',
        until: Date.UTC(2028, 2, 1),
        where: 'p.yml:41',
      },
    ],
  })
})

test.each([...FILE_KEYS, ...CHECK_KEYS, ...SIZE_KEYS, ...GATE_KEYS, ...EXCEPTION_KEYS])(
  'it says something of the key %s',
  (key) => {
    expect(WHOLE).toMatch(new RegExp(`(^|[\\s{-])${key}:`, 'm'))
  },
)

test('what is not said has a default', async () => {
  const command = { kind: 'program', program: 'npm', args: ['run', 'build'] }
  expect(await readPolicy(AS_JSON, 'p.yml')).toEqual({
    name: 'quality-gate',
    checks: [{ ...PLAIN_CHECK, id: 'build', command, where: 'p.yml:1' }],
    sizes: [],
    gates: [],
    exceptions: [],
  })
  expect((await readPolicy(SIZES_ONLY, 'p.yml')).sizes).toEqual([
    { name: 'app', paths: ['dist/app.js'], gzip: false, where: 'p.yml:2' },
  ])
})

test('a day that is over is no mistake: the exception only does not hold any more', async () => {
  const text = WHOLE.replace('2027-01-31', '2020-01-31')
  expect((await readPolicy(text, 'p.yml')).exceptions[0]?.until).toBe(Date.UTC(2020, 1, 1))
})
