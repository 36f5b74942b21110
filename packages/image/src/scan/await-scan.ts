/**
 * Waits for ECR's scan of one image. The SDK's own waiter is not used: it retries on every error and on every status
 * but COMPLETE and FAILED, so that a missing permission or enhanced scanning ends in a time-out.
 */
import type { Clock } from '@ecs-pipeline/rollout'
import { shortDigest } from '../short-digest.ts'
import type { Finding } from './finding.ts'
import type { ScanAnswer, Scans } from './scan-port.ts'

export interface ScanWait {
  readonly digest: string
  /** Whether the repository scans what is pushed; a rule of the registry may do so all the same. */
  readonly scansOnPush: boolean
  /** Milliseconds. */
  readonly limit: number
}

export interface ScanTools {
  readonly scans: Scans
  readonly clock: Clock
  readonly signal: AbortSignal
  /** One line when something has changed. */
  readonly say: (line: string) => void
}

export type ScanEnd =
  | {
      readonly kind: 'scanned'
      readonly findings: readonly Finding[]
      readonly scanner: 'basic' | 'enhanced'
    }
  /** ECR will not scan this image, or does not say what it found. */
  | { readonly kind: 'unscannable'; readonly status: string; readonly why: string }
  | { readonly kind: 'timed-out'; readonly status: string }
  | { readonly kind: 'cancelled' }

/** Milliseconds between two looks: the first after the shortest, each later, up to the longest. */
const PAUSE = { shortest: 3000, longest: 15_000, growth: 1.5 }
/** A scan on push is listed some seconds after the push; only then it is worth to ask for one. */
const BEGINS_WITHIN = 60_000
/** ECR has said COMPLETE before it had the findings (aws/aws-sdk#289): nothing found has to stay so. */
const SETTLES_AFTER = 10_000
/** What was complete so long ago will not change any more by itself. Milliseconds. */
const OLD = 60_000

const FINAL = new Set<string>(['COMPLETE', 'ACTIVE'])
const UNSCANNABLE = new Set<string>([
  'FAILED',
  'UNSUPPORTED_IMAGE',
  'FINDINGS_UNAVAILABLE',
  'SCAN_ELIGIBILITY_EXPIRED',
  'LIMIT_EXCEEDED',
  'IMAGE_ARCHIVED',
])

/** Throws the port's error when ECR cannot be asked. */
export async function awaitScan(wait: ScanWait, tools: ScanTools): Promise<ScanEnd> {
  const { scans, clock, signal, say } = tools
  const began = clock.now()
  const deadline = began + wait.limit
  const registry = await scans.scanner()
  // Asking for a scan that has begun by itself does no harm: ECR says that there is one.
  const askAt = began + (wait.scansOnPush ? BEGINS_WITHIN : 0)
  let isAsked = false
  let notBegun: string | undefined
  let said = ''
  let pause = PAUSE.shortest
  let first: Candidate | undefined
  for (;;) {
    const answer = await scans.read(wait.digest)
    const now = clock.now()
    const status = answer?.status ?? 'not begun'
    if (status !== said) say(`scan of ${shortDigest(wait.digest)}: ${status}${describe(answer)}`)
    said = status
    if (answer && UNSCANNABLE.has(status)) {
      return { kind: 'unscannable', status, why: answer.description ?? 'ECR gives no reason' }
    }
    first = answer && FINAL.has(status) ? candidate(answer, first, now) : undefined
    if (answer && first && isSettled(first, answer, registry, now)) return ended(answer)
    if (!answer && !isAsked && registry !== 'enhanced' && now >= askAt) {
      isAsked = true
      const started = await scans.start(wait.digest)
      say(`scan of ${shortDigest(wait.digest)}: asked for it (${started})`)
      if (started === 'denied' || started === 'unsupported') notBegun = NOT_BEGUN[started]
    }
    // A rule of the registry may scan what the repository does not; then it has begun by now.
    const isLate = now >= began + BEGINS_WITHIN
    if (!answer && isLate && notBegun !== undefined && !wait.scansOnPush) {
      return { kind: 'unscannable', status, why: notBegun }
    }
    if (now >= deadline) return { kind: 'timed-out', status }
    await clock.sleep(Math.min(pause, deadline - now), signal)
    if (signal.aborted) return { kind: 'cancelled' }
    pause = Math.min(PAUSE.longest, pause * PAUSE.growth)
  }
}

/** An answer that may be the last one, and since when it has been the same. */
interface Candidate {
  readonly print: string
  readonly since: number
}

function candidate(answer: ScanAnswer, before: Candidate | undefined, now: number): Candidate {
  const print = JSON.stringify([answer.scanner, answer.missing, answer.findings.length])
  return before?.print === print ? before : { print, since: now }
}

/**
 * Findings are believed at once. None is not, and neither are findings of basic scanning where the registry has
 * enhanced scanning: they may be from before. Nor are fewer than ECR itself counts. What is old stays.
 */
function isSettled(
  { since }: Candidate,
  { findings, scanner, missing, completedAt }: ScanAnswer,
  registry: 'basic' | 'enhanced' | undefined,
  now: number,
): boolean {
  if (missing > 0) return false
  const isSure = findings.length > 0 && (registry !== 'enhanced' || scanner === 'enhanced')
  const isOld = completedAt !== undefined && now - completedAt >= OLD
  return isSure || isOld || now - since >= SETTLES_AFTER
}

const ended = ({ findings, scanner = 'basic' }: ScanAnswer): ScanEnd => ({
  kind: 'scanned',
  findings,
  scanner,
})

const NOT_BEGUN = {
  denied:
    'the repository does not scan on push, and the role may not start a scan (ecr:StartImageScan)',
  unsupported: 'the repository does not scan on push, and ECR does not start a scan by hand',
}

function describe(answer: ScanAnswer | undefined): string {
  if (!answer) return ''
  const { description, missing, findings } = answer
  const words = description === undefined ? '' : ` (${description})`
  const told = missing > 0 ? `, ${findings.length} listed and ${missing} more counted` : ''
  return `${words}${told}`
}
