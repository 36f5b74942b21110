// How the process starts, and how it ends.
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { connect } from 'node:net'

import { afterEach, expect, test } from '@jest/globals'

import { readSettings } from '../src/settings.js'
import { get, startProcess } from './start-process.js'

/** @type {() => void} */
let cleanUp = () => undefined

afterEach(() => {
  cleanUp()
  cleanUp = () => undefined
})

/** @type {[name: string, value: string][]} */
const WRONG_SETTINGS = [
  ['PORT', 'abc'],
  ['PORT', '65536'],
  ['LEDGER_CURRENCY', 'EURO'],
  ['LEDGER_STORE_URL', 'redis://store'],
  ['LEDGER_STORE_URL', 'nowhere'],
  ['LOG_LEVEL', 'loud'],
]
for (const [name, value] of WRONG_SETTINGS) {
  test(`${name}=${value} ends the start with 1 and one line that names it`, async () => {
    const { exit, log } = startProcess({ [name]: value })
    expect(await exit).toBe(1)
    expect(log).toHaveLength(1)
    expect(log[0].level).toBe('error')
    expect(log[0].message).toMatch(new RegExp(`^${name}: "${value}"`))
    // The same words here, where coverage sees it.
    expect(() => readSettings({ [name]: value })).toThrow(log[0].message)
  })
}

test('a port that is taken ends the start with 1', async () => {
  const first = startProcess()
  const { exit, log } = startProcess({ PORT: new URL(await first.origin()).port })
  expect(await exit).toBe(1)
  expect(log[0].message).toMatch(/^cannot start: .*EADDRINUSE/)
  first.child.kill('SIGTERM')
  expect(await first.exit).toBe(0)
})

test('a store that does not answer makes it unhealthy, not dead', async () => {
  const server = startProcess({ LEDGER_STORE_URL: 'http://127.0.0.1:1/' })
  const origin = await server.origin()
  const health = await get(`${origin}/health`)
  expect(health.status).toBe(503)
  expect(health.body.reason).toMatch(/127\.0\.0\.1:1 does not answer/)
  expect((await get(`${origin}/accounts`)).body.code).toBe('store-unavailable')
  expect((await get(`${origin}/`)).status).toBe(200)
  server.child.kill('SIGTERM')
  expect(await server.exit).toBe(0)
})

test('on SIGTERM a request under way is finished, a new connection refused, and it exits with 0', async () => {
  // A store that answers only when it is told to keeps one request under way for as long as the test wants.
  /** @type {() => void} */
  let release = () => undefined
  const held = new Promise((resolve) => (release = () => resolve(undefined)))
  const store = createServer(async (_request, response) => {
    await held
    response.end('{"accounts": []}')
  })
  await new Promise((resolve) => store.listen(0, '127.0.0.1', () => resolve(undefined)))
  cleanUp = () => {
    store.close()
    store.closeAllConnections()
  }
  const address = /** @type {import('node:net').AddressInfo} */ (store.address())
  const server = startProcess({ LEDGER_STORE_URL: `http://127.0.0.1:${address.port}/` })
  const { port } = new URL(await server.origin())

  const asked = once(store, 'request')
  const underWay = request({ port, host: '127.0.0.1', path: '/accounts' }).end()
  const answered = once(underWay, 'response')
  await asked
  server.child.kill('SIGTERM')
  while (!server.log.some((line) => line.message === 'stopping'))
    await once(server.child.stdout, 'data')

  const late = connect(Number(port), '127.0.0.1')
  await expect(once(late, 'connect')).rejects.toThrow(/ECONNREFUSED/)
  release()
  const [response] = await answered
  expect(response.statusCode).toBe(200)
  expect(response.headers.connection).toBe('close')
  response.resume()
  expect(await server.exit).toBe(0)
  expect(server.log.at(-1).message).toBe('stopped')
})
