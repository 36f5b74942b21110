import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../parts.ts'

const TOKEN_LIFE_MS = 12 * 60 * 60 * 1000
const LINK_LIFE_MS = 60 * 60 * 1000

/** What a registry request proves about its sender. */
export type Proof = 'valid' | 'missing' | 'invalid' | 'expired'

/**
 * Passwords of the registry and signed links to layers. Nothing is remembered: a password carries its end and a
 * seal that only this object can make, so the number of tokens given out does not matter.
 */
export class Tokens {
  private readonly key = randomBytes(32)
  private readonly clock: Clock
  /** How often all passwords were taken back. */
  private generation = 0

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** A new password for the user `AWS`; it holds for 12 hours of AWS time, as ECR's does. */
  issue(): { readonly password: string; readonly expiresAt: Date } {
    const end = this.clock.now() + TOKEN_LIFE_MS
    const payload = randomBytes(24).toString('base64')
    const token = {
      payload,
      datakey: this.tokenSeal(payload, end, this.generation).toString('base64'),
      version: '2',
      type: 'DATA_KEY',
      expiration: end,
    }
    const password = Buffer.from(JSON.stringify(token)).toString('base64')
    return { password, expiresAt: new Date(end) }
  }

  /** Makes every password that was given out one that has expired. */
  expireAll(): void {
    this.generation += 1
  }

  /** `header` is the value of Authorization. */
  check(header: string | undefined): Proof {
    const encoded = /^Basic +(\S+)$/i.exec(header ?? '')?.[1]
    if (encoded === undefined) return 'missing'
    const [user, password = ''] = splitOnce(Buffer.from(encoded, 'base64').toString(), ':')
    const token = readToken(password)
    if (user !== 'AWS' || !token) return 'invalid'
    const generation = this.generationOf(token)
    if (generation === undefined) return 'invalid'
    const isOver = token.expiration <= this.clock.now() || generation < this.generation
    return isOver ? 'expired' : 'valid'
  }

  /** The query that opens `path` without a password for an hour of AWS time. */
  link(path: string): string {
    const end = this.clock.now() + LINK_LIFE_MS
    return new URLSearchParams({
      expires: String(end),
      signature: this.linkSeal(path, end),
    }).toString()
  }

  checkLink(url: URL): Proof {
    const signature = url.searchParams.get('signature')
    const end = Number(url.searchParams.get('expires'))
    if (signature === null) return 'missing'
    if (!isSame(Buffer.from(signature), Buffer.from(this.linkSeal(url.pathname, end)))) {
      return 'invalid'
    }
    return end > this.clock.now() ? 'valid' : 'expired'
  }

  /** The one in which the token was given out; `undefined` when it was not given out here. */
  private generationOf({ payload, expiration, datakey }: Token): number | undefined {
    const seal = Buffer.from(datakey, 'base64')
    for (let generation = this.generation; generation >= 0; generation--) {
      if (isSame(this.tokenSeal(payload, expiration, generation), seal)) return generation
    }
    return undefined
  }

  private tokenSeal(payload: string, end: number, generation: number): Buffer {
    return this.seal(`${payload} ${end} ${generation}`)
  }

  private linkSeal(path: string, end: number): string {
    return this.seal(`${path} ${end}`).toString('hex')
  }

  private seal(text: string): Buffer {
    return createHmac('sha256', this.key).update(text).digest()
  }
}

/** In constant time for equal lengths; the length of a seal is no secret. */
const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

interface Token {
  readonly payload: string
  readonly datakey: string
  readonly expiration: number
}

function readToken(password: string): Token | undefined {
  try {
    const value = JSON.parse(Buffer.from(password, 'base64').toString()) as Partial<Token> | null
    const { payload, datakey, expiration } = value ?? {}
    return typeof payload === 'string' &&
      typeof datakey === 'string' &&
      typeof expiration === 'number'
      ? { payload, datakey, expiration }
      : undefined
  } catch {
    return undefined
  }
}
