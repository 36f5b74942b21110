/** The real @actions/cache in its own process, over HTTP against a cache service on this machine. */
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  CACHE_PROGRAM,
  startCacheServer,
  type CacheServer,
  type Failure,
  type Fault,
} from '../../../../test/support/cache/cache-server.ts'
import type { Operation } from '../../../../test/support/cache/service.ts'
import {
  createFolderCache,
  type FolderCache,
  type FolderCacheOptions,
} from '../../src/cache/folder-cache.ts'
import { realClock } from '../../src/real-clock.ts'

const FAST_CLOCK = new URL('../../../local-aws/preload/fast-clock.mjs', import.meta.url)
const FILE = 'state/numbers.json'

let server: CacheServer
let root: string

beforeEach(async () => {
  server = await startCacheServer()
  root = await mkdtemp(join(tmpdir(), 'folder-cache-test-'))
})

afterEach(async () => {
  await server.close()
  await rm(root, { recursive: true, force: true })
})

type Protocol = 'v1' | 'v2'

/** The library's pauses between its tries (seconds) take a thousandth of their time. */
const environmentOf = (protocol: Protocol): Record<string, string | undefined> => ({
  PATH: process.env['PATH'],
  NODE_OPTIONS: `--import ${FAST_CLOCK.href}`,
  LOCAL_AWS_CLOCK: JSON.stringify({ rate: 1000, epoch: 0, startedAt: 0 }),
  ...server.environment(protocol),
})

function cacheOf(protocol: Protocol = 'v2', more: Partial<FolderCacheOptions> = {}): FolderCache {
  const environment = { ...environmentOf(protocol), ...more.environment }
  return createFolderCache({ program: CACHE_PROGRAM, clock: realClock, ...more, environment })
}

/** A folder with the file in it. */
async function folderWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(root, 'saved-'))
  await mkdir(dirname(join(folder, FILE)))
  await writeFile(join(folder, FILE), text)
  return folder
}

const emptyFolder = (): Promise<string> => mkdtemp(join(root, 'restored-'))

async function save(key: string, text: string, cache = cacheOf()): Promise<unknown> {
  return cache.save(await folderWith(text), [FILE], key)
}

describe.each<Protocol>(['v2', 'v1'])('%s', (protocol) => {
  test('what is saved from one folder is restored below another', async () => {
    const cache = cacheOf(protocol)
    expect(await save('numbers-1', 'one', cache)).toEqual({ state: 'saved' })
    const folder = await emptyFolder()
    expect(await cache.restore(folder, [FILE], 'numbers-1', [])).toEqual({
      state: 'hit',
      key: 'numbers-1',
    })
    expect(await readFile(join(folder, FILE), 'utf8')).toBe('one')
    expect(await readdir(folder)).toEqual(['state'])
  })

  test('the newest entry of a prefix is restored', async () => {
    const cache = cacheOf(protocol)
    await save('numbers-1', 'one', cache)
    await save('numbers-2', 'two', cache)
    await save('letters-3', 'three', cache)
    const folder = await emptyFolder()
    expect(await cache.restore(folder, [FILE], 'numbers-9', ['numbers-'])).toEqual({
      state: 'hit',
      key: 'numbers-2',
    })
    expect(await readFile(join(folder, FILE), 'utf8')).toBe('two')
  })

  test('no entry is a miss, and no failure', async () => {
    const cache = cacheOf(protocol)
    await save('numbers-1', 'one', cache)
    expect(await cache.restore(await emptyFolder(), [FILE], 'letters-1', ['letters-'])).toEqual({
      state: 'miss',
    })
  })

  test('an entry is never written twice', async () => {
    const cache = cacheOf(protocol)
    await save('numbers-1', 'one', cache)
    expect(await save('numbers-1', 'two', cache)).toEqual({ state: 'exists' })
    const folder = await emptyFolder()
    await cache.restore(folder, [FILE], 'numbers-1', [])
    expect(await readFile(join(folder, FILE), 'utf8')).toBe('one')
  })
})

