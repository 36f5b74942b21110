// How the process starts, and how it ends.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'

import { get, startProcess } from './start-process.js'

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
    assert.equal(await exit, 1)
    assert.equal(log.length, 1)
    assert.equal(log[0].level, 'error')
    assert.match(log[0].message, new RegExp(`^${name}: "${value}"`))
  })
}

test('a port that is taken ends the start with 1', async () => {
  const first = startProcess()
  const { exit, log } = startProcess({ PORT: new URL(await first.origin()).port })
  assert.equal(await exit, 1)
  assert.match(log[0].message, /^cannot start: .*EADDRINUSE/)
  first.child.kill('SIGTERM')
  assert.equal(await first.exit, 0)
})

test('a store that does not answer makes it unhealthy, not dead', async () => {
  const server = startProcess({ LEDGER_STORE_URL: 'http://127.0.0.1:1/' })
  const origin = await server.origin()
  const health = await get(`${origin}/health`)
  assert.equal(health.status, 503)
  assert.match(health.body.reason, /127\.0\.0\.1:1 does not answer/)
  assert.deepEqual((await get(`${origin}/accounts`)).body.code, 'store-unavailable')
  assert.equal((await get(`${origin}/`)).status, 200)
  server.child.kill('SIGTERM')
  assert.equal(await server.exit, 0)
})

test('on SIGTERM a request under way is finished, a new connection refused, and it exits with 0', async (t) => {
  // A store that answers only when it is told to keeps one request under way for as long as the test wants.
  /** @type {() => void} */
  let release = () => undefined
  const held = new Promise((resolve) => (release = () => resolve(undefined)))
  const store = createServer(async (_request, response) => {
    await held
    response.end('{"accounts": []}')
  })
  await new Promise((resolve) => store.listen(0, '127.0.0.1', () => resolve(undefined)))
  t.after(() => {
    store.close()
    store.closeAllConnections()
  })
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
  await assert.rejects(once(late, 'connect'), /ECONNREFUSED/)
  release()
  const [response] = await answered
  assert.equal(response.statusCode, 200)
  assert.equal(response.headers.connection, 'close')
  response.resume()
  assert.equal(await server.exit, 0)
  assert.equal(server.log.at(-1).message, 'stopped')
})
