/** What an answer of the registry means (OCI distribution 1.1, 'Error Codes', and ECR's own words). Pure. */
import { PushFailed } from './failures.ts'
import type { Answer } from './wire.ts'

export type Meaning =
  | 'fine'
  /** The password has run out, or may have. */
  | 'login'
  /** Passes when the same is asked again. */
  | 'busy'
  /** The registry has another number of bytes than was thought. */
  | 'elsewhere'
  /** The upload is not there any more, or its bytes are wrong. */
  | 'upload-lost'
  | 'tag-taken'
  | 'not-found'
  | 'final'

const EXPIRED = /token has expired|authorization token is invalid|no basic auth|reauthenticate/i
const TAKEN = /cannot be overwritten|is immutable|tag invalid/i
const QUOTA = /quota|limit exceeded|limitexceeded|maximum number/i
const UPLOAD_LOST = ['BLOB_UPLOAD_UNKNOWN', 'BLOB_UPLOAD_INVALID', 'DIGEST_INVALID', 'SIZE_INVALID']

export function meaningOf(answer: Answer): Meaning {
  const { status } = answer
  if (status < 400) return 'fine'
  const { code, words } = errorIn(answer)
  if (status === 401 || EXPIRED.test(words)) return 'login'
  if (status === 429 || status === 408 || status >= 500 || code === 'TOOMANYREQUESTS') return 'busy'
  if (status === 416) return 'elsewhere'
  if (status === 413) return 'final'
  if (TAKEN.test(words)) return 'tag-taken'
  if (UPLOAD_LOST.includes(code)) return 'upload-lost'
  // An answer to HEAD has no words.
  if (status === 404 && code !== 'NAME_UNKNOWN') return 'not-found'
  if ((status === 403 || status === 400) && words === '') return 'login'
  return 'final'
}

/** `what` was refused, as the start of a sentence. */
export function failureOf(what: string, answer: Answer): PushFailed {
  const { status } = answer
  const { code, words } = errorIn(answer)
  const said = `${what} was refused with status ${status}: ${words || 'no reason given'}`
  if (code === 'NAME_UNKNOWN') return new PushFailed('no-repository', said)
  if (QUOTA.test(words)) return new PushFailed('quota', said)
  if (status === 401 || status === 403) return new PushFailed('denied', said)
  return new PushFailed('refused', said)
}

/** One line about it. */
export const wordsOf = (answer: Answer): string => {
  const { words } = errorIn(answer)
  return `status ${answer.status}${words === '' ? '' : `: ${words}`}`
}

function errorIn({ text }: Answer): { readonly code: string; readonly words: string } {
  try {
    const { errors } = JSON.parse(text) as {
      readonly errors?: readonly { readonly code?: unknown; readonly message?: unknown }[]
    }
    const [first] = errors ?? []
    const code = typeof first?.code === 'string' ? first.code : ''
    return { code, words: typeof first?.message === 'string' ? first.message : code }
  } catch {
    return { code: '', words: text.trim().slice(0, 300) }
  }
}

/** Milliseconds that the registry asks to wait (RFC 9110, 'Retry-After'). */
export function retryAfter({ headers }: Answer, now: number): number | undefined {
  const asked = headers['retry-after']
  if (asked === undefined) return undefined
  const milliseconds = /^\d+$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - now
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds)
}

/**
 * How many bytes of an upload the registry has. `Range` names the last one, and `0-0` stands for none. ECR's may be
 * behind what it has (aws/containers-roadmap#2831), so that its words count first.
 */
export function positionIn(answer: Answer): number | undefined {
  const said = /instead of (\d+)/.exec(answer.text)?.[1]
  if (said !== undefined) return Number(said)
  const last = /^(?:bytes=)?0-(\d+)$/.exec(answer.headers.range ?? '')?.[1]
  if (last === undefined) return undefined
  return last === '0' ? 0 : Number(last) + 1
}