describe('a failure is an answer with its reason', () => {
  interface Case {
    readonly protocol: Protocol
    readonly fault: Fault
    readonly reason: string
  }
  const always = (protocol: Protocol, on: Operation, what: Failure, reason: string): Case => ({
    protocol,
    fault: { on, what },
    reason,
  })
  const title = '$protocol: $fault.on, $fault.what'

  test.each([
    always('v2', 'find', { status: 401 }, '(401) Unauthorized: refused by this test'),
    always('v2', 'find', { status: 429 }, 'Rate limited: Failed request: (429) Too Many Requests'),
    always('v2', 'find', { status: 500 }, 'after 5 attempts: Failed request: (500)'),
    always('v2', 'download', { status: 403 }, 'failed with exit code 2: '),
    always('v2', 'download', { status: 503 }, 'Cache service responded with 503'),
    always('v2', 'download', 'cut', 'aborted'),
    always('v2', 'download', 'garbage', 'failed with exit code 2: zstd: '),
    always('v1', 'find', { status: 403 }, 'Cache service responded with 403'),
    always('v1', 'find', { status: 500 }, 'Cache service responded with 500'),
  ])(`restore, ${title}`, async ({ protocol, fault, reason }) => {
    await save('numbers-1', 'one', cacheOf(protocol))
    server.fail(fault)
    const folder = await emptyFolder()
    expect(await cacheOf(protocol).restore(folder, [FILE], 'numbers-1', [])).toEqual({
      state: 'unavailable',
      reason: expect.stringContaining(reason),
    })
    expect(await readdir(folder)).toEqual([])
  })

  test.each([
    always('v2', 'reserve', { status: 401 }, '(401) Unauthorized: refused by this test'),
    always('v2', 'reserve', { status: 500 }, 'after 5 attempts: Failed request: (500)'),
    always('v2', 'upload', { status: 403 }, 'refused by this test'),
    always('v2', 'finalise', { status: 500 }, 'after 5 attempts: Failed request: (500)'),
    always('v2', 'finalise', 'taken', 'another job may be finalizing this cache'),
    always('v1', 'reserve', { status: 401 }, 'refused by this test'),
    always('v1', 'upload', { status: 500 }, 'Cache service responded with 500'),
    always('v1', 'finalise', { status: 400 }, 'Cache service responded with 400'),
  ])(`save, ${title}`, async ({ protocol, fault, reason }) => {
    server.fail(fault)
    expect(await save('numbers-1', 'one', cacheOf(protocol))).toEqual({
      state: 'failed',
      reason: expect.stringContaining(reason),
    })
    expect(server.entries.keys()).toEqual([])
  })

  test('a server that fails once is asked again', async () => {
    for (const on of ['reserve', 'upload', 'finalise', 'find'] as const) {
      server.fail({ on, what: { status: 500 }, times: 1 })
    }
    expect(await save('numbers-1', 'one')).toEqual({ state: 'saved' })
    const restored = await cacheOf().restore(await emptyFolder(), [FILE], 'numbers-1', [])
    expect(restored.state).toBe('hit')
  })

  test('another job may reserve the key first', async () => {
    server.fail({ on: 'reserve', what: 'taken' })
    expect(await save('numbers-1', 'one')).toEqual({ state: 'exists' })
  })

  test('of two jobs that save the same key at once, one does', async () => {
    const both = await Promise.all([save('numbers-1', 'one'), save('numbers-1', 'two')])
    expect(both).toHaveLength(2)
    expect(both).toEqual(expect.arrayContaining([{ state: 'saved' }, { state: 'exists' }]))
    expect(server.entries.keys()).toEqual(['numbers-1'])
  })

  test.each<Operation>(['find', 'download'])(
    'a server that never answers (%s) is not waited for',
    async (operation) => {
      await save('numbers-1', 'one')
      server.fail({ on: operation, what: 'hang' })
      const asked = server.next(operation)
      const cache = cacheOf('v2', { clock: { sleep: () => asked }, timeLimit: 60_000 })
      expect(await cache.restore(await emptyFolder(), [FILE], 'numbers-1', [])).toEqual({
        state: 'unavailable',
        reason: 'the cache service did not answer within 60 s',
      })
    },
  )
})

