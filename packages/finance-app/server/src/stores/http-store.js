import { LedgerError, StoreUnavailable } from '../ledger-error.js'

const TIMEOUT_MILLISECONDS = 2000

/**
 * Keeps nothing itself: another ledger server does, and is asked by the API that this one offers, too.
 * @param {URL} base
 * @returns {import('./store.js').Store}
 */
export function createHttpStore(base) {
  /**
   * @param {string} path
   * @param {{ body?: object, key?: string | undefined }} [request] a POST when there is a body
   * @returns {Promise<any>}
   */
  const ask = async (path, { body, key } = {}) => {
    const response = await fetchFrom(new URL(path, base), {
      method: body ? 'POST' : 'GET',
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    })
    const answer = /** @type {any} */ (await response.json().catch(() => ({})))
    if (response.ok) return answer
    if (isLedgerCode(answer.code)) throw new LedgerError(answer.code, answer.detail)
    throw new StoreUnavailable(`The ledger at ${base.origin} answered ${response.status}.`)
  }
  /** @param {string} id */
  const at = (id) => `accounts/${encodeURIComponent(id)}`

  return {
    ping: async () => void (await ask('health')),
    accounts: async () => (await ask('accounts')).accounts,
    account: async (id) => ask(at(id)),
    addAccount: async (name, key) => ask('accounts', { body: { name }, key }),
    transactions: async (id) => (await ask(`${at(id)}/transactions`)).transactions,
    post: async ({ entries, description, key }) => {
      const [first, second] = entries
      if (!first) return []
      if (!second) {
        const body = { amount: first.amount, description }
        return [await ask(`${at(first.accountId)}/transactions`, { body, key })]
      }
      const body = {
        from: first.accountId,
        to: second.accountId,
        amount: second.amount,
        description,
      }
      return (await ask('transfers', { body, key })).transactions
    },
  }
}

/** @param {URL} url @param {RequestInit} init */
async function fetchFrom(url, init) {
  try {
    return await fetch(url, init)
  } catch (cause) {
    throw new StoreUnavailable(`The ledger at ${url.origin} does not answer.`, { cause })
  }
}

/**
 * @param {unknown} code
 * @returns {code is import('../ledger-error.js').LedgerErrorCode}
 */
const isLedgerCode = (code) =>
  code === 'unknown-account' || code === 'insufficient-funds' || code === 'key-reused'
