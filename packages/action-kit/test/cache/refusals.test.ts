/** A service that refuses, fails, or sends what is no archive: always an answer with its reason. */
import { readdir } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Failure, Fault, Protocol } from '../../../../test/support/cache/cache-server.ts'
import type { Operation } from '../../../../test/support/cache/service.ts'
import { FILE, openStage, type Stage } from './stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
  await stage.save('numbers-1', 'one')
})

afterEach(() => {
  stage.server.heal()
})

afterAll(() => stage.close())

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
  always('azure', 'download', { status: 404 }, 'does not say why'),
  always('azure', 'download', 'cut', 'socket hang up'),
  always('azure', 'download', 'garbage', 'failed with exit code 2: '),
  always('v1', 'find', { status: 403 }, 'Cache service responded with 403'),
  always('v1', 'find', { status: 500 }, 'Cache service responded with 500'),
])(`restore, ${title}`, async ({ protocol, fault, reason }) => {
  stage.server.fail(fault)
  const folder = await stage.emptyFolder()
  expect(await stage.cache(protocol).restore(folder, [FILE], 'numbers-1', [])).toEqual({
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
  always('azure', 'upload', { status: 503 }, 'refused by this test'),
  always('v1', 'reserve', { status: 401 }, 'refused by this test'),
  always('v1', 'upload', { status: 500 }, 'Cache service responded with 500'),
  always('v1', 'finalise', { status: 400 }, 'Cache service responded with 400'),
])(`save, ${title}`, async ({ protocol, fault, reason }) => {
  stage.server.fail(fault)
  expect(
    await stage.save(
      `${protocol}-${fault.on}-${JSON.stringify(fault.what)}`,
      'two',
      stage.cache(protocol),
    ),
  ).toEqual({
    state: 'failed',
    reason: expect.stringContaining(reason),
  })
  expect(stage.server.entries.keys()).toEqual(['numbers-1'])
})

test('no reason has the token or the signature of an address in it', async () => {
  stage.server.fail({ on: 'find', what: { status: 403 }, says: 'not with the-token-of-this-job' })
  const restored = await stage.cache().restore(await stage.emptyFolder(), [FILE], 'numbers-1', [])
  expect(restored).toEqual({
    state: 'unavailable',
    reason: expect.stringContaining('not with ***'),
  })
})
