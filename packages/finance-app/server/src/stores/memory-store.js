import { randomUUID } from 'node:crypto'

import { LedgerError } from '../ledger-error.js'

/**
 * Keeps the ledger in this process: gone when it ends. Each method does its work without a pause, so that two
 * requests never see half a posting.
 * @param {string} currency
 * @returns {import('./store.js').Store}
 */
export function createMemoryStore(currency) {
  /** @type {Map<string, import('./store.js').Account>} */
  const accounts = new Map()
  /** @type {Map<string, import('./store.js').Transaction[]>} */
  const transactions = new Map()
  /** @type {Map<string, { request: string, answer: unknown }>} */
  const answered = new Map()

  /** @param {string} id */
  const find = (id) => {
    const account = accounts.get(id)
    if (!account) throw new LedgerError('unknown-account', `There is no account ${id}.`)
    return account
  }

  /**
   * @template T
   * @param {string | undefined} key
   * @param {unknown} request
   * @param {() => T} act
   * @returns {T}
   */
  const once = (key, request, act) => {
    if (key === undefined) return act()
    const text = JSON.stringify(request)
    const before = answered.get(key)
    if (before && before.request !== text) {
      throw new LedgerError('key-reused', 'This Idempotency-Key was used for another request.')
    }
    if (before) return /** @type {T} */ (before.answer)
    const answer = act()
    answered.set(key, { request: text, answer })
    return answer
  }

  return {
    ping: async () => undefined,
    accounts: async () => [...accounts.values()],
    account: async (id) => find(id),
    transactions: async (accountId) => {
      find(accountId)
      return (transactions.get(accountId) ?? []).toReversed()
    },

    addAccount: async (name, key) =>
      once(key, { name }, () => {
        const account = { id: randomUUID(), name, currency, balance: 0, createdAt: now() }
        accounts.set(account.id, account)
        transactions.set(account.id, [])
        return account
      }),

    post: async ({ entries, description, key }) =>
      once(key, { entries, description }, () => {
        const changed = entries.map(({ accountId, amount }) => {
          const account = find(accountId)
          const balance = account.balance + amount
          if (balance < 0) {
            throw new LedgerError(
              'insufficient-funds',
              `Account ${accountId} holds ${account.balance} cents; ${-amount} were asked of it.`,
            )
          }
          return { ...account, balance }
        })
        return changed.map((account, index) => {
          accounts.set(account.id, account)
          const { amount } = /** @type {import('./store.js').Entry} */ (entries[index])
          const { id: accountId, balance } = account
          const made = {
            id: randomUUID(),
            accountId,
            amount,
            balance,
            description,
            createdAt: now(),
          }
          transactions.get(accountId)?.push(made)
          return made
        })
      }),
  }
}

const now = () => new Date().toISOString()
