import { LedgerError, StoreUnavailable } from '../ledger-error.js'

/** An answer that says what is wrong with the request. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {string} code for programs
   * @param {string} detail for people
   * @param {Record<string, string>} [headers]
   */
  constructor(status, code, detail, headers = {}) {
    super(detail)
    this.status = status
    this.code = code
    this.headers = headers
  }
}

const LEDGER_STATUS = { 'unknown-account': 404, 'insufficient-funds': 409, 'key-reused': 409 }

/**
 * The answer to an error. What is not known is our own fault, and says nothing of its inside.
 * @param {unknown} error
 */
export function problemOf(error) {
  if (error instanceof Problem) return error
  if (error instanceof LedgerError) {
    return new Problem(LEDGER_STATUS[error.code], error.code, error.message)
  }
  if (error instanceof StoreUnavailable) {
    return new Problem(503, 'store-unavailable', error.message, { 'retry-after': '5' })
  }
  return new Problem(500, 'internal-error', 'The request could not be answered.')
}
