import { elapsed } from '@ecs-pipeline/rollout'
import type { TrafficCount } from '../support/traffic.ts'
import type { Release } from './releases.ts'
import type { RanRelease } from './run-release.ts'

/** One release as it is told, with everything that was not as promised. */
export interface ReleaseRecord {
  readonly version: string
  readonly story: string
  readonly outcome: string
  readonly rolledBackBy: string
  readonly took: string
  readonly summary: string
  readonly traffic: TrafficCount | undefined
  readonly secondsToVerdict: number | undefined
  readonly servedVersion: string
  readonly problems: readonly string[]
}

export function checkRelease(
  release: Release,
  ran: RanRelease,
  traffic: TrafficCount | undefined,
): ReleaseRecord {
  const { expected } = release
  const outcome = ran.outputs['outcome'] ?? 'none'
  const problems: string[] = []
  const check = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(`release ${release.version}: ${problem}`)
  }
  check(outcome === expected.outcome, `outcome ${outcome}, not ${expected.outcome}`)
  check(
    ran.exitCode === expected.exitCode,
    `exit code ${String(ran.exitCode)}, not ${expected.exitCode}`,
  )
  check(
    ran.servedVersion === expected.servedVersion,
    `users get ${ran.servedVersion}, not ${expected.servedVersion}`,
  )
  for (const words of expected.summarySays) {
    check(ran.summary.includes(words), `the summary does not say '${words}'`)
  }
  if (expected.failedRequests !== undefined) {
    const failed = traffic?.failed ?? 0
    check((traffic?.served ?? 0) > 0, 'no request was served')
    check(
      failed <= expected.failedRequests,
      `${failed} requests failed: ${JSON.stringify(traffic?.failures)}`,
    )
  }
  const { report } = ran
  return {
    version: release.version,
    story: release.story,
    outcome,
    rolledBackBy: ran.outputs['rolled-back-by'] ?? 'none',
    took: report ? elapsed(report.finishedAt - report.startedAt) : '-',
    summary: ran.summary,
    traffic,
    secondsToVerdict: ran.secondsToVerdict,
    servedVersion: ran.servedVersion,
    problems,
  }
}
