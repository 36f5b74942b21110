/** The folder cache against a cache server that others have written, over the protocol of GitHub Enterprise Server. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  createFolderCache,
  type FolderCache,
  type Saved,
} from '../../packages/action-kit/src/cache/folder-cache.ts'
import { realClock } from '../../packages/action-kit/src/real-clock.ts'
import { CACHE_PROGRAM } from '../support/cache/cache-server.ts'
import { startActCacheServer, type ActCacheServer } from './act-cache-server.ts'

const FILE = 'numbers.json'
/** On a machine that has built no Go yet. */
const BUILD_MS = 300_000

let server: ActCacheServer
let cache: FolderCache
let root: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'act-cache-test-'))
  server = await startActCacheServer()
  const environment = { PATH: process.env['PATH'], ...server.environment }
  cache = createFolderCache({ program: CACHE_PROGRAM, clock: realClock, environment })
}, BUILD_MS)

afterAll(async () => {
  await server.stop()
  await rm(root, { recursive: true, force: true })
})

async function save(key: string, text: string): Promise<Saved> {
  const folder = await mkdtemp(join(root, 'saved-'))
  await writeFile(join(folder, FILE), text)
  return cache.save(folder, [FILE], key)
}

/** The key and the text. */
async function restore(key: string, prefix: string): Promise<readonly unknown[]> {
  const folder = await mkdtemp(join(root, 'restored-'))
  const restored = await cache.restore(folder, [FILE], key, [prefix])
  if (restored.state !== 'hit') return [restored.state]
  return [restored.key, await readFile(join(folder, FILE), 'utf8')]
}

test('what is saved is restored', async () => {
  expect(await save('one-1', 'the first')).toEqual({ state: 'saved' })
  expect(await restore('one-1', 'one-')).toEqual(['one-1', 'the first'])
})

test('the newest entry of a prefix is restored', async () => {
  await save('two-1', 'the first')
  // The server tells the age of entries by the second.
  await realClock.sleep(1_000)
  await save('two-2', 'the second')
  expect(await restore('two-9', 'two-')).toEqual(['two-2', 'the second'])
})

test('no entry is a miss', async () => {
  expect(await restore('three-1', 'three-')).toEqual(['miss'])
})

test('an entry is never written twice', async () => {
  await save('four-1', 'the first')
  expect(await save('four-1', 'the second')).toEqual({ state: 'exists' })
  expect(await restore('four-1', 'four-')).toEqual(['four-1', 'the first'])
})

test('of two jobs that save the same key at once, at most one does', async () => {
  const both = await Promise.all([save('five-1', 'one'), save('five-1', 'two')])
  expect(both.filter(({ state }) => state === 'saved').length).toBeLessThanOrEqual(1)
  const [key, text] = await restore('five-1', 'five-')
  expect(['miss', 'five-1']).toContain(key)
  expect([undefined, 'one', 'two']).toContain(text)
})
