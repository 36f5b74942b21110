import { passes, whatHappened, type Outcome } from '../outcome.ts'
import type { DeployReport } from '../report.ts'
import { worstOf } from './release-set.ts'

/** Everything a run on several services has to tell. Times are milliseconds since the epoch. */
export interface SetReport {
  readonly version: 1
  readonly action: 'deploy'
  /** One that does not say `ended` was left by a run that died. */
  readonly phase: 'running' | 'ended'
  /** That of the worst service. */
  readonly outcome: Outcome
  readonly passed: boolean
  readonly reason: string
  readonly cluster: string
  readonly startedAt: number
  readonly finishedAt: number
  /** In the order in which the services were given. */
  readonly services: readonly DeployReport[]
  /** What could not be told to somebody. */
  readonly caveats: readonly string[]
}

export function setReport(
  services: readonly DeployReport[],
  facts: Pick<SetReport, 'phase' | 'cluster' | 'startedAt' | 'finishedAt'>,
): SetReport {
  const outcome = worstOf(services.map((each) => each.outcome))
  return {
    version: 1,
    action: 'deploy',
    ...facts,
    outcome,
    passed: passes(outcome),
    reason: reasonOf(services),
    services,
    caveats: [],
  }
}

/** How many ended how, and what happened to the worst of those that are red. */
function reasonOf(services: readonly DeployReport[]): string {
  const counts = new Map<Outcome, number>()
  for (const { outcome } of services) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  const words = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')
  const count = `${services.length} ${services.length === 1 ? 'service' : 'services'}: ${words}.`
  const first = culprit(services)
  return first ? `${count} ${first.service}: ${whatHappened(first)}` : count
}

/** The worst of the services that failed by themselves, and not because of another one. */
export function culprit(services: readonly DeployReport[]): DeployReport | undefined {
  const failed = services.filter(({ passed }) => !passed)
  if (failed.length === 0) return undefined
  const own = failed.filter(({ reasonCode }) => reasonCode !== 'other-service')
  const candidates = own.length === 0 ? failed : own
  const worst = worstOf(candidates.map(({ outcome }) => outcome))
  return candidates.find(({ outcome }) => outcome === worst)
}

/** A report of one service or of several, as it was read from a file. */
export const isSetReport = (report: DeployReport | SetReport): report is SetReport =>
  'services' in report
