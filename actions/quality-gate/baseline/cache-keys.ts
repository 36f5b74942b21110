import { createHash } from 'node:crypto'

/** The entries of one policy and one branch. */
export interface CacheKeys {
  /** Of this run alone: an entry is never written twice. */
  readonly own: string
  /** Of every run; the newest one counts. */
  readonly prefix: string
}

export interface KeyParts {
  /** Of the policy. */
  readonly name: string
  readonly branch: string
  readonly runId: string
  readonly runAttempt: string
}

/** Characters of the names that people can read; a key has at most 512, and no comma. */
const READABLE = 60

/**
 * The hash stands first, and is always as long: no entry of `main-2`, of a branch that is named like a key, or of another
 * policy begins with the prefix of `main`.
 */
export function cacheKeys({ name, branch, runId, runAttempt }: KeyParts): CacheKeys {
  const hash = createHash('sha256')
    .update(JSON.stringify([name, branch]))
    .digest('hex')
  const prefix = `ecsp-qg-v1-${hash.slice(0, 16)}-${slug(name)}-${slug(branch)}-`
  return { own: `${prefix}${runId}-${runAttempt}`, prefix }
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .slice(0, READABLE)
