import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import type { Issue } from '../../src/issues/issue.ts'
import { readTsc, readTscLines } from '../../src/issues/tsc.ts'
import type { ReportFile } from '../../src/reports/report-file.ts'
import { runNode, TSC } from '../support/real-program.ts'
import { pieces, reportFolder, told } from '../support/text-reports.ts'

const folder = reportFolder()

const read = (file: ReportFile): Promise<readonly Issue[]> => told((on) => readTsc(file, on))

const readLines = (...lines: readonly string[]): Promise<readonly Issue[]> =>
  told((on) => readTscLines(pieces(...lines), 'tsc.txt', on))

const BAD = `const a: number = 'x'
const b: { x: { y: number } } = { x: { y: '1' } }
function f(a: number, b: { c: 1 }): void {}
f(1)
const c: { x: { y: { z: number } } } = {} as { x: { y: { z: string } } }
`

/** With little to read beside the file. */
const QUICK = ['--noEmit', '--lib', 'es5', '--skipLibCheck']

describe('what tsc prints now', () => {
  beforeAll(() => {
    mkdirSync(join(folder.path, 'src (1)'))
    writeFileSync(join(folder.path, 'src (1)/a.ts'), BAD)
    writeFileSync(join(folder.path, 'good.ts'), 'export const a = 1\n')
  })

  test.each([['false'], ['true']])('with --pretty %s', async (pretty) => {
    const args = [...QUICK, '--strict', '--pretty', pretty, 'src (1)/a.ts']
    const { stdout, exitCode } = await runNode(folder.path, TSC, ...args)
    expect(exitCode).not.toBe(0)
    const issues = await read(folder.write('tsc.txt', stdout))
    expect(issues.map(({ path, line, column, rule }) => [path, line, column, rule])).toEqual([
      ['src (1)/a.ts', 1, 7, 'TS2322'],
      ['src (1)/a.ts', 2, 40, 'TS2322'],
      ['src (1)/a.ts', 4, 1, 'TS2554'],
      ['src (1)/a.ts', 5, 7, 'TS2322'],
    ])
    expect(issues.every(({ tool, level }) => tool === 'tsc' && level === 'error')).toBe(true)
    expect(issues[0]?.message).toBe("Type 'string' is not assignable to type 'number'.")
    expect(issues[3]?.message.split('\n').slice(1)).toEqual([
      "  The types of 'x.y.z' are incompatible between these types.",
      "    Type 'string' is not assignable to type 'number'.",
    ])
  })

  test('of a project without files', async () => {
    mkdirSync(join(folder.path, 'none'))
    writeFileSync(join(folder.path, 'none/tsconfig.json'), '{}')
    const { stdout } = await runNode(folder.path, TSC, '-p', 'none', '--pretty', 'false')
    const [issue] = await read(folder.write('none.txt', stdout))
    expect(issue).toMatchObject({
      rule: 'TS18003',
      path: undefined,
      line: undefined,
      level: 'error',
    })
  })

  test('of what is good is nothing, and the report may be empty', async () => {
    const { stdout, exitCode } = await runNode(folder.path, TSC, ...QUICK, 'good.ts')
    expect([exitCode, stdout]).toEqual([0, ''])
    expect(await read(folder.write('good.txt', stdout))).toEqual([])
  })
})

test('a report that was not written is no report of good types', async () => {
  await expect(read(folder.at('nowhere.txt'))).rejects.toThrow(
    'reports/nowhere.txt: there is no such file',
  )
})

test.each([
  ['of Windows', 'C:\\app\\a.ts(3,4): error TS1005: x', 'C:\\app\\a.ts'],
  ['with a bracket', 'a(1,2).ts(3,4): error TS1005: x', 'a(1,2).ts'],
  ['with a colon', 'a:1:2.ts:3:4 - error TS1005: x', 'a:1:2.ts'],
])('a path %s', async (_what, line, path) => {
  expect(await readLines(line)).toMatchObject([{ path, line: 3, column: 4 }])
})

test('other lines are none of its own', async () => {
  const lines = ['> npx tsc', '12:00:00 - Projects in this build:', '  * a', '  not continued']
  expect(await readLines(...lines)).toEqual([])
})

test('fewer errors than the sum says is a report that was cut', async () => {
  const lines = ['a.ts:1:2 - error TS1005: x', '', 'Found 3 errors in 2 files.']
  await expect(readLines(...lines)).rejects.toThrow('tsc.txt:3: tsc counts 3 as errors and lists 1')
})
