/**
 * What a scan finds and how it ends, as the person who runs the endpoint chooses it: in the image itself by a label,
 * or by a control call. One form for both, and for basic and enhanced scanning.
 */
export interface ScanOutcome {
  /**
   * What the scan ends as, for example FAILED; COMPLETE, or ACTIVE where scanning is continuous, when not given. Any
   * word goes, also one that AWS does not say yet; PENDING and IN_PROGRESS never end.
   */
  readonly status?: string
  /** What stands beside the status; AWS's own words when not given. */
  readonly description?: string
  readonly findings?: readonly Vulnerability[]
  /** `findingSeverityCounts`, where it is to say something else than the findings do. */
  readonly counts?: Readonly<Record<string, number>>
  /** How long the phases take, in seconds of AWS time; a scan has them in this order. */
  readonly seconds?: Partial<ScanSeconds>
}

export interface ScanSeconds {
  /** There is no scan yet: ScanNotFoundException. */
  readonly absent: number
  readonly pending: number
  readonly inProgress: number
  /** COMPLETE, with nothing in it (aws/aws-sdk#289). */
  readonly empty: number
}

export interface Vulnerability {
  /** For example `CVE-2026-0001`. */
  readonly id: string
  /** CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL, UNDEFINED or UNTRIAGED; any other word goes too. */
  readonly severity: string
  readonly package?: string
  readonly version?: string
  /** Only enhanced scanning tells it, and then says that a fix is available. */
  readonly fixedIn?: string
  /** Whether a fix is available, for enhanced scanning; follows from `fixedIn` when not given. */
  readonly fix?: 'YES' | 'NO' | 'PARTIAL'
  readonly description?: string
}

const MEMBERS = ['status', 'description', 'findings', 'counts', 'seconds']
const PHASES = ['absent', 'pending', 'inProgress', 'empty']

/** Throws when it would not do what its author thinks: an unknown member, or one of another type. */
export function readOutcome(given: unknown): ScanOutcome {
  const outcome = membersOf(given, 'The outcome of a scan', MEMBERS)
  const { status, description, findings, counts, seconds } = outcome
  for (const text of [status, description]) {
    if (text !== undefined && typeof text !== 'string') throw new Error(`${show(text)} is no text.`)
  }
  if (findings !== undefined) {
    if (!Array.isArray(findings)) throw new Error('The findings of a scan are a list.')
    findings.forEach(checkVulnerability)
  }
  if (counts !== undefined) checkNumbers(membersOf(counts, 'counts'))
  if (seconds !== undefined) checkNumbers(membersOf(seconds, 'seconds', PHASES))
  return outcome
}

function checkVulnerability(value: unknown): void {
  const { id, severity } = membersOf(value, 'A finding')
  if (typeof id === 'string' && typeof severity === 'string') return
  throw new Error(`A finding has an id and a severity, not ${show(value)}.`)
}

function checkNumbers(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'number' && value >= 0) continue
    throw new Error(`${name} is a number, 0 or more, not ${show(value)}.`)
  }
}

function membersOf(
  value: unknown,
  what: string,
  known?: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${what} is an object, not ${show(value)}.`)
  }
  const unknown = Object.keys(value).filter((name) => known?.includes(name) === false)
  if (unknown.length === 0) return value as Readonly<Record<string, unknown>>
  throw new Error(`${what} has no ${unknown.join()}; there are ${known?.join(', ') ?? ''}.`)
}

const show = (value: unknown): string => JSON.stringify(value)
