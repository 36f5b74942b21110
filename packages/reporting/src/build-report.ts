import {
  diagnose,
  groupFailures,
  passes,
  readServing,
  type ContainerImageView,
  type CountChange,
  type DefinitionChange,
  type DeploymentIdentity,
  type DeployReport,
  type Diagnosis,
  type DnsReport,
  type FailureReport,
  type JournalEntry,
  type KnownGoodChoice,
  type KnownGoodReport,
  type Observation,
  type OneOffTaskReport,
  type PreparedTriggers,
  type RolloutTools,
  type RunPhase,
  type ServiceView,
  type Serving,
  type TargetView,
  type TaskDefinitionView,
  type TriggerReport,
  type Verdict,
} from '@ecs-pipeline/rollout'
import { explainFailures, withTargetReason } from './failures.ts'
import { oneOffFailures } from './one-off-task.ts'
import { nextSteps } from './next-steps.ts'
import { entriesOf, explainWayBack, NO_WAY_BACK, type WayBack } from './way-back.ts'

/** How many service events a report shows. */
const MOST_EVENTS = 20

/** What a run knows of itself, at its end or before. */
export interface RunFacts {
  readonly action: 'deploy' | 'rollback'
  /** A person asked for the way back, so that having gone it is a success. */
  readonly isAskedToGoBack: boolean
  readonly cluster: string
  /** Empty when the run is about a task definition only. */
  readonly service: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** The service before anything was changed; `undefined` when the run did not get so far. */
  readonly before: ServiceView | undefined
  readonly taskDefinition: TaskDefinitionView | undefined
  /** Where the run changes it. */
  readonly desiredCount?: CountChange | undefined
  readonly identity: DeploymentIdentity | undefined
  /** The last look at the deployment while it was watched. */
  readonly last: Observation | undefined
  readonly images: readonly ContainerImageView[]
  readonly changes: readonly DefinitionChange[]
  /** What ran before the deployment, where something was to. */
  readonly oneOffTask?: OneOffTaskReport | undefined
  readonly dns?: DnsReport | undefined
  readonly knownGood: KnownGoodChoice | undefined
  readonly triggers: PreparedTriggers | undefined
}

/** A caveat. */
export const NOT_SEEN = 'What users get now could not be read.'

/** The report of a run that has ended. Asks what users get now, and why tasks failed. */
export async function buildReport(
  facts: RunFacts,
  verdict: Verdict,
  tools: RolloutTools,
): Promise<DeployReport> {
  const { last, taskDefinition } = facts
  const wayBack = await explainWayBack(facts, verdict, tools)
  const events = eventsOf(facts, wayBack.service ?? last?.service)
  const groups = groupFailures(last?.failedTasks ?? []).map((group) =>
    withTargetReason(group, events, last?.seenUnhealthy),
  )
  const failures = await explainFailures(groups, taskDefinition, tools)
  // Last, so that it is what users get when they read it.
  const now = facts.before ? await readServing(tools.ports) : undefined
  return reportOf(facts, verdict, { phase: 'ended', now, failures, events, wayBack }, tools)
}

/** The report of a run that is still going, made of what is known already: it stays if the run dies here. */
export function draftReport(
  facts: RunFacts,
  verdict: Verdict,
  phase: RunPhase,
  tools: RolloutTools,
): DeployReport {
  const asked = { now: undefined, failures: [], events: [], wayBack: NO_WAY_BACK }
  return reportOf(facts, verdict, { phase, ...asked }, tools)
}

interface Asked {
  readonly phase: RunPhase
  readonly now: Serving | undefined
  readonly failures: readonly FailureReport[]
  readonly events: readonly JournalEntry[]
  readonly wayBack: WayBack
}

