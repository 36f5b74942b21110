/** Real repositories, real git. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ProgramMissing, runProgram } from '@ecs-pipeline/action-kit'
import { number, readBaseline, writeBaseline } from '@ecs-pipeline/quality'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { BaselineStore } from '../../baseline/baseline-store.ts'
import { createFileStore, type FileStoreOptions } from '../../baseline/file-store.ts'
import { makeBaseline } from './make-baseline.ts'

const PATH = 'quality/baseline.json'
const run = promisify(execFile)

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-store-test-'))
  await git('init', '--quiet')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function git(...args: readonly string[]): Promise<string> {
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.com']
  const { stdout } = await run('git', ['-C', folder, ...who, ...args])
  return stdout.trim()
}

/** The id of the commit. */
async function commitFile(text: string, path = PATH): Promise<string> {
  await mkdir(join(folder, path, '..'), { recursive: true })
  await writeFile(join(folder, path), text)
  await git('add', '--all')
  await git('commit', '--quiet', '--message', 'A commit')
  return git('rev-parse', 'HEAD')
}

const storeOf = (options: Partial<FileStoreOptions> = {}): BaselineStore =>
  createFileStore({ run: runProgram, folder, path: PATH, baseCommit: undefined, ...options })

describe('load', () => {
  test('takes the file of the base commit, so that a pull request cannot lower its limits', async () => {
    const base = makeBaseline()
    const baseCommit = await commitFile(writeBaseline(base))
    const lowered = makeBaseline({ metrics: { 'lint.errors': number(1000) } })
    await commitFile(writeBaseline(lowered))
    await writeFile(join(folder, '.gitattributes'), '*.json diff=easy')
    await git('config', 'diff.easy.textconv', 'echo 1000')
    expect(await storeOf({ baseCommit }).load()).toEqual({ baseline: base })
  })

  test('the path counts from the folder', async () => {
    const baseCommit = await commitFile(writeBaseline(makeBaseline()))
    const store = storeOf({ baseCommit, folder: join(folder, 'quality'), path: './baseline.json' })
    expect(await store.load()).toEqual({ baseline: makeBaseline() })
  })

  test('a commit before the file has none', async () => {
    const baseCommit = await commitFile('', 'README.md')
    await commitFile(writeBaseline(makeBaseline()))
    expect(await storeOf({ baseCommit }).load()).toEqual({
      missing: `the commit ${baseCommit.slice(0, 7)} has no file ${PATH}`,
    })
  })

  test('a commit that a shallow clone does not have', async () => {
    await commitFile(writeBaseline(makeBaseline()))
    expect(await storeOf({ baseCommit: 'f'.repeat(40) }).load()).toEqual({
      missing: expect.stringMatching('^the commit fffffff is not in this clone \\(fatal: '),
    })
  })

  test('a file that is no baseline is missing, with its place', async () => {
    const baseCommit = await commitFile(writeBaseline(makeBaseline()).replace('"main",', '"main"'))
    expect(await storeOf({ baseCommit }).load()).toEqual({
      missing: expect.stringMatching(`^${PATH} of [0-9a-f]{7}: line 4: it is not JSON`),
    })
  })

  test.each([
    ['an event without a base', undefined, 'the commit to compare with is not known'],
    ['a name instead of an id', 'main', 'main is not the whole id of a commit'],
    ['an option', '--output=x', '--output=x is not the whole id of a commit'],
  ])('%s', async (_name, baseCommit, missing) => {
    expect(await storeOf({ baseCommit }).load()).toEqual({ missing })
  })

  test('a machine without git', async () => {
    const store = storeOf({
      baseCommit: 'f'.repeat(40),
      run: () => Promise.reject(new ProgramMissing('There is no program git on this machine.')),
    })
    expect(await store.load()).toEqual({ missing: 'there is no git on this machine' })
  })

  test('a folder without a repository', async () => {
    await rm(join(folder, '.git'), { recursive: true })
    expect(await storeOf({ baseCommit: 'f'.repeat(40) }).load()).toEqual({
      missing: expect.stringContaining('not a git repository'),
    })
  })
})

describe('record', () => {
  const text = (): Promise<string> => readFile(join(folder, PATH), 'utf8')

  test('writes the file, and says what to do with it', async () => {
    expect(await storeOf().record(makeBaseline())).toEqual({
      recorded: `${PATH} is written; commit it`,
    })
    expect(readBaseline(await text(), PATH)).toEqual(makeBaseline())
    expect(await readdir(join(folder, 'quality'))).toEqual(['baseline.json'])
  })

  test('a file with the same numbers stays as it is', async () => {
    await storeOf().record(makeBaseline())
    const later = makeBaseline({ commit: 'f'.repeat(40), recordedAt: '2026-02-01T12:00:00.000Z' })
    expect(await storeOf().record(later)).toEqual({
      recorded: `${PATH} has these numbers already`,
    })
    expect(await text()).toBe(writeBaseline(makeBaseline()))
  })

  test.each([
    ['other numbers', writeBaseline(makeBaseline({ metrics: {} }))],
    ['no baseline', 'something else'],
  ])('a file with %s is replaced', async (_name, before) => {
    await commitFile(before)
    await storeOf().record(makeBaseline())
    expect(await text()).toBe(writeBaseline(makeBaseline()))
  })

  test('a place that cannot be written is a reason, and no error', async () => {
    await writeFile(join(folder, 'quality'), 'a file')
    expect(await storeOf().record(makeBaseline())).toEqual({
      notRecorded: expect.stringMatching(`^${PATH} could not be written: `),
    })
  })
})

test.each(['../baseline.json', '/etc/baseline.json', 'a/../../b', '.', 'a/', 'C:\\b.json'])(
  'a path outside of the folder is neither read nor written: %s',
  async (path) => {
    const why = `${path} is not below the folder that paths count from`
    const store = storeOf({ path, baseCommit: 'f'.repeat(40) })
    expect(await store.load()).toEqual({ missing: why })
    expect(await store.record(makeBaseline())).toEqual({ notRecorded: why })
  },
)
