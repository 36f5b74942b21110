/** Why GitHub did not do something, in words for people: never an error of the run. */
import { cut, oneLine } from '../foreign-text.ts'

/** What is read of an error of the GitHub client; not by class, which a bundle may have twice. */
interface ClientError {
  readonly message?: unknown
  readonly status?: unknown
  readonly cause?: unknown
  readonly response?: { readonly headers?: Readonly<Record<string, unknown>> }
}

const asClientError = (error: unknown): ClientError =>
  typeof error === 'object' && error !== null ? error : { message: String(error) }

const asNamed = (cause: unknown): { readonly name?: unknown } =>
  typeof cause === 'object' && cause !== null ? cause : {}

export function statusOf(error: unknown): number | undefined {
  const { status } = asClientError(error)
  return typeof status === 'number' ? status : undefined
}

export interface Asked {
  /** What did not happen, without the point: `GitHub does not show …`. */
  readonly failed: string
  /** What to do when the token may not: sentences that name the permission. */
  readonly denied: string
}

/** Why it is so, and what to do about it. Names no token and no address. */
export function apiProblem(error: unknown, { failed, denied }: Asked): string {
  const { message, cause, response } = asClientError(error)
  const status = statusOf(error)
  const words = cut(oneLine(typeof message === 'string' ? message : 'no reason given'), 300)
  const answer = response === undefined ? words : `${status ?? '?'}: ${words}`
  const intro = `${failed} (${answer}).`
  if (asNamed(cause).name === 'TimeoutError') return `${failed}: it did not answer in time.`
  if (status === 401) return `${intro} The token is not valid: check the input that it comes from.`
  if (isRateLimit(response?.headers ?? {}, words)) return `${intro} The token was used too often.`
  // GitHub hides from a token what it may not see: 404 is a denial too.
  if (status === 403 || status === 404) return `${intro} ${denied}`
  return intro
}

/** GitHub answers 403 or 429 (GitHub Docs, 'Rate limits for the REST API'). */
const isRateLimit = (headers: Readonly<Record<string, unknown>>, words: string): boolean =>
  headers['x-ratelimit-remaining'] === '0' ||
  headers['retry-after'] !== undefined ||
  /rate limit/i.test(words)
