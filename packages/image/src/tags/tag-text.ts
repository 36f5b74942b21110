import { createHash } from 'node:crypto'

/** A tag has at most so many characters (OCI distribution specification, `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`). */
export const LONGEST_TAG = 128
/** Of the hash that keeps two long names apart. */
const HASH = 8

const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/

export const isTag = (text: string): boolean => TAG.test(text)

/**
 * The tag that a name such as `feature/login` becomes: other characters are dashes, and what is too long ends in a
 * hash of the whole, so that two long names stay two tags. Empty when nothing of the name can stand in a tag.
 */
export function tagText(name: string): string {
  const plain = name.replace(/[^a-zA-Z0-9._-]+/g, '-').replace(/^[.-]+/, '')
  if (plain.length <= LONGEST_TAG) return plain
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH)
  return `${plain.slice(0, LONGEST_TAG - HASH - 1)}-${hash}`
}
