// The ledger's rules, by its API, for each store behind it: one that remembers, and one that asks another server.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { get, post } from './start-process.js'
import { startInside } from './start-server.js'

for (const kind of ['memory', 'another server']) {
  describe(`the ledger, kept in ${kind}`, () => {
    /** @type {Awaited<ReturnType<typeof startInside>>[]} */
    const servers = []
    /** @type {string} */
    let origin

    beforeAll(async () => {
      servers.push(await startInside())
      if (kind !== 'memory') {
        servers.push(await startInside({ LEDGER_STORE_URL: servers[0]?.origin ?? '' }))
      }
      origin = servers.at(-1)?.origin ?? ''
    })

    afterAll(async () => {
      for (const { stop } of servers.reverse()) await stop()
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
      expect(made.status).toBe(201)
      expect(made.body).toMatchObject({ name: 'Rent', balance: 0, currency: 'EUR' })
      const { body } = await get(`${origin}/accounts`)
      expect(body.accounts.at(-1)).toEqual(made.body)
    })

    test('transactions change the balance, and are listed newest first', async () => {
      const id = await account(1000)
      const out = await post(`${origin}/accounts/${id}/transactions`, {
        amount: -300,
        description: 'Coffee',
      })
      expect(out.status).toBe(201)
      expect(out.body.balance).toBe(700)
      expect(await balanceOf(id)).toBe(700)
      const { body } = await get(`${origin}/accounts/${id}/transactions`)
      expect(body.transactions.map((/** @type {any} */ each) => each.amount)).toEqual([-300, 1000])
    })

    test('no balance goes below zero, and a refused transfer moves nothing', async () => {
      const [from, to] = [await account(100), await account()]
      const out = await post(`${origin}/accounts/${from}/transactions`, { amount: -101 })
      expect(out.status).toBe(409)
      expect(out.body.code).toBe('insufficient-funds')
      expect((await post(`${origin}/transfers`, { from, to, amount: 101 })).status).toBe(409)
      expect((await post(`${origin}/transfers`, { from, to: 'x', amount: 50 })).status).toBe(404)
      expect([await balanceOf(from), await balanceOf(to)]).toEqual([100, 0])
    })

    test('a transfer moves what it says from one account to the other', async () => {
      const [from, to] = [await account(100), await account()]
      const made = await post(`${origin}/transfers`, { from, to, amount: 60 })
      expect(made.status).toBe(201)
      expect(made.body.transactions).toHaveLength(2)
      expect([await balanceOf(from), await balanceOf(to)]).toEqual([40, 60])
    })

    test('the same Idempotency-Key happens once; with another request it is refused', async () => {
      const id = await account()
      const url = `${origin}/accounts/${id}/transactions`
      const headers = { 'idempotency-key': `salary-${id}` }
      const first = await post(url, { amount: 500 }, headers)
      const again = await post(url, { amount: 500 }, headers)
      expect(again).toEqual(first)
      expect(await balanceOf(id)).toBe(500)
      const other = await post(url, { amount: 501 }, headers)
      expect([other.status, other.body.code]).toEqual([409, 'key-reused'])
    })

    test('an account that is not there is a 404', async () => {
      const { status, body } = await get(`${origin}/accounts/nobody`)
      expect([status, body.code]).toEqual([404, 'unknown-account'])
    })
  })
}
