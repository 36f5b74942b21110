/**
 * @typedef {object} Settings
 * @property {number} port
 * @property {string} host
 * @property {string} currency ISO 4217, three letters
 * @property {URL} storeUrl
 * @property {'debug' | 'info'} logLevel
 * @property {string} version
 * @property {string} commit
 */

/** A setting that cannot be used; the message names it. */
export class SettingError extends Error {}

const STORE_PROTOCOLS = ['memory:', 'http:', 'https:']

/**
 * Reads and checks all settings at once, so that a wrong one stops the start and not the first request.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Settings}
 */
export function readSettings(env) {
  return {
    port: port(env.PORT || '3000'),
    host: env.HOST || '0.0.0.0',
    currency: currency(env.LEDGER_CURRENCY || 'EUR'),
    storeUrl: storeUrl(env.LEDGER_STORE_URL || 'memory:'),
    logLevel: logLevel(env.LOG_LEVEL || 'info'),
    version: env.APP_VERSION || 'development',
    commit: env.GIT_COMMIT || 'unknown',
  }
}

/** @param {string} value */
function port(value) {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) {
    throw new SettingError(`PORT: ${quote(value)} is not a port number between 0 and 65535.`)
  }
  return Number(value)
}

/** @param {string} value */
function currency(value) {
  if (!Intl.supportedValuesOf('currency').includes(value)) {
    throw new SettingError(
      `LEDGER_CURRENCY: ${quote(value)} is not an ISO 4217 currency code, for example EUR.`,
    )
  }
  return value
}

/** @param {string} value */
function storeUrl(value) {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !STORE_PROTOCOLS.includes(url.protocol)) {
    throw new SettingError(
      `LEDGER_STORE_URL: ${quote(value)} is not "memory:" or the http(s) address of a ledger server.`,
    )
  }
  return url
}

/** @param {string} value */
function logLevel(value) {
  if (value !== 'debug' && value !== 'info') {
    throw new SettingError(`LOG_LEVEL: ${quote(value)} is neither "info" nor "debug".`)
  }
  return value
}

/** @param {string} value */
const quote = (value) => JSON.stringify(value)
