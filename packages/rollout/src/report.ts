import { lastPart } from './arn.ts'
import type { CountChange } from './desired-count.ts'
import type { DnsReport } from './dns/change-record.ts'
import type { ReasonCode, RolledBackBy, Outcome } from './outcome.ts'
import type { FailureGroup } from './failures.ts'
import type { JournalEntry } from './journal.ts'
import type { OneOffTaskReport } from './one-off-task/report.ts'
import type { Serving } from './serving.ts'
import type { ContainerImageView, TargetView } from './views.ts'
import type { WatchState } from './watch/state.ts'
import type { Traffic } from './watch/traffic.ts'
import type { TriggerReading, TriggerVerdict } from './triggers/trigger.ts'

/**
 * Everything a run has to tell. Summary, annotations, outputs, notifications and report.json are made of this and
 * of nothing else, so they cannot contradict each other. Times are milliseconds since the epoch.
 */
export interface DeployReport {
  readonly version: 1
  readonly action: 'deploy' | 'rollback'
  /** How far the run has come. A report that does not say `ended` was left by a run that died there. */
  readonly phase: RunPhase
  readonly outcome: Outcome
  readonly passed: boolean
  readonly rolledBackBy: RolledBackBy
  readonly reasonCode: ReasonCode
  readonly reason: string
  /** The name of the trigger that breached. */
  readonly trigger: string | undefined
  readonly cluster: string
  /** Empty when the run was about a task definition only. */
  readonly service: string
  readonly startedAt: number
  readonly finishedAt: number
  readonly now: Serving | undefined
  /** The revision that this run deployed or meant to deploy. */
  readonly taskDefinition: string | undefined
  readonly previousTaskDefinition: string | undefined
  /** Where the run has changed it, or was about to. */
  readonly desiredCount?: CountChange | undefined
  readonly serviceDeployment: string | undefined
  /** What was asked for, resolved. */
  readonly images: readonly ContainerImageView[]
  readonly changes: readonly DefinitionChange[]
  /** What ran before the deployment, where something was to. */
  readonly oneOffTask?: OneOffTaskReport | undefined
  /** The record that leads users to the release, where one was asked for and its turn has come. */
  readonly dns?: DnsReport | undefined
  readonly knownGood: KnownGoodReport | undefined
  readonly failures: readonly FailureReport[]
  /** The likely causes of the failure, the best founded first. */
  readonly diagnoses: readonly Diagnosis[]
  /** Failed tasks of the revision gone back to, where going back from a release failed. */
  readonly rollbackFailures: readonly FailureReport[]
  /** The likely causes of that. */
  readonly rollbackDiagnoses: readonly Diagnosis[]
  /** The shares of users' requests that the new revision got, in order; empty where none is told. */
  readonly shares: readonly Traffic[]
  readonly triggers: readonly TriggerReport[]
  readonly unhealthyTargets: readonly TargetView[]
  /** Service events that are not routine, oldest first. */
  readonly events: readonly JournalEntry[]
  readonly timeline: readonly JournalEntry[]
  readonly caveats: readonly string[]
  /** What to do next, one step a line; Markdown code marks allowed. */
  readonly nextSteps: readonly string[]
}

/** What the run was about, for people. */
export function subjectOf({
  service,
  taskDefinition,
}: Pick<DeployReport, 'service' | 'taskDefinition'>): string {
  if (service !== '') return service
  return taskDefinition === undefined ? 'task definition' : lastPart(taskDefinition)
}

/** `updating`: UpdateService is about to be called, so that from here on the service may have been changed. */
export type RunPhase =
  | 'preflight'
  | 'registered'
  | 'running-task'
  | 'updating'
  | 'rolling-out'
  | 'baking'
  | 'rolling-back'
  | 'ended'

/** What the phases of a watch are called in reports. */
export const RUN_PHASE = {
  rolling: 'rolling-out',
  baking: 'baking',
  'rolling-back': 'rolling-back',
} as const satisfies Record<WatchState['phase'], RunPhase>

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

/** One member that differs between the revision before and the one deployed. */
export interface DefinitionChange {
  /** `containerDefinitions.app.image` */
  readonly path: string
  /** `undefined` where there was none. */
  readonly before: string | undefined
  /** `undefined` where there is none any more. */
  readonly after: string | undefined
}

/** A likely cause, and what to do about it: one or two plain sentences. */
export interface Diagnosis {
  /** For programs, for example `image-not-found`. */
  readonly rule: string
  readonly cause: string
  /** The same without the words of a container, where `cause` has some: those stay where the logs may be read. */
  readonly causeWithoutLog?: string
  readonly fix: string
}

/** A reading with its whole history: `points` holds every period that was read, oldest first. */
export interface TriggerReport extends TriggerReading {
  /** What it said before anything was changed. */
  readonly baseline: TriggerVerdict | undefined
  /** It only warns in this run, because it breached already before. */
  readonly demoted: boolean
}