function reportOf(
  facts: RunFacts,
  verdict: Verdict,
  { phase, now, failures, events, wayBack }: Asked,
  { clock, journal }: RolloutTools,
): DeployReport {
  const { action, cluster, service, before } = facts
  const isPassed = passes(verdict.outcome, facts.isAskedToGoBack)
  return {
    version: 1,
    action,
    phase,
    outcome: verdict.outcome,
    passed: isPassed,
    rolledBackBy: verdict.rolledBackBy,
    reasonCode: verdict.code,
    reason: verdict.reason,
    trigger: verdict.trigger,
    cluster,
    service,
    startedAt: facts.startedAt,
    finishedAt: clock.now(),
    now,
    taskDefinition: facts.taskDefinition?.arn,
    previousTaskDefinition: before?.taskDefinition,
    desiredCount: facts.desiredCount,
    serviceDeployment: facts.identity?.serviceDeployment,
    images: facts.images,
    changes: facts.changes,
    oneOffTask: facts.oneOffTask,
    dns: facts.dns,
    knownGood: facts.knownGood && knownGoodReport(facts.knownGood),
    failures,
    // What a release got over is no cause of anything.
    diagnoses: isPassed ? [] : causesOf(facts, failures, wayBack),
    rollbackFailures: wayBack.failures,
    rollbackDiagnoses: wayBack.diagnoses,
    shares: facts.last?.shares ?? [],
    triggers: triggerReports(facts.triggers),
    unhealthyTargets: unhealthyIn(facts.last),
    events,
    timeline: [...journal.timeline],
    caveats: [...journal.caveats, ...(phase === 'ended' ? doubts(verdict, facts, now) : [])],
    nextSteps: nextSteps(verdict, facts, wayBack.diagnoses.length > 0),
  }
}

/** What kept the way back from working is said of that only; unless nothing else is known of the release. */
function causesOf(
  facts: RunFacts,
  failures: readonly FailureReport[],
  wayBack: WayBack,
): readonly Diagnosis[] {
  const { last, taskDefinition, oneOffTask } = facts
  const causes = diagnose({
    failures: [...failures, ...oneOffFailures(oneOffTask)],
    unhealthyTargets: unhealthyIn(last),
    events: [
      ...eventsOf(facts, last?.service).map(({ text }) => text),
      ...(oneOffTask?.startFailures ?? []),
    ],
    taskDefinition: taskDefinition?.document,
    service: last?.service,
  })
  const others = causes.filter((each) =>
    wayBack.diagnoses.every(({ cause }) => cause !== each.cause),
  )
  return others.length === 0 ? causes : others
}

const unhealthyIn = (last: Observation | undefined): readonly TargetView[] =>
  (last?.targets ?? []).filter(({ state }) => state === 'unhealthy')

function triggerReports(prepared: PreparedTriggers | undefined): readonly TriggerReport[] {
  return (prepared?.watch.readings ?? []).map((reading, index) => ({
    ...reading,
    baseline: prepared?.baseline[index]?.verdict,
    demoted: prepared?.demoted[index] ?? false,
  }))
}

function knownGoodReport({ chosen, passedOver }: KnownGoodChoice): KnownGoodReport {
  return {
    taskDefinition: chosen?.taskDefinition,
    because: chosen?.because ?? 'no revision was proven good',
    passedOver,
  }
}

/** Says so where the last look does not fit the verdict, instead of leaving the reader to notice. */
function doubts(
  verdict: Verdict,
  { service }: RunFacts,
  now: Serving | undefined,
): readonly string[] {
  if (verdict.outcome === 'refused' || service === '') return []
  if (!now) return [NOT_SEEN]
  if (verdict.outcome === 'rolled-back' && now.runningCount < now.desiredCount) {
    return [`After the rollback only ${now.runningCount} of ${now.desiredCount} tasks run.`]
  }
  return []
}

/** The newest since the deployment began. */
const eventsOf = (
  { identity }: RunFacts,
  service: ServiceView | undefined,
): readonly JournalEntry[] =>
  service && identity ? entriesOf(service.events, identity.createdAt).slice(-MOST_EVENTS) : []
