import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import type { Issue } from '../../src/issues/issue.ts'
import { readPrettier, readPrettierLines } from '../../src/issues/prettier.ts'
import type { ReportFile } from '../../src/reports/report-file.ts'
import { PRETTIER, runNode } from '../support/real-program.ts'
import { pieces, reportFolder, told } from '../support/text-reports.ts'

const folder = reportFolder()
const project = reportFolder()

const read = (file: ReportFile): Promise<readonly Issue[]> => told((on) => readPrettier(file, on))

const readLines = (...lines: readonly string[]): Promise<readonly Issue[]> =>
  told((on) => readPrettierLines(pieces(...lines), 'prettier.txt', on))

describe('what Prettier prints now', () => {
  beforeAll(() => {
    const files = {
      'bad one.js': 'const  a = 1',
      'worse.js': 'const a\n\n\n=1',
      'broken.js': 'const a = ;\n',
      'good.js': 'const a = 1;\n',
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(project.path, name), text)
  })

  test.each([
    ['--check', ['bad one.js', 'worse.js', 'good.js']],
    ['--check', ['bad one.js', 'worse.js', 'good.js', '--no-such-option']],
    ['--list-different', ['bad one.js', 'worse.js', 'good.js']],
  ])('with %s %j: files that are not formatted', async (flag, files) => {
    const { output, exitCode } = await runNode(project.path, PRETTIER, flag, ...files)
    expect(exitCode).toBe(1)
    const unformatted = { tool: 'prettier', level: 'error', line: undefined }
    expect(await read(folder.write('out.txt', output))).toMatchObject([
      { ...unformatted, path: 'bad one.js' },
      { ...unformatted, path: 'worse.js' },
    ])
  })

  test.each([['--check'], ['--list-different']])('with %s: a file that is broken', async (flag) => {
    const { output, exitCode } = await runNode(project.path, PRETTIER, flag, 'broken.js')
    expect(exitCode).toBe(2)
    expect(await read(folder.write('out.txt', output))).toMatchObject([
      { path: 'broken.js', rule: 'SyntaxError', line: 1, column: 11, message: 'Unexpected token' },
    ])
  })

  test.each([['--check'], ['--list-different']])('with %s: no such file', async (flag) => {
    const { output, exitCode } = await runNode(project.path, PRETTIER, flag, 'no.js')
    expect(exitCode).toBe(2)
    expect(await read(folder.write('out.txt', output))).toMatchObject([
      { path: undefined, message: 'No files matching the pattern were found: "no.js".' },
    ])
  })

  test.each([['--check'], ['--list-different']])('with %s: all is well', async (flag) => {
    const { output, exitCode } = await runNode(project.path, PRETTIER, flag, 'good.js')
    expect(exitCode).toBe(0)
    expect(await read(folder.write('out.txt', output))).toEqual([])
  })

  test('of which only stdout was kept is refused, for its list is on stderr', async () => {
    const { stdout } = await runNode(project.path, PRETTIER, '--check', 'bad one.js')
    await expect(read(folder.write('out.txt', stdout))).rejects.toThrow(
      /^reports\/out\.txt:1: Prettier did not end its check, or only its stdout was kept/,
    )
    const broken = await runNode(project.path, PRETTIER, '--check', 'broken.js')
    await expect(read(folder.write('out.txt', broken.stdout))).rejects.toThrow(
      /^reports\/out\.txt:2: Prettier counts 1 in its sum and lists 0/,
    )
  })
})

test('lines of others are no files, where Prettier lists its own', async () => {
  const issues = await readLines(
    'yarn run v1.22',
    'a line of another program',
    '> app@1.0.0 format',
    'npm warn x',
    'Checking formatting...',
    'done',
    '[warn] a.js',
  )
  expect(issues.map(({ path }) => path)).toEqual(['a.js'])
})

test('fewer files than the sum says is a report that was cut', async () => {
  const lines = [
    'Checking formatting...',
    '[warn] a.js',
    '[warn] Code style issues found in 3 files. Run Prettier with --write to fix.',
  ]
  await expect(readLines(...lines)).rejects.toThrow(
    'prettier.txt:3: Prettier counts 3 in its sum and lists 1',
  )
})

test('the streams may come in any order', async () => {
  const lines = [
    'Error occurred when checking code style in the above file.',
    '[warn] a.js',
    'Checking formatting...',
  ]
  expect(await readLines(...lines)).toMatchObject([{ path: 'a.js' }])
})
