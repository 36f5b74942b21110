/** The real @actions/cache in its own process, over HTTP against a cache service on this machine. */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Protocol } from '../../../../test/support/cache/cache-server.ts'
import type { Operation } from '../../../../test/support/cache/service.ts'
import { FILE, openStage, type Stage } from './stage.ts'

let stage: Stage

beforeEach(async () => {
  stage = await openStage()
})

afterEach(() => stage.close())

describe.each<Protocol>(['v2', 'v1', 'azure'])('%s', (protocol) => {
  test('what is saved from one folder is restored below another', async () => {
    const cache = stage.cache(protocol)
    expect(await stage.save('numbers-1', 'one', cache)).toEqual({ state: 'saved' })
    const folder = await stage.emptyFolder()
    expect(await cache.restore(folder, [FILE], 'numbers-1', [])).toEqual({
      state: 'hit',
      key: 'numbers-1',
    })
    expect(await readFile(join(folder, FILE), 'utf8')).toBe('one')
    expect(await readdir(folder)).toEqual(['state'])
  })

  test('the newest entry of a prefix is restored', async () => {
    const cache = stage.cache(protocol)
    await stage.save('numbers-1', 'one', cache)
    await stage.save('numbers-2', 'two', cache)
    await stage.save('letters-3', 'three', cache)
    const folder = await stage.emptyFolder()
    expect(await cache.restore(folder, [FILE], 'numbers-9', ['numbers-'])).toEqual({
      state: 'hit',
      key: 'numbers-2',
    })
    expect(await readFile(join(folder, FILE), 'utf8')).toBe('two')
  })

  test('no entry is a miss, and no failure', async () => {
    const cache = stage.cache(protocol)
    await stage.save('numbers-1', 'one', cache)
    expect(
      await cache.restore(await stage.emptyFolder(), [FILE], 'letters-1', ['letters-']),
    ).toEqual({
      state: 'miss',
    })
  })

  test('an entry is never written twice', async () => {
    const cache = stage.cache(protocol)
    await stage.save('numbers-1', 'one', cache)
    expect(await stage.save('numbers-1', 'two', cache)).toEqual({ state: 'exists' })
    const folder = await stage.emptyFolder()
    await cache.restore(folder, [FILE], 'numbers-1', [])
    expect(await readFile(join(folder, FILE), 'utf8')).toBe('one')
  })
})

test('a server that fails once is asked again', async () => {
  for (const on of ['reserve', 'upload', 'finalise', 'find'] as const) {
    stage.server.fail({ on, what: { status: 500 }, times: 1 })
  }
  expect(await stage.save('numbers-1', 'one')).toEqual({ state: 'saved' })
  const restored = await stage.cache().restore(await stage.emptyFolder(), [FILE], 'numbers-1', [])
  expect(restored.state).toBe('hit')
})

test('another job may reserve the key first', async () => {
  stage.server.fail({ on: 'reserve', what: 'taken' })
  expect(await stage.save('numbers-1', 'one')).toEqual({ state: 'exists' })
})

test('of two jobs that save the same key at once, one does', async () => {
  const both = await Promise.all([stage.save('numbers-1', 'one'), stage.save('numbers-1', 'two')])
  expect(both).toHaveLength(2)
  expect(both).toEqual(expect.arrayContaining([{ state: 'saved' }, { state: 'exists' }]))
  expect(stage.server.entries.keys()).toEqual(['numbers-1'])
})

test.each<Operation>(['find', 'download'])(
  'a server that never answers (%s) is not waited for',
  async (operation) => {
    await stage.save('numbers-1', 'one')
    stage.server.fail({ on: operation, what: 'hang' })
    const asked = stage.server.next(operation)
    const cache = stage.cache('v2', { clock: { sleep: () => asked }, timeLimit: 60_000 })
    expect(await cache.restore(await stage.emptyFolder(), [FILE], 'numbers-1', [])).toEqual({
      state: 'unavailable',
      reason: 'the cache service did not answer within 60 s',
    })
  },
)
