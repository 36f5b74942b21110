import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { format } from 'prettier'
import type { Policy } from '@ecs-pipeline/quality'
import { readPolicy } from '../../policy/read-policy.ts'
import { findPreset } from '../../presets/preset.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gate-preset-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function preset(files: Readonly<Record<string, string>>): Promise<Policy | undefined> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const found = await findPreset(folder)
  return found && readPolicy(found.text, 'preset.yml')
}

const commandsOf = (policy: Policy | undefined): Record<string, string> =>
  Object.fromEntries(
    (policy?.checks ?? []).map(({ id, command }) => [
      id,
      command?.kind === 'program' ? [command.program, ...command.args].join(' ') : '',
    ]),
  )
const gatesOf = (policy: Policy | undefined): readonly string[] =>
  (policy?.gates ?? []).map(({ id }) => id)

const json = (value: unknown): string => JSON.stringify(value)

describe('a Node project', () => {
  test('with the usual tools runs each of them, and reads what it reports', async () => {
    const policy = await preset({
      'package.json': json({
        scripts: { build: 'vite build', test: 'jest' },
        devDependencies: { eslint: '10', prettier: '3', typescript: '6', jest: '30' },
      }),
      'package-lock.json': '{}',
      'eslint.config.js': '',
      'tsconfig.json': '{}',
    })
    expect(commandsOf(policy)).toEqual({
      lint: 'npx --no-install eslint . --format json',
      format: 'npx --no-install prettier --list-different .',
      types: 'npx --no-install tsc --noEmit --pretty false',
      tests: 'npx --no-install jest --ci --json --coverage --coverageReporters lcovonly',
      audit: 'npm audit --json',
      build: 'npm run build',
    })
    expect(gatesOf(policy)).toEqual([
      'tests.failed',
      'tests.total',
      'tests.flaky',
      'coverage.lines',
      'coverage.lines-new-code',
      'lint.errors',
      'lint.warnings',
      'vulnerabilities.critical',
      'vulnerabilities.high-production',
    ])
  })

  test('whose jest runs ES modules lets it do so', async () => {
    const policy = await preset({
      'package.json': json({
        scripts: { test: 'NODE_OPTIONS=--experimental-vm-modules jest' },
        devDependencies: { jest: '30' },
      }),
    })
    expect(policy?.checks[0]?.environment).toEqual({ NODE_OPTIONS: '--experimental-vm-modules' })
  })

  test('gets a file that Prettier leaves as it is', async () => {
    await writeFile(
      join(folder, 'package.json'),
      json({
        scripts: { test: 'NODE_OPTIONS=--experimental-vm-modules jest' },
        devDependencies: { eslint: '10', prettier: '3', jest: '30' },
      }),
    )
    for (const name of ['package-lock.json', 'eslint.config.js'])
      await writeFile(join(folder, name), '')
    const text = (await findPreset(folder))?.text ?? ''
    for (const singleQuote of [true, false])
      expect(await format(text, { parser: 'yaml', singleQuote })).toBe(text)
  })

  test('that only has scripts runs those', async () => {
    const policy = await preset({
      'package.json': json({
        scripts: { lint: 'x', 'format:check': 'y', typecheck: 'z', test: 'mocha', build: 'b' },
      }),
    })
    expect(commandsOf(policy)).toEqual({
      lint: 'npm run lint',
      format: 'npm run format:check',
      types: 'npm run typecheck',
      tests: 'npm run test',
      build: 'npm run build',
    })
    expect(gatesOf(policy)).toEqual([])
  })

  test.each([
    [
      { scripts: { test: 'node --test' } },
      'node --test --test-reporter junit --test-reporter-destination stdout',
    ],
    [
      { scripts: { test: 'node --test test/*.test.js' } },
      'node --test --test-reporter junit --test-reporter-destination stdout test/*.test.js',
    ],
    [{ scripts: { test: 'node --test "a b.js"' } }, 'npm run test'],
    [{ scripts: { test: 'node --test && rm -rf x' } }, 'npm run test'],
    [{ devDependencies: { vitest: '4' } }, 'npx --no-install vitest run --reporter json'],
    [
      { devDependencies: { vitest: '4', '@vitest/coverage-v8': '4' } },
      'npx --no-install vitest run --reporter json --coverage --coverage.reporter lcovonly',
    ],
    [{ jest: {} }, 'npx --no-install jest --ci --json --coverage --coverageReporters lcovonly'],
  ])('with %j', async (manifest, command) => {
    expect(commandsOf(await preset({ 'package.json': json(manifest) }))['tests']).toBe(command)
  })

  test.each(['not json', '[]', 'null', '{"scripts": 5, "devDependencies": "x"}', '{}'])(
    'whose package.json is %s is none',
    async (text) => {
      expect(await preset({ 'package.json': text })).toBeUndefined()
    },
  )
})

describe('a Python project', () => {
  test.each([
    [{ 'pytest.ini': '' }, ['tests']],
    [{ 'requirements.txt': 'flask\npytest==8.0\n' }, ['tests']],
    [
      {
        'pyproject.toml':
          '[project.optional-dependencies]\ntest = ["pytest", "pytest-cov", "ruff", "mypy"]\n',
      },
      ['lint', 'types', 'tests'],
    ],
  ])('with %j has the checks %j', async (files, checks) => {
    expect(Object.keys(commandsOf(await preset(files)))).toEqual(checks)
  })

  test('with pytest-cov reports its coverage', async () => {
    const policy = await preset({ 'requirements-dev.txt': 'pytest\npytest-cov\n' })
    expect(commandsOf(policy)['tests']).toContain('--cov-report=xml:.quality-gate/coverage.xml')
    expect(gatesOf(policy)).toContain('coverage.lines-new-code')
  })

  test.each([
    { 'requirements.txt': 'flask\n# pytest\n' },
    { 'pyproject.toml': 'name = "my-pytest-thing"' },
    {},
  ])('without pytest (%j) is none', async (files) => {
    expect(await preset(files)).toBeUndefined()
  })
})
