// What the server refuses before the ledger is asked.
import { afterAll, beforeAll, expect, test } from '@jest/globals'

import { get, post } from './start-process.js'
import { startInside } from './start-server.js'

/** @type {Awaited<ReturnType<typeof startInside>>} */
let server
/** @type {string} */
let origin
/** @type {string} */
let account

beforeAll(async () => {
  server = await startInside({ APP_VERSION: '1.2.3', GIT_COMMIT: 'abc' })
  origin = server.origin
  account = (await post(`${origin}/accounts`, { name: 'Savings' })).body.id
})

afterAll(() => server.stop())

test('it says what it is, that it is healthy, and what was released', async () => {
  expect((await get(`${origin}/`)).body.name).toBe('finance-server')
  expect(await get(`${origin}/health`)).toEqual({ status: 200, body: { status: 'ok' } })
  const { body } = await get(`${origin}/info`)
  expect(body).toMatchObject({ version: '1.2.3', commit: 'abc' })
  expect(Date.parse(body.startedAt)).toBeLessThanOrEqual(Date.now())
})

const BAD_AMOUNTS = [undefined, null, '5', 1.5, 0, 2 ** 53, 1e15, [], {}]
for (const amount of BAD_AMOUNTS) {
  test(`the amount ${JSON.stringify(amount)} is refused`, async () => {
    const { status, body } = await post(`${origin}/accounts/${account}/transactions`, { amount })
    expect(status).toBe(422)
    expect(body.detail).toMatch(/^amount /)
  })
}

/** @type {[why: string, path: string, init: RequestInit, status: number][]} */
const REFUSED = [
  ['no such path', '/nothing', {}, 404],
  ['a method the path does not have', '/accounts', { method: 'DELETE' }, 405],
  ['not JSON by its type', '/accounts', { method: 'POST', body: '{}' }, 415],
  ['not JSON by its text', '/accounts', json('{'), 400],
  ['JSON, but no object', '/accounts', json('[]'), 400],
  ['no name', '/accounts', json('{"name": "  "}'), 422],
  ['a name of 201 characters', '/accounts', json(JSON.stringify({ name: 'a'.repeat(201) })), 422],
  ['a body of 1 MiB', '/accounts', json(JSON.stringify({ name: 'a'.repeat(2 ** 20) })), 413],
  ['a transfer to the same account', '/transfers', json('{"from":"a","to":"a","amount":1}'), 422],
  ['a transfer below zero', '/transfers', json('{"from":"a","to":"b","amount":-1}'), 422],
  ['a key of spaces', '/accounts', json('{"name":"a"}', { 'idempotency-key': 'a b' }), 422],
]
for (const [why, path, init, status] of REFUSED) {
  test(`${why} is answered ${status}, as a problem`, async () => {
    const response = await fetch(origin + path, init)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const body = /** @type {any} */ (await response.json())
    expect(body.status).toBe(status)
    expect(body.detail.length).toBeGreaterThan(0)
  })
}

test('HEAD is answered as GET, without the body', async () => {
  const response = await fetch(`${origin}/health`, { method: 'HEAD' })
  expect([response.status, await response.text()]).toEqual([200, ''])
})

/**
 * @param {string} body
 * @param {Record<string, string>} [headers]
 * @returns {RequestInit}
 */
function json(body, headers = {}) {
  return { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }
}
