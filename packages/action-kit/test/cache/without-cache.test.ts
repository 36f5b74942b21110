/** Runners that have no cache, and machines that lack what it needs. */
import { mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { FILE, openStage, type Stage } from './stage.ts'

let stage: Stage

beforeEach(async () => {
  stage = await openStage()
})

afterEach(() => stage.close())

describe('without a cache', () => {
  const restore = async (environment: Record<string, string | undefined>): Promise<unknown> =>
    stage.cache('v2', { environment }).restore(await stage.emptyFolder(), [FILE], 'numbers-1', [])

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
    const program = join(stage.root, 'silent.js')
    await writeFile(program, '')
    const cache = stage.cache('v2', { program })
    expect(await cache.save(stage.root, [FILE], 'numbers-1')).toEqual({
      state: 'failed',
      reason: 'the process of the cache gave no answer',
    })
  })

  test('a folder that does not exist', async () => {
    const restored = await stage.cache().restore(join(stage.root, 'none'), [FILE], 'numbers-1', [])
    expect(restored).toEqual({ state: 'unavailable', reason: expect.stringContaining('ENOENT') })
  })

  test('a file that does not exist is not saved', async () => {
    const saved = await stage.cache().save(stage.root, [FILE], 'numbers-1')
    expect(saved).toEqual({ state: 'failed', reason: expect.stringContaining('not exist') })
  })
})

describe('what the library runs', () => {
  /** A PATH on which there are these programs only. */
  async function programs(...names: readonly string[]): Promise<Record<string, string>> {
    const folder = await mkdtemp(join(stage.root, 'bin-'))
    for (const name of names) await symlink(join('/usr/bin', name), join(folder, name))
    return { PATH: folder }
  }

  test('without tar nothing is restored or saved', async () => {
    await stage.save('numbers-1', 'one')
    const cache = stage.cache('v2', { environment: await programs('zstd', 'unzstd', 'zstdmt') })
    const reason = 'there is no program tar on this machine'
    expect(await stage.save('numbers-2', 'two', cache)).toEqual({ state: 'failed', reason })
    const restored = await cache.restore(await stage.emptyFolder(), [FILE], 'numbers-1', [])
    expect(restored).toEqual({ state: 'unavailable', reason })
  })

  test('without zstd it uses gzip, and does not see what machines with zstd have saved', async () => {
    await stage.save('numbers-1', 'one')
    const cache = stage.cache('v2', { environment: await programs('tar', 'gzip') })
    const folder = await stage.emptyFolder()
    expect(await cache.restore(folder, [FILE], 'numbers-1', [])).toEqual({ state: 'miss' })
    expect(await stage.save('numbers-1', 'two', cache)).toEqual({ state: 'saved' })
    await cache.restore(folder, [FILE], 'numbers-1', [])
    expect(await readFile(join(folder, FILE), 'utf8')).toBe('two')
  })

  test('with neither of them nothing is saved', async () => {
    const cache = stage.cache('v2', { environment: await programs('tar') })
    expect(await stage.save('numbers-1', 'one', cache)).toEqual({
      state: 'failed',
      reason: expect.stringContaining('gzip'),
    })
  })
})
