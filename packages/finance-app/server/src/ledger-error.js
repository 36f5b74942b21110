/**
 * Why the ledger does not do what was asked. `code` is for programs, the message for people.
 * @typedef {'unknown-account' | 'insufficient-funds' | 'key-reused'} LedgerErrorCode
 */

export class LedgerError extends Error {
  /** @param {LedgerErrorCode} code @param {string} message */
  constructor(code, message) {
    super(message)
    this.name = 'LedgerError'
    this.code = code
  }
}

/** The store does not answer, or not as it should. */
export class StoreUnavailable extends Error {
  /** @param {string} message @param {ErrorOptions} [options] */
  constructor(message, options) {
    super(message, options)
    this.name = 'StoreUnavailable'
  }
}
