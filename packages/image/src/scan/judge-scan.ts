/** Whether what a scanner found keeps an image from being used. */
import { plural } from '../plural.ts'
import {
  arrangeFindings,
  countSeverities,
  isAtLeast,
  type Finding,
  type Severity,
  type SeverityCounts,
} from './finding.ts'

/** One line of the ignore file. */
export interface Exception {
  readonly id: string
  /** `undefined`: in any package. */
  readonly package: string | undefined
  readonly reason: string
  /** The first moment at which it does not hold any more, milliseconds since the epoch. */
  readonly until: number
  /** The day as it was written, and where: `2027-01-31`, `scan-ignore.yml:4`. */
  readonly expires: string
  readonly where: string
}

export interface ScanPolicy {
  /** `never`: everything passes, and is told. */
  readonly failOn: Severity | 'never'
  readonly exceptions: readonly Exception[]
}

export interface ScanVerdict {
  readonly passed: boolean
  /** One sentence that shows the arithmetic. */
  readonly reason: string
  /** All that was found, by severity, ignored or not. */
  readonly counts: SeverityCounts
  readonly blocking: readonly Finding[]
  readonly tolerated: readonly Finding[]
  readonly ignored: readonly { readonly finding: Finding; readonly exception: Exception }[]
  /** They do not hold any more, and fail the scan. */
  readonly expired: readonly Exception[]
  /** Nothing was found that they are about. */
  readonly unused: readonly Exception[]
}

/**
 * A finding at or above the limit blocks, unless an exception holds for it. An expired exception fails by itself, also
 * when its finding is gone or harmless: somebody promised to look at it by that day. `now`: milliseconds since the epoch.
 */
export function judgeScan(
  found: readonly Finding[],
  { failOn, exceptions }: ScanPolicy,
  now: number,
): ScanVerdict {
  const findings = arrangeFindings(found)
  const expired = exceptions.filter(({ until }) => now >= until)
  const valid = exceptions.filter(({ until }) => now < until)
  const excused = findings.map((finding) => ({
    finding,
    exception: valid.find((each) => isAbout(each, finding)),
  }))
  const open = excused.flatMap(({ finding, exception }) => (exception ? [] : [finding]))
  const blocking =
    failOn === 'never' ? [] : open.filter(({ severity }) => isAtLeast(severity, failOn))
  const fails = failOn !== 'never' && expired.length > 0
  return {
    passed: blocking.length === 0 && !fails,
    reason: reasonOf(blocking, findings.length, failOn, fails ? expired : []),
    counts: countSeverities(findings),
    blocking,
    tolerated: open.filter((finding) => !blocking.includes(finding)),
    ignored: excused.flatMap(({ finding, exception }) =>
      exception ? [{ finding, exception }] : [],
    ),
    expired,
    unused: exceptions.filter((each) => !findings.some((finding) => isAbout(each, finding))),
  }
}

const isAbout = (exception: Exception, finding: Finding): boolean =>
  exception.id.toLowerCase() === finding.id.toLowerCase() &&
  (exception.package === undefined || exception.package === finding.package)

function reasonOf(
  blocking: readonly Finding[],
  all: number,
  failOn: ScanPolicy['failOn'],
  expired: readonly Exception[],
): string {
  const parts = expired.map(
    ({ id, expires, where }) => `The exception for ${id} expired on ${expires} (${where}).`,
  )
  const [worst] = blocking
  if (worst) {
    const where = worst.package === '' ? '' : ` in ${worst.package} ${worst.version}`.trimEnd()
    parts.push(
      `${plural(blocking.length, 'finding')} of ${all} ${blocking.length === 1 ? 'is' : 'are'} ${failOn} or worse, the worst ${worst.id}${where}.`,
    )
  }
  if (parts.length > 0) return parts.join(' ')
  if (all === 0) return 'Nothing was found.'
  return failOn === 'never'
    ? `${plural(all, 'finding')}; none fails with fail-on: never.`
    : `None of ${plural(all, 'finding')} is ${failOn} or worse.`
}
