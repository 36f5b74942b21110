// The ledger's rules, by its API, for each store behind it: one that remembers, and one that asks another server.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'

import { get, post, startProcess } from './start-process.js'

for (const kind of ['memory', 'another server']) {
  describe(`the ledger, kept in ${kind}`, () => {
    /** @type {ReturnType<typeof startProcess>[]} */
    const servers = []
    /** @type {string} */
    let origin

    before(async () => {
      servers.push(startProcess())
      if (kind !== 'memory') {
        servers.push(startProcess({ LEDGER_STORE_URL: (await servers[0]?.origin()) ?? '' }))
      }
      origin = (await servers.at(-1)?.origin()) ?? ''
    })

    after(async () => {
      for (const { child, exit } of servers.reverse()) {
        child.kill('SIGTERM')
        assert.equal(await exit, 0)
      }
    })

    const account = async (balance = 0) => {
      const { body } = await post(`${origin}/accounts`, { name: 'Savings' })
      if (balance > 0) await post(`${origin}/accounts/${body.id}/transactions`, { amount: balance })
      return body.id
    }
    /** @param {string} id */
    const balanceOf = async (id) => (await get(`${origin}/accounts/${id}`)).body.balance

    test('a new account is empty, and is in the list', async () => {
      const made = await post(`${origin}/accounts`, { name: ' Rent ' })
      assert.equal(made.status, 201)
      assert.equal(made.body.name, 'Rent')
      assert.equal(made.body.balance, 0)
      assert.equal(made.body.currency, 'EUR')
      const { body } = await get(`${origin}/accounts`)
      assert.deepEqual(body.accounts.at(-1), made.body)
    })

    test('transactions change the balance, and are listed newest first', async () => {
      const id = await account(1000)
      const out = await post(`${origin}/accounts/${id}/transactions`, {
        amount: -300,
        description: 'Coffee',
      })
      assert.equal(out.status, 201)
      assert.equal(out.body.balance, 700)
      assert.equal(await balanceOf(id), 700)
      const { body } = await get(`${origin}/accounts/${id}/transactions`)
      assert.deepEqual(
        body.transactions.map((/** @type {any} */ each) => each.amount),
        [-300, 1000],
      )
    })

    test('no balance goes below zero, and a refused transfer moves nothing', async () => {
      const [from, to] = [await account(100), await account()]
      const out = await post(`${origin}/accounts/${from}/transactions`, { amount: -101 })
      assert.equal(out.status, 409)
      assert.equal(out.body.code, 'insufficient-funds')
      assert.equal((await post(`${origin}/transfers`, { from, to, amount: 101 })).status, 409)
      assert.equal((await post(`${origin}/transfers`, { from, to: 'x', amount: 50 })).status, 404)
      assert.deepEqual([await balanceOf(from), await balanceOf(to)], [100, 0])
    })

    test('a transfer moves what it says from one account to the other', async () => {
      const [from, to] = [await account(100), await account()]
      const made = await post(`${origin}/transfers`, { from, to, amount: 60 })
      assert.equal(made.status, 201)
      assert.equal(made.body.transactions.length, 2)
      assert.deepEqual([await balanceOf(from), await balanceOf(to)], [40, 60])
    })

    test('the same Idempotency-Key happens once; with another request it is refused', async () => {
      const id = await account()
      const url = `${origin}/accounts/${id}/transactions`
      const headers = { 'idempotency-key': `salary-${id}` }
      const first = await post(url, { amount: 500 }, headers)
      const again = await post(url, { amount: 500 }, headers)
      assert.deepEqual(again, first)
      assert.equal(await balanceOf(id), 500)
      const other = await post(url, { amount: 501 }, headers)
      assert.deepEqual([other.status, other.body.code], [409, 'key-reused'])
    })

    test('an account that is not there is a 404', async () => {
      const { status, body } = await get(`${origin}/accounts/nobody`)
      assert.deepEqual([status, body.code], [404, 'unknown-account'])
    })
  })
}
