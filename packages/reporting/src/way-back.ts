/** Why going back failed. The look that condemned the release was before that, so ECS is asked once more. */
import {
  diagnose,
  groupFailures,
  isFailure,
  isRoutineEvent,
  unlessLost,
  type DeploymentView,
  type Diagnosis,
  type FailureReport,
  type JournalEntry,
  type RolloutTools,
  type ServiceEventView,
  type ServiceView,
  type TaskDefinitionView,
  type TaskView,
  type Verdict,
} from '@ecs-pipeline/rollout'
import type { RunFacts } from './build-report.ts'
import { explainFailures, withTargetReason } from './failures.ts'

export interface WayBack {
  readonly failures: readonly FailureReport[]
  readonly diagnoses: readonly Diagnosis[]
  /** The service as it is after the failure; `undefined` where there is nothing to tell. */
  readonly service: ServiceView | undefined
}

export const NO_WAY_BACK: WayBack = { failures: [], diagnoses: [], service: undefined }

/**
 * Nothing where the deployment of the run is in its place still: then going back has not begun, or it was that
 * deployment itself and its report tells. Never throws a port's error.
 */
export async function explainWayBack(
  facts: RunFacts,
  { outcome }: Verdict,
  tools: RolloutTools,
): Promise<WayBack> {
  const { identity } = facts
  if (outcome !== 'rollback-failed' || !identity) return NO_WAY_BACK
  const service = await unlessLost(() => tools.ports.deployments.service())
  const primary = service?.deployments.find((each) => each.status === 'PRIMARY')
  if (!service || !primary || primary.id === identity.deploymentId) return NO_WAY_BACK
  const tasks = await failedTasks(primary, identity.createdAt, tools)
  const definition = await definitionOf(primary, facts, tools)
  const events = entriesOf(service.events, identity.createdAt)
  const groups = groupFailures(tasks).map((group) => withTargetReason(group, events))
  const failures = await explainFailures(groups, definition, tools)
  const diagnoses = diagnose({
    failures,
    // Whose targets are unhealthy now cannot be told; the release's may be among them.
    unhealthyTargets: [],
    events: entriesOf(eventsSince(service, facts), identity.createdAt).map(({ text }) => text),
    taskDefinition: definition?.document,
    service,
  })
  return { failures, diagnoses, service }
}

/** ECS puts the deployment from before in its place again (aws/copilot-cli#4838), so that its id is no new one. */
async function failedTasks(
  primary: DeploymentView,
  since: number,
  { ports }: RolloutTools,
): Promise<readonly TaskView[]> {
  const stopped = await unlessLost(() => ports.tasks.stopped())
  return (stopped ?? []).filter(
    (task) =>
      task.startedBy === primary.id && (task.stoppedAt ?? Infinity) >= since && isFailure(task),
  )
}

async function definitionOf(
  { taskDefinition }: DeploymentView,
  facts: RunFacts,
  { ports }: RolloutTools,
): Promise<TaskDefinitionView | undefined> {
  if (facts.taskDefinition?.arn === taskDefinition) return facts.taskDefinition
  return unlessLost(() => ports.taskDefinitions.describe(taskDefinition))
}

/** What came after the look that condemned the release, and speaks of no single task: that may be the release's. */
function eventsSince(
  { events }: ServiceView,
  { last, startedAt }: RunFacts,
): readonly ServiceEventView[] {
  const known = new Set(last?.service.events.map(({ id }) => id))
  return events.filter(
    ({ id, at, message }) => at >= startedAt && !known.has(id) && !message.includes('(task '),
  )
}

/** Those since then that are not routine, oldest first. */
export const entriesOf = (
  events: readonly ServiceEventView[],
  since: number,
): readonly JournalEntry[] =>
  events
    .filter(({ at, message }) => at >= since && !isRoutineEvent(message))
    .map(({ at, message }) => ({ at, text: message }))
    .reverse()
