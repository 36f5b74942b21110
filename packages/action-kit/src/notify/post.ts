/** Sends a message to a webhook whose address is a secret: nothing that comes out of here has more of it than the host. */
import type { Clock } from '../clock.ts'

/** How long one delivery may take. All in milliseconds but `tries`. */
export interface Patience {
  /** Of one try, until its answer has begun. */
  readonly timeLimit: number
  readonly tries: number
  /** A server that asks for a longer pause than this is not asked again. */
  readonly longestPause: number
}

export const PATIENCE: Patience = { timeLimit: 10_000, tries: 3, longestPause: 30_000 }

/** For a cancelled run: GitHub ends it 10 seconds after it was cancelled. */
export const SHORT_PATIENCE: Patience = { timeLimit: 3_000, tries: 1, longestPause: 0 }

const FIRST_PAUSE_MS = 1_000

export interface Delivery {
  readonly clock: Clock
  readonly patience?: Patience
}

export interface Letter {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** Turns an answer that is no success into what to do about it; the text is the beginning of its body. */
  readonly remedy: (status: number, text: string) => string
}

/** What a try came to; `mayPass`: another one may do better. */
type Try =
  | { readonly arrived: true }
  | {
      readonly arrived: false
      readonly why: string
      readonly mayPass: boolean
      /** Milliseconds that the server wants to be left alone. */
      readonly pause: number | undefined
    }

/** `undefined` when the message has arrived, else why it has not, in words without the address. Never throws. */
export async function post(
  secretAddress: string,
  letter: Letter,
  { clock, patience = PATIENCE }: Delivery,
): Promise<string | undefined> {
  const address = checkedAddress(secretAddress)
  if (typeof address === 'string') return address
  for (let count = 1; ; count++) {
    const result = await tryOnce(address, letter, patience, clock)
    if (result.arrived) return undefined
    const pause = result.pause ?? FIRST_PAUSE_MS * 2 ** (count - 1)
    if (!result.mayPass || count >= patience.tries || pause > patience.longestPause) {
      return `${address.host} ${result.why}${count > 1 ? ` (${count} tries)` : ''}`
    }
    await clock.sleep(pause)
  }
}

/** The address, or what is wrong with it. */
function checkedAddress(text: string): URL | string {
  if (!URL.canParse(text)) return 'its address is not a URL.'
  const address = new URL(text)
  const { protocol, hostname, username, password } = address
  const local = hostname === 'localhost' || hostname === '127.0.0.1'
  if (protocol !== 'https:' && !(protocol === 'http:' && local)) {
    return 'its address has to begin with https://.'
  }
  if (username !== '' || password !== '') {
    return 'its address has a user or a password in front of the host. That is not supported.'
  }
  return address
}

async function tryOnce(
  address: URL,
  { body, headers, remedy }: Letter,
  patience: Patience,
  clock: Clock,
): Promise<Try> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body,
      signal: AbortSignal.timeout(patience.timeLimit),
      // The message is for this host only.
      redirect: 'manual',
    })
    const text = await beginning(response)
    if (response.ok) return { arrived: true }
    const { status } = response
    const mayPass = status === 429 || status >= 500
    const pause = mayPass ? retryAfter(response, clock) : undefined
    const wait =
      pause !== undefined && pause > patience.longestPause
        ? ` It asks for a pause of ${Math.ceil(pause / 1000)} s, which is too long for a run.`
        : ''
    return {
      arrived: false,
      why: `answered ${status}. ${remedy(status, text)}${wait}`.trim(),
      mayPass,
      pause,
    }
  } catch (error) {
    return { arrived: false, why: lostBecause(error, patience), mayPass: true, pause: undefined }
  }
}

/**
 * Only names and codes: the messages of fetch may have the whole address in them. Not by `instanceof`, which does
 * not hold for errors of another realm.
 */
function lostBecause(error: unknown, patience: Patience): string {
  const { name, cause } = (error ?? {}) as { readonly name?: unknown; readonly cause?: unknown }
  if (name === 'TimeoutError') return `did not answer within ${patience.timeLimit / 1000} s.`
  const code = (cause as { readonly code?: unknown } | undefined)?.code
  const known = typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)
  return `could not be reached${known ? ` (${code})` : ''}.`
}

/** The first part of the body. The rest is not read: whoever answers decides how long it is. */
async function beginning(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  if (!reader) return ''
  try {
    const { value } = (await reader.read()) as { readonly value?: Uint8Array }
    return value ? new TextDecoder().decode(value.subarray(0, 200)) : ''
  } catch {
    // What the status says is enough.
    return ''
  } finally {
    reader.cancel().catch(() => undefined)
  }
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfter(response: Response, clock: Clock): number | undefined {
  const text = response.headers.get('retry-after')?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - clock.now())
}
