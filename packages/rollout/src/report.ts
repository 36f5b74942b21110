import type { ReasonCode, RolledBackBy, Outcome } from './outcome.ts'
import type { FailureGroup } from './failures.ts'
import type { JournalEntry } from './journal.ts'
import type { Serving } from './serving.ts'
import type { ContainerImageView, TargetView } from './views.ts'

/**
 * Everything a run has to tell. Summary, annotations, outputs, notifications and report.json are made of this and
 * of nothing else, so they cannot contradict each other. Times are milliseconds since the epoch.
 */
export interface DeployReport {
  readonly version: 1
  readonly outcome: Outcome
  readonly passed: boolean
  readonly rolledBackBy: RolledBackBy
  readonly reasonCode: ReasonCode
  readonly reason: string
  readonly cluster: string
  readonly service: string
  readonly startedAt: number
  readonly finishedAt: number
  readonly now: Serving | undefined
  /** The revision that this run deployed or meant to deploy. */
  readonly taskDefinition: string | undefined
  readonly previousTaskDefinition: string | undefined
  readonly serviceDeployment: string | undefined
  /** What was asked for, resolved. */
  readonly images: readonly ContainerImageView[]
  readonly knownGood: KnownGoodReport | undefined
  readonly failures: readonly FailureReport[]
  readonly unhealthyTargets: readonly TargetView[]
  /** Service events that are not routine, oldest first. */
  readonly events: readonly JournalEntry[]
  readonly timeline: readonly JournalEntry[]
  readonly caveats: readonly string[]
  /** What to do next, one step a line; Markdown code marks allowed. */
  readonly nextSteps: readonly string[]
}

export interface KnownGoodReport {
  readonly taskDefinition: string | undefined
  readonly because: string
  readonly passedOver: readonly { readonly taskDefinition: string; readonly why: string }[]
}

export interface FailureReport extends Omit<FailureGroup, 'tasks'> {
  readonly taskIds: readonly string[]
  /** The last lines of the container, oldest first; `undefined` when they cannot be read. */
  readonly logTail: readonly string[] | undefined
}
