/** The real @actions/cache over HTTP, against a cache service on this machine. */
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createFolderCache, realClock, type FolderCache } from '@ecs-pipeline/action-kit'
import { writeBaseline } from '@ecs-pipeline/quality'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  CACHE_PROGRAM,
  startCacheServer,
  type CacheServer,
} from '../../../../test/support/cache/cache-server.ts'
import type { BaselineStore } from '../../baseline/baseline-store.ts'
import { cacheKeys } from '../../baseline/cache-keys.ts'
import { createCacheStore, type CacheStoreOptions } from '../../baseline/cache-store.ts'
import { makeBaseline } from './make-baseline.ts'

const FILE = '.ecs-pipeline/quality-baseline.json'
const RUN = { name: 'ledger', branch: 'main', runId: '42', runAttempt: '1' }

let server: CacheServer
let workspace: string

beforeEach(async () => {
  server = await startCacheServer()
  workspace = await mkdtemp(join(tmpdir(), 'cache-store-test-'))
})

afterEach(async () => {
  await server.close()
  await rm(workspace, { recursive: true, force: true })
})

function realCache(): FolderCache {
  const environment = {
    PATH: process.env['PATH'],
    GITHUB_WORKSPACE: workspace,
    ...server.environment('v2'),
  }
  return createFolderCache({ program: CACHE_PROGRAM, clock: realClock, environment })
}

const storeOf = (run: Partial<CacheStoreOptions> = {}): BaselineStore =>
  createCacheStore({ cache: realCache(), ...RUN, ...run })

const nextRun = (): BaselineStore => storeOf({ runId: '43' })

test('what one run records, the next one loads', async () => {
  const baseline = makeBaseline()
  const { own } = cacheKeys(RUN)
  expect(await storeOf().record(baseline)).toEqual({ recorded: `it is in the cache as ${own}` })
  expect(await nextRun().load()).toEqual({ baseline })
})

test('the last one of the branch counts', async () => {
  await storeOf().record(makeBaseline())
  const newer = makeBaseline({ commit: 'f'.repeat(40) })
  await storeOf({ runAttempt: '2' }).record(newer)
  await storeOf({ branch: 'main-2' }).record(makeBaseline({ branch: 'main-2' }))
  await storeOf({ name: 'other' }).record(makeBaseline({ metrics: {} }))
  expect(await nextRun().load()).toEqual({ baseline: newer })
})

test('of a branch without one it is missing, whatever other branches have', async () => {
  await storeOf({ branch: 'main-2' }).record(makeBaseline({ branch: 'main-2' }))
  expect(await nextRun().load()).toEqual({ missing: 'the cache has none of the branch main' })
})

test('the work tree has no trace of it, and keeps its own file of that name', async () => {
  await mkdir(join(workspace, dirname(FILE)))
  await writeFile(join(workspace, FILE), 'of the user')
  await storeOf().record(makeBaseline())
  await nextRun().load()
  expect(await readdir(workspace, { recursive: true })).toEqual([dirname(FILE), FILE])
})

test('of two jobs of a run that record, the second one says so', async () => {
  await storeOf().record(makeBaseline())
  expect(await storeOf().record(makeBaseline())).toEqual({
    notRecorded: `another job of this run has recorded ${cacheKeys(RUN).own}`,
  })
})

test('a baseline of another branch is not recorded', async () => {
  const other = makeBaseline({ branch: 'release' })
  expect(await storeOf().record(other)).toEqual({
    notRecorded: 'it is of the branch release, not of main',
  })
  expect(server.asked).toEqual([])
})

describe('an entry that somebody else has made', () => {
  /** Under a key of the branch, by another program. */
  async function forge(fill: (path: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(workspace, 'forged-'))
    await mkdir(dirname(join(folder, FILE)))
    await fill(join(folder, FILE))
    await realCache().save(folder, [FILE], cacheKeys(RUN).own)
  }

  const forgeText = (text: string): Promise<void> => forge((path) => writeFile(path, text))

  test('of another branch', async () => {
    await forgeText(writeBaseline(makeBaseline({ branch: 'easy' })))
    expect(await nextRun().load()).toEqual({
      missing: `the entry ${cacheKeys(RUN).own} is of the branch easy, not of main`,
    })
  })

  test.each([
    ['cut off', writeBaseline(makeBaseline()).slice(0, -20), 'it is not JSON'],
    ['too large', ' '.repeat(600_000), 'is larger than a baseline can be'],
  ])('%s', async (_name, text, reason) => {
    await forgeText(text)
    expect(await nextRun().load()).toEqual({ missing: expect.stringContaining(reason) })
  })

  test('a link to another file of the machine', async () => {
    const target = join(workspace, 'target.json')
    await writeFile(target, writeBaseline(makeBaseline()))
    await forge((path) => symlink(target, path))
    expect(await nextRun().load()).toEqual({ missing: expect.stringContaining('has no file') })
  })
})

test('a cache that is out of order is a reason, and no error', async () => {
  server.fail({ on: 'find', what: { status: 403 } })
  server.fail({ on: 'reserve', what: { status: 403 } })
  expect(await storeOf().load()).toEqual({
    missing: expect.stringMatching(/^the cache could not be read: .*\(403\)/),
  })
  expect(await storeOf().record(makeBaseline())).toEqual({
    notRecorded: expect.stringMatching(/^the cache could not be written: .*\(403\)/),
  })
})

test('a key of another branch is refused, even if the service should give it', async () => {
  const cache: FolderCache = {
    restore: async (folder) => {
      await mkdir(dirname(join(folder, FILE)))
      await writeFile(join(folder, FILE), writeBaseline(makeBaseline()))
      return { state: 'hit', key: 'ecsp-qg-v1-main-2-42-1' }
    },
    save: async () => ({ state: 'saved' }),
  }
  expect(await storeOf({ cache }).load()).toEqual({
    missing: 'the cache gave the entry ecsp-qg-v1-main-2-42-1, which is none of the branch main',
  })
})
