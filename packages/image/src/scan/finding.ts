/** What a scanner has found in an image. */

/** The worst first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'informational'] as const
export type Severity = (typeof SEVERITIES)[number]

export interface Finding {
  /** `CVE-2026-1234`, `GHSA-…`. */
  readonly id: string
  readonly severity: Severity
  /** Empty when the scanner names none. */
  readonly package: string
  readonly version: string
  /** `undefined` when there is no fix, or the scanner does not say (ECR's basic scanning never does). */
  readonly fixedVersion: string | undefined
  readonly title: string
  readonly url: string | undefined
}

/**
 * A scanner's own word. Amazon Inspector also says UNTRIAGED, and others UNKNOWN or UNDEFINED: nobody has looked yet,
 * which is no reason to let it pass as harmless.
 */
export function severityOf(word: string): Severity {
  const lower = word.toLowerCase()
  if (lower === 'negligible') return 'informational'
  return SEVERITIES.find((severity) => severity === lower) ?? 'medium'
}

/** Whether `severity` is as bad as `limit`, or worse. */
export const isAtLeast = (severity: Severity, limit: Severity): boolean =>
  SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(limit)

export type SeverityCounts = Readonly<Record<Severity, number>>

export function countSeverities(findings: readonly Finding[]): SeverityCounts {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, informational: 0 }
  for (const { severity } of findings) counts[severity]++
  return counts
}

/** The worst first; the same finding of the same package once, however many platforms or layers have it. */
export function arrangeFindings(findings: readonly Finding[]): readonly Finding[] {
  const different = new Map(findings.map((each) => [keyOf(each), each]))
  return [...different.values()].sort(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      a.package.localeCompare(b.package, 'en') ||
      a.id.localeCompare(b.id, 'en'),
  )
}

const keyOf = ({ id, package: name, version, severity }: Finding): string =>
  JSON.stringify([id, name, version, severity])
