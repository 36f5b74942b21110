/** Coverage of one small run, in the three formats that jest and c8 write of it: each tells the same. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import type { ReportFile } from '../../src/reports/report-file.ts'
import { readCobertura } from '../../src/test-coverage/cobertura.ts'
import { countCoverage, type CoverageFile } from '../../src/test-coverage/coverage.ts'
import { readIstanbulSummary } from '../../src/test-coverage/istanbul-summary.ts'
import { readLcovFile } from '../../src/test-coverage/lcov.ts'
import { C8, JEST, runNode } from '../support/real-program.ts'
import { reportFolder } from '../support/text-reports.ts'

const folder = reportFolder()

const PROJECT: Readonly<Record<string, string>> = {
  'package.json': '{}',
  'app.js': `function add(a, b) {
  return a > 0 ? a + b : b
}
function never() {
  return 1
}
module.exports = { add, never }
`,
  // Nothing in it can be run but a function that nobody calls.
  'empty.js': 'function nothing() {}\n',
  'run.cjs': "require('./app.js').add(1, 2)\nrequire('./empty.js')\n",
  'app.test.js': `const { add } = require('./app.js')
require('./empty.js')
test('adds', () => expect(add(1, 2)).toBe(3))
`,
}
const REPORTERS = ['lcovonly', 'cobertura', 'json-summary']

const runs: Readonly<Record<string, readonly string[]>> = {
  jest: [
    JEST,
    ...['--rootDir', '.', '--transform', '{}', '--no-cache', '--watchman=false', '--coverage'],
    ...REPORTERS.flatMap((each) => ['--coverageReporters', each]),
  ],
  c8: [C8, ...REPORTERS.map((each) => `--reporter=${each}`), process.execPath, 'run.cjs'],
}

describe.each(Object.entries(runs))('%s', (name, args) => {
  const cwd = join(folder.path, name)
  const at = (file: string): ReportFile => ({ name: file, path: join(cwd, 'coverage', file) })
  let lcov: readonly CoverageFile[]
  let cobertura: readonly CoverageFile[]
  let summary: readonly CoverageFile[]
  beforeAll(async () => {
    mkdirSync(cwd)
    for (const [file, text] of Object.entries(PROJECT)) writeFileSync(join(cwd, file), text)
    const ended = await runNode(cwd, ...args)
    expect(ended).toMatchObject({ exitCode: 0 })
    lcov = await readLcovFile(at('lcov.info'))
    cobertura = await readCobertura(at('cobertura-coverage.xml'))
    summary = await readIstanbulSummary(at('coverage-summary.json'))
  })

  test('tells the same lines by lcov and by Cobertura', () => {
    expect(lcov.length).toBeGreaterThanOrEqual(2)
    expect(byPath(cobertura)).toEqual(byPath(lcov))
    expect(lcov.find(({ path }) => path === 'app.js')?.hits?.get(5)).toBe(0)
    expect(lcov.find(({ path }) => path === 'app.js')?.hits?.get(2)).toBeGreaterThan(0)
  })

  test('tells the same sums by each of them', () => {
    for (const files of [lcov, cobertura]) {
      expect(new Map(files.map((file) => [join(cwd, file.path), countsOf(file)]))).toEqual(
        new Map(summary.map((file) => [file.path, countsOf(file)])),
      )
    }
    const { covered, total } = countCoverage(lcov)
    expect(covered).toBeGreaterThan(0)
    expect(covered).toBeLessThan(total)
  })

  test('has its folder as the root of Cobertura, and no lines in the summary', () => {
    expect(cobertura[0]?.roots).toEqual([cwd])
    expect(summary.every(({ hits }) => hits === undefined)).toBe(true)
  })
})

const byPath = (files: readonly CoverageFile[]): unknown =>
  new Map(files.map(({ path, hits }) => [path, [...(hits ?? [])].sort(([a], [b]) => a - b)]))

const countsOf = ({ lines, branches, functions }: CoverageFile): unknown => ({
  lines,
  branches,
  functions,
})
