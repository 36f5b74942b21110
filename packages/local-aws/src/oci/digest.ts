import { createHash } from 'node:crypto'

const SHA256_DIGEST = /^sha256:[0-9a-f]{64}$/

/** `sha256:` and 64 hex digits, the name of content in every registry. */
export const sha256 = (content: Uint8Array | string): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`

/** Whether `text` is a digest of the one algorithm that ECR knows. */
export const isDigest = (text: string): boolean => SHA256_DIGEST.test(text)
