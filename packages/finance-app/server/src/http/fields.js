import { Problem } from './problem.js'

/** The largest amount of one posting, in cents: sums of many stay exact numbers. */
const MAX_AMOUNT = 1_000_000_000_00

/** @param {string} detail */
const invalid = (detail) => new Problem(422, 'invalid', detail)

/**
 * @param {Record<string, unknown>} body
 * @param {string} name
 */
export function requiredText(body, name) {
  const text = optionalText(body, name)
  if (text === '') throw invalid(`${name} is missing.`)
  return text
}

/**
 * @param {Record<string, unknown>} body
 * @param {string} name
 */
export function optionalText(body, name) {
  const value = body[name] ?? ''
  if (typeof value !== 'string' || value.length > 200) {
    throw invalid(`${name} has to be a text of at most 200 characters.`)
  }
  return value.trim()
}

/** @param {Record<string, unknown>} body */
export function amountInCents(body) {
  const { amount } = body
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount)) {
    throw invalid('amount has to be a whole number of cents.')
  }
  if (amount === 0 || Math.abs(amount) > MAX_AMOUNT) {
    throw invalid(`amount has to be between 1 and ${MAX_AMOUNT} cents, or the same below zero.`)
  }
  return amount
}

/** @param {Record<string, unknown>} body */
export function amountAboveZero(body) {
  const amount = amountInCents(body)
  if (amount < 0) throw invalid('amount has to be above zero.')
  return amount
}

/** @param {import('node:http').IncomingMessage} request */
export function idempotencyKey(request) {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,100}$/.test(key)) {
    throw invalid('Idempotency-Key has to be 1 to 100 visible ASCII characters.')
  }
  return key
}
