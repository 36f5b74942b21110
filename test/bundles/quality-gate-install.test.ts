/** The committed bundle installs the dependencies of a project first, with its downloads in the cache of the repository. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { GateRepository } from '../support/gate/repository.ts'
import { checkOf, GateStage } from '../support/gate/stage.ts'

const POLICY = `version: 1
checks:
  - id: rules
    run: node -e "require('ledger-rules')"
  - id: build
    needs: rules
    run: node --version
`

let stage: GateStage
let repository: GateRepository
let homes: string

beforeAll(async () => {
  stage = await GateStage.open()
  homes = await mkdtemp(join(tmpdir(), 'gate-install-'))
  repository = await GateRepository.create({
    'rules/package.json': '{"name":"ledger-rules","version":"1.0.0","main":"index.js"}',
    'rules/index.js': 'module.exports = 1\n',
    'quality-gate.yml': POLICY,
    '.gitignore': 'node_modules/\n',
  })
  const npm = (...args: readonly string[]): Promise<unknown> =>
    promisify(execFile)('npm', args, {
      cwd: repository.folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: homes, npm_config_cache: join(homes, 'made') },
    })
  await npm('pack', './rules', '--silent')
  await repository.write({
    'package.json':
      '{"name":"ledger","version":"1.0.0","dependencies":{"ledger-rules":"file:ledger-rules-1.0.0.tgz"}}',
  })
  await npm('install', '--package-lock-only', '--no-audit', '--no-fund', '--offline')
  await repository.commit({}, 'A dependency')
}, 60_000)

afterAll(async () => {
  await stage.close()
  await repository.remove()
  await rm(homes, { recursive: true, force: true })
})

/** As on a machine of its own: nothing is there that an earlier run has downloaded. */
const run = async (home: string) =>
  stage.run(repository, await repository.push(), {
    inputs: { install: 'auto', baseline: 'none' },
    env: { npm_config_cache: join(homes, home, 'npm') },
  })

test('what is installed is there for the checks, and is saved for the next run', async () => {
  const first = await run('first')
  expect(first.stdout).toContain('Nothing in the cache for npm.')
  expect(first.stdout).toMatch(/The downloads of npm are in the cache/)
  expect(first.outputs['result']).toBe('passed')
  expect(first.gate.checks.map(({ check }) => check.id)).toEqual([
    'dependencies-npm',
    'rules',
    'build',
  ])

  const second = await run('second')
  expect(second.stdout).toMatch(/The downloads of npm are back from the cache/)
  expect(second.outputs['result']).toBe('passed')
}, 60_000)

test('a lock file that does not fit is red, and no check runs without its dependencies', async () => {
  await repository.write({
    'package.json': '{"name":"ledger","version":"1.0.0","dependencies":{"other":"2.0.0"}}',
  })
  const failed = await run('third')
  expect(failed.outputs).toMatchObject({
    result: 'failed',
    'failed-gates': '["dependencies-npm","rules","build"]',
  })
  expect(checkOf(failed, 'dependencies-npm').reason).toContain('exit code 1')
  expect(checkOf(failed, 'rules').reason).toBe(
    'It was not run, because dependencies-npm did not pass.',
  )
}, 60_000)

test('two lock files are refused before anything is run', async () => {
  await repository.write({ 'yarn.lock': '' })
  const refused = await run('fourth')
  expect(refused.outputs['result']).toBe('refused')
  expect(refused.outputs['reason']).toMatch(
    /package-lock\.json.*yarn\.lock|yarn\.lock.*package-lock\.json/,
  )
})
