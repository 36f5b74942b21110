/** What a failed push means, by the words of docker and of ECR. Pure. */
import { PUSH_ADVICE } from '@ecs-pipeline/registry'

export type PushFailure =
  /** Passes when the same is tried again. */
  | { readonly kind: 'may-pass'; readonly line: string }
  /** The password ran out while the image was built. */
  | { readonly kind: 'login'; readonly line: string }
  /** Somebody gave the tag to an image in the meantime. */
  | { readonly kind: 'tag-taken'; readonly line: string }
  | { readonly kind: 'final'; readonly line: string; readonly why: string }

const TAKEN = /tag invalid|cannot be overwritten because the (?:repository|tag) is immutable/i
const LOGIN =
  /no basic auth credentials|authorization token has expired|your authorization token|authentication required|401 unauthorized|unauthorized:/i
const MAY_PASS =
  /\bEOF\b|connection reset|broken pipe|i\/o timeout|TLS handshake|connection refused|no such host|temporary failure|toomanyrequests|too many requests|\b429\b|throttl|rate exceeded|\b50[0234]\b|internal server error|service unavailable|bad gateway|received unexpected HTTP status|unexpected http status: 5|context deadline exceeded|blob upload (?:unknown|invalid)|unknown blob/i

const FINAL: readonly (readonly [RegExp, string])[] = [
  [
    /name unknown|repository .* does not exist|repository with name .* does not exist/i,
    PUSH_ADVICE['no-repository'],
  ],
  [/denied|not authorized|403 forbidden/i, PUSH_ADVICE.denied],
  [
    /maximum number of artifacts/i,
    'ECR keeps at most 100 attestations and signatures for an image; delete old ones.',
  ],
  [/quota|limit exceeded/i, PUSH_ADVICE.quota],
  [/no space left on device/i, 'The disk of the runner is full.'],
]

export function explainPush(lines: readonly string[]): PushFailure {
  const told = lines.filter((line) => line.trim() !== '')
  const find = (pattern: RegExp): string | undefined => told.findLast((line) => pattern.test(line))
  const taken = find(TAKEN)
  if (taken !== undefined) return { kind: 'tag-taken', line: taken }
  const login = find(LOGIN)
  if (login !== undefined) return { kind: 'login', line: login }
  for (const [pattern, why] of FINAL) {
    const line = find(pattern)
    if (line !== undefined) return { kind: 'final', line, why }
  }
  const line = find(MAY_PASS)
  if (line !== undefined) return { kind: 'may-pass', line }
  return {
    kind: 'final',
    line: told.at(-1) ?? 'docker said nothing',
    why: 'The log of the push is in the group above.',
  }
}
