/**
 * `npm test`: everything that needs nothing but Node. Each check runs to its end whatever the others say, so that
 * one run shows all there is to mend; then it ends with the plain line `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './root.ts'
import { countsOfStep, totalOf, writeCounts, type Counts } from './test-counts.ts'

const FINANCE_SERVER = 'packages/finance-app/server'

/** Commands of package.json and of node. */
const STEPS: readonly (readonly [name: string, command: readonly string[], folder?: string])[] = [
  ['types', ['npm', 'run', '--silent', 'typecheck']],
  ['lint', ['npm', 'run', '--silent', 'lint']],
  ['generated docs', ['npm', 'run', '--silent', 'check:docs']],
  ['tests', ['npm', 'run', '--silent', 'jest']],
  [
    'tests of the finance server',
    [
      process.execPath,
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(ROOT, 'node_modules/jest/bin/jest.js'),
      '--reporters=default',
      `--reporters=${join(ROOT, 'tools/jest-counts.mjs')}`,
    ],
    FINANCE_SERVER,
  ],
]

const temporary = mkdtempSync(join(tmpdir(), 'ecs-pipeline-test-'))
/** What Node compiled of the programs that tests start again and again: the second start costs half of the first. */
const COMPILED = join(temporary, 'compiled')

function runStep(
  name: string,
  [program = '', ...args]: readonly string[],
  folder: string,
  countsFile: string,
): Counts {
  console.log(`\n=== ${name}`)
  const { status } = spawnSync(program, args, {
    cwd: join(ROOT, folder),
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CHECK_COUNTS: countsFile, NODE_COMPILE_CACHE: COMPILED },
  })
  return countsOfStep(status === 0, existsSync(countsFile) ? readFileSync(countsFile, 'utf8') : '')
}

try {
  const counts = STEPS.map(([name, command, folder = ''], index) => ({
    name,
    ...runStep(name, command, folder, join(temporary, String(index))),
  }))
  console.log('')
  for (const { name, passed, failed } of counts) {
    console.log(
      `${failed === 0 ? 'passed' : 'FAILED'}  ${name}: ${passed} passed, ${failed} failed`,
    )
  }
  const total = totalOf(counts)
  writeCounts(total)
  console.log(`${total.passed} passed, ${total.failed} failed`)
  process.exitCode = total.failed === 0 ? 0 : 1
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
