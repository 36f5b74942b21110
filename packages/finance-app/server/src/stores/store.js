/**
 * What the ledger asks of the place where it is kept. All amounts are whole cents.
 *
 * @typedef {object} Account
 * @property {string} id
 * @property {string} name
 * @property {string} currency
 * @property {number} balance
 * @property {string} createdAt ISO 8601
 *
 * @typedef {object} Entry One account's part of a posting; above zero goes in, below zero comes out.
 * @property {string} accountId
 * @property {number} amount
 *
 * @typedef {object} Transaction An entry that was made.
 * @property {string} id
 * @property {string} accountId
 * @property {number} amount
 * @property {number} balance of the account, afterwards
 * @property {string} description
 * @property {string} createdAt ISO 8601
 *
 * @typedef {object} Posting
 * @property {readonly Entry[]} entries one, or for a transfer two: out first, then in
 * @property {string} description
 * @property {string | undefined} key the same key again changes nothing and gives the same transactions
 *
 * @typedef {object} Store Every method throws StoreUnavailable when the store does not answer.
 * @property {() => Promise<void>} ping
 * @property {() => Promise<readonly Account[]>} accounts
 * @property {(id: string) => Promise<Account>} account throws LedgerError unknown-account
 * @property {(name: string, key: string | undefined) => Promise<Account>} addAccount
 * @property {(accountId: string) => Promise<readonly Transaction[]>} transactions newest first
 * @property {(posting: Posting) => Promise<readonly Transaction[]>} post all entries or none; throws LedgerError
 */

import { createHttpStore } from './http-store.js'
import { createMemoryStore } from './memory-store.js'

/**
 * @param {URL} url
 * @param {string} currency
 * @returns {Store}
 */
export function openStore(url, currency) {
  return url.protocol === 'memory:' ? createMemoryStore(currency) : createHttpStore(url)
}