describe('without a cache', () => {
  const restore = async (environment: Record<string, string | undefined>): Promise<unknown> =>
    cacheOf('v2', { environment }).restore(await emptyFolder(), [FILE], 'numbers-1', [])

  test.each([
    ['no address', { ACTIONS_RESULTS_URL: undefined }, 'this runner offers no cache'],
    ['no token', { ACTIONS_RUNTIME_TOKEN: undefined }, 'ACTIONS_RUNTIME_TOKEN'],
    ['nobody listens', { ACTIONS_RESULTS_URL: 'http://127.0.0.1:1/' }, 'ECONNREFUSED'],
    ['an address that is none', { ACTIONS_RESULTS_URL: 'results' }, 'Invalid URL'],
    ['not for reading', { ACTIONS_CACHE_MODE: 'none' }, 'does not permit reads'],
  ])('%s', async (_name, environment, reason) => {
    expect(await restore(environment)).toEqual({
      state: 'unavailable',
      reason: expect.stringContaining(reason),
    })
  })

  test('a process that ends without an answer', async () => {
    const program = join(root, 'silent.js')
    await writeFile(program, '')
    const cache = cacheOf('v2', { program })
    expect(await cache.save(root, [FILE], 'numbers-1')).toEqual({
      state: 'failed',
      reason: 'the process of the cache gave no answer',
    })
  })

  test('a folder that does not exist', async () => {
    const restored = await cacheOf().restore(join(root, 'none'), [FILE], 'numbers-1', [])
    expect(restored).toEqual({ state: 'unavailable', reason: expect.stringContaining('ENOENT') })
  })

  test('a file that does not exist is not saved', async () => {
    const saved = await cacheOf().save(root, [FILE], 'numbers-1')
    expect(saved).toEqual({ state: 'failed', reason: expect.stringContaining('not exist') })
  })
})

describe('what the library runs', () => {
  /** A PATH on which there are these programs only. */
  async function programs(...names: readonly string[]): Promise<Record<string, string>> {
    const folder = await mkdtemp(join(root, 'bin-'))
    for (const name of names) await symlink(join('/usr/bin', name), join(folder, name))
    return { PATH: folder }
  }

  test('without tar nothing is restored or saved', async () => {
    await save('numbers-1', 'one')
    const cache = cacheOf('v2', { environment: await programs('zstd', 'unzstd', 'zstdmt') })
    const reason = 'there is no program tar on this machine'
    expect(await save('numbers-2', 'two', cache)).toEqual({ state: 'failed', reason })
    const restored = await cache.restore(await emptyFolder(), [FILE], 'numbers-1', [])
    expect(restored).toEqual({ state: 'unavailable', reason })
  })

  test('without zstd it uses gzip, and does not see what machines with zstd have saved', async () => {
    await save('numbers-1', 'one')
    const cache = cacheOf('v2', { environment: await programs('tar', 'gzip') })
    const folder = await emptyFolder()
    expect(await cache.restore(folder, [FILE], 'numbers-1', [])).toEqual({ state: 'miss' })
    expect(await save('numbers-1', 'two', cache)).toEqual({ state: 'saved' })
    await cache.restore(folder, [FILE], 'numbers-1', [])
    expect(await readFile(join(folder, FILE), 'utf8')).toBe('two')
  })

  test('with neither of them nothing is saved', async () => {
    const cache = cacheOf('v2', { environment: await programs('tar') })
    expect(await save('numbers-1', 'one', cache)).toEqual({
      state: 'failed',
      reason: expect.stringContaining('gzip'),
    })
  })
})

test('no reason has the token or the signature of an address in it', async () => {
  const token = 'token-of-this-job'
  await server.close()
  server = await startCacheServer(token)
  server.fail({ on: 'find', what: { status: 403 }, says: `not with ${token}` })
  const restored = await cacheOf().restore(await emptyFolder(), [FILE], 'numbers-1', [])
  expect(restored).toEqual({
    state: 'unavailable',
    reason: expect.stringContaining('not with ***'),
  })
})
