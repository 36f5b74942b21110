import {
  amountAboveZero,
  amountInCents,
  idempotencyKey,
  optionalText,
  requiredText,
} from './http/fields.js'
import { Problem } from './http/problem.js'
import { readJson } from './http/read-json.js'

/**
 * @typedef {object} App
 * @property {import('./settings.js').Settings} settings
 * @property {import('./stores/store.js').Store} store
 * @property {string} startedAt
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {object} body
 * @property {Record<string, string>} [headers]
 *
 * @typedef {(app: App, request: import('node:http').IncomingMessage, id: string) => Promise<Answer>} Handler
 */

/** @param {object} body @returns {Answer} */
const ok = (body) => ({ status: 200, body })

/** @type {readonly (readonly [pattern: RegExp, methods: Record<string, Handler>])[]} */
const ROUTES = [
  [/^\/$/, { GET: welcome }],
  [/^\/health$/, { GET: health }],
  [/^\/info$/, { GET: info }],
  [/^\/accounts$/, { GET: listAccounts, POST: addAccount }],
  [/^\/accounts\/([^/]+)$/, { GET: oneAccount }],
  [/^\/accounts\/([^/]+)\/transactions$/, { GET: listTransactions, POST: addTransaction }],
  [/^\/transfers$/, { POST: transfer }],
]

/**
 * @param {App} app
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<Answer>}
 */
export async function answer(app, request) {
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET')
  for (const [pattern, methods] of ROUTES) {
    const match = pattern.exec(path)
    if (!match) continue
    const handler = methods[method]
    if (!handler) {
      const headers = { allow: Object.keys(methods).join(', ') }
      throw new Problem(405, 'method-not-allowed', `${path} has no ${method}.`, headers)
    }
    return handler(app, request, match[1] ?? '')
  }
  throw new Problem(404, 'not-found', `There is nothing at ${path}.`)
}

/** @type {Handler} */
async function welcome({ settings }) {
  return ok({
    name: 'finance-server',
    version: settings.version,
    offers: ['/health', '/info', '/accounts', '/accounts/:id/transactions', '/transfers'],
  })
}

/** @type {Handler} */
async function health({ store }) {
  try {
    await store.ping()
    return ok({ status: 'ok' })
  } catch (error) {
    return {
      status: 503,
      body: { status: 'failing', reason: /** @type {Error} */ (error).message },
    }
  }
}

/** @type {Handler} */
async function info({ settings, startedAt }) {
  const { version, commit, currency } = settings
  return ok({ version, commit, currency, startedAt })
}

/** @type {Handler} */
async function listAccounts({ store }) {
  return ok({ accounts: await store.accounts() })
}

/** @type {Handler} */
async function addAccount({ store }, request) {
  const key = idempotencyKey(request)
  const account = await store.addAccount(requiredText(await readJson(request), 'name'), key)
  return { status: 201, body: account, headers: { location: `/accounts/${account.id}` } }
}

/** @type {Handler} */
async function oneAccount({ store }, _request, id) {
  return ok(await store.account(id))
}

/** @type {Handler} */
async function listTransactions({ store }, _request, id) {
  return ok({ transactions: await store.transactions(id) })
}

/** @type {Handler} */
async function addTransaction({ store }, request, id) {
  const key = idempotencyKey(request)
  const body = await readJson(request)
  const entries = [{ accountId: id, amount: amountInCents(body) }]
  const [made] = await store.post({ entries, description: optionalText(body, 'description'), key })
  return { status: 201, body: made ?? {} }
}

/** @type {Handler} */
async function transfer({ store }, request) {
  const key = idempotencyKey(request)
  const body = await readJson(request)
  const [from, to] = [requiredText(body, 'from'), requiredText(body, 'to')]
  if (from === to) throw new Problem(422, 'invalid', 'from and to are the same account.')
  const amount = amountAboveZero(body)
  const entries = [
    { accountId: from, amount: -amount },
    { accountId: to, amount },
  ]
  const transactions = await store.post({
    entries,
    description: optionalText(body, 'description'),
    key,
  })
  return { status: 201, body: { transactions } }
}
