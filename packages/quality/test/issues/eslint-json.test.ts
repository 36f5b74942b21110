/** What the reader makes of a report that eslint itself has written here, and of what is broken. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readEslintJson } from '../../src/issues/eslint-json.ts'
import type { Issue } from '../../src/issues/issue.ts'
import { BadReport } from '../../src/reports/bad-report.ts'
import type { ReportFile } from '../../src/reports/report-file.ts'
import { BAD_JSON, cutsOf } from '../support/bad-reports.ts'
import { reportFolder, type ReportFolder } from '../support/report-folder.ts'

const ESLINT = join(import.meta.dirname, '../../../../node_modules/eslint/bin/eslint.js')

let folder: ReportFolder
let report: ReportFile
beforeAll(async () => {
  folder = await reportFolder()
  await folder.write(
    'eslint.config.mjs',
    `export default [{ rules: { 'no-unused-vars': 'error', eqeqeq: 'warn', 'no-undef': 'error' } }]`,
  )
  await folder.write('a b.js', 'const unused = 1\nif (this == null) {\n}\n')
  await folder.write('suppressed.js', '// eslint-disable-next-line no-undef\nmissing()\n')
  await folder.write('broken.js', 'const = 1\n')
  await folder.write('clean.js', '\n')
  report = { name: 'eslint.json', path: join(folder.path, 'eslint.json') }
  const { status, stderr } = spawnSync(
    process.execPath,
    [ESLINT, '--format', 'json', '--output-file', report.path, '.'],
    { cwd: folder.path, encoding: 'utf8', env: { PATH: process.env['PATH'] } },
  )
  if (status !== 1) throw new Error(`eslint has ended with ${String(status)}: ${stderr}`)
}, 60_000)
afterAll(() => folder.remove())

async function read(file: ReportFile): Promise<Issue[]> {
  const issues: Issue[] = []
  await readEslintJson(file, (each) => issues.push(each))
  return issues
}

describe('a report of eslint', () => {
  test('has its errors, warnings, and what cannot be parsed; not what a comment suppresses', async () => {
    const issues = await read(report)
    const short = issues.map(
      ({ tool, path, line, column, level, rule }) =>
        `${tool} ${path?.replace(`${folder.path}/`, '') ?? ''}:${line ?? ''}:${column ?? ''} ${level} ${rule ?? '-'}`,
    )
    expect(short.sort()).toEqual([
      'eslint a b.js:1:7 error no-unused-vars',
      'eslint a b.js:2:10 warning eqeqeq',
      'eslint broken.js:1:7 error -',
    ])
    expect(issues.find(({ rule }) => rule === undefined)?.message).toMatch(/^Parsing error: /)
  })

  test('that is cut off anywhere is refused', async () => {
    for (const text of cutsOf(await readFile(report.path, 'utf8'))) {
      const said = /^cut\.json:1: the report is cut off/
      await expect(read(await folder.write('cut.json', text))).rejects.toThrow(said)
    }
  })

  test.each(BAD_JSON)('that %s is refused', async (_what, content, said) => {
    const file = await folder.write('report.json', content)
    await expect(read(file)).rejects.toThrow(BadReport)
    await expect(read(file)).rejects.toThrow(said)
  })

  const of = (message: unknown): unknown => [{ filePath: '/w/a.js', messages: [message] }]
  test.each([
    ['looked at no file', [], 'report.json: eslint looked at no file.'],
    ['is of jest', { testResults: [] }, 'it is no report of eslint: it is no list'],
    ['has no messages', [{ filePath: 'a' }], 'report.json:2: entry 0 has no filePath or no list'],
    ['has a message of no text', of({ severity: 2 }), 'entry 0 has no text in messages.0'],
    [
      'has a severity of another kind',
      of({ message: 'x', severity: 'error' }),
      'neither a warning',
    ],
    [
      'has something that is off',
      of({ message: 'x', severity: 0 }),
      'neither a warning (1) nor an',
    ],
  ])('that %s is refused', async (_what, content, said) => {
    await expect(read(await folder.write('report.json', content))).rejects.toThrow(said)
  })

  test.each([
    [{ severity: 1 }, 'warning'],
    [{ severity: 2 }, 'error'],
    [{ severity: 1, fatal: true }, 'error'],
  ])('with %j has one of the level %s', async (members, level) => {
    const message = { ruleId: null, message: 'x', line: 0, column: null, ...members }
    const file = await folder.write('one.json', of(message))
    expect(await read(file)).toMatchObject([{ level, rule: undefined, line: undefined }])
  })
})
