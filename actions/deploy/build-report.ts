import {
  diagnose,
  groupFailures,
  passes,
  PortError,
  readServing,
  type DeployReport,
  type FailureGroup,
  type FailureReport,
  type JournalEntry,
  type KnownGoodReport,
  type Serving,
  type TaskDefinitionView,
  type Verdict,
} from '@ecs-pipeline/rollout'
import type { Deployed } from './deploy.ts'
import type { DeployInputs } from './inputs.ts'
import type { Plan } from './preflight.ts'
import { nextSteps } from './next-steps.ts'
import type { DeployTools } from './tools.ts'

/** A report stays readable: so many groups of failed tasks, log lines each, and service events. */
const LIMITS = { groups: 5, logLines: 20, events: 20 }

const ROUTINE_EVENT =
  /has started \d+ tasks|registered \d+ targets|has begun draining|has stopped \d+ running tasks|deployment completed|has reached a steady state/

export interface RunSoFar {
  readonly inputs: DeployInputs
  readonly startedAt: number
  readonly plan: Plan | undefined
  readonly taskDefinition: TaskDefinitionView | undefined
  readonly deployed: Deployed | undefined
  readonly verdict: Verdict
}

export async function buildReport(run: RunSoFar, tools: DeployTools): Promise<DeployReport> {
  const { inputs, plan, taskDefinition, deployed, verdict } = run
  const last = deployed?.last
  const now = plan ? await readServing(tools.ports) : undefined
  const events =
    last && deployed ? loudEvents(last.service.events, deployed.identity.createdAt) : []
  const groups = groupFailures(last?.failedTasks ?? []).map((group) =>
    withTargetReason(group, events),
  )
  const failures = await explain(groups, taskDefinition, tools)
  const unhealthyTargets = (last?.targets ?? []).filter((target) => target.state === 'unhealthy')
  return {
    version: 1,
    outcome: verdict.outcome,
    passed: passes(verdict.outcome),
    rolledBackBy: verdict.rolledBackBy,
    reasonCode: verdict.code,
    reason: verdict.reason,
    cluster: inputs.cluster,
    service: inputs.service,
    startedAt: run.startedAt,
    finishedAt: tools.clock.now(),
    now,
    taskDefinition: taskDefinition?.arn,
    previousTaskDefinition: plan?.service.taskDefinition,
    serviceDeployment: deployed?.identity.serviceDeployment,
    images: plan?.pinned.images ?? [],
    knownGood: plan && knownGoodReport(plan),
    failures,
    // What a release got over is no cause of anything.
    diagnoses: passes(verdict.outcome)
      ? []
      : diagnose({
          failures,
          unhealthyTargets,
          events: events.map(({ text }) => text),
          taskDefinition: taskDefinition?.document,
          service: last?.service,
        }),
    triggers: [],
    unhealthyTargets,
    events,
    timeline: tools.journal.timeline,
    caveats: [...tools.journal.caveats, ...doubts(verdict, now)],
    nextSteps: nextSteps(verdict, inputs, plan),
  }
}

function knownGoodReport(plan: Plan): KnownGoodReport {
  const { chosen, passedOver } = plan.knownGood
  return {
    taskDefinition: chosen?.taskDefinition,
    because: chosen?.because ?? 'no revision was proven good',
    passedOver,
  }
}

/** Says so where the last look does not fit the verdict, instead of leaving the reader to notice. */
function doubts(verdict: Verdict, now: Serving | undefined): readonly string[] {
  if (verdict.outcome === 'refused' || verdict.outcome === 'no-change') return []
  if (!now) return ['What users get now could not be read.']
  if (verdict.outcome === 'rolled-back' && now.runningCount < now.desiredCount) {
    return [`After the rollback only ${now.runningCount} of ${now.desiredCount} tasks run.`]
  }
  return []
}

/** Why a target was unhealthy is in the service's events only: it has left its target group with its task. */
function withTargetReason(group: FailureGroup, events: readonly JournalEntry[]): FailureGroup {
  if (!/health check/i.test(group.stoppedReason) || group.containerReason !== undefined)
    return group
  const ids = group.tasks.map((task) => task.id)
  const reasons = events
    .filter((event) => ids.some((id) => event.text.includes(id)))
    .map((event) => /due to \(reason (.+?)\)\.?$/.exec(event.text)?.[1])
  const reason = reasons.find((each) => each !== undefined)
  return reason === undefined ? group : { ...group, containerReason: reason }
}

async function explain(
  groups: readonly FailureGroup[],
  taskDefinition: TaskDefinitionView | undefined,
  tools: DeployTools,
): Promise<readonly FailureReport[]> {
  return Promise.all(
    groups.slice(0, LIMITS.groups).map(async ({ tasks, ...group }) => {
      const example = tasks[0]
      const logTail =
        taskDefinition && group.container !== undefined && example
          ? await readTail(taskDefinition, group.container, example.id, tools)
          : undefined
      return { ...group, taskIds: tasks.map((task) => task.id), logTail }
    }),
  )
}

async function readTail(
  taskDefinition: TaskDefinitionView,
  container: string,
  taskId: string,
  tools: DeployTools,
): Promise<readonly string[] | undefined> {
  try {
    return await tools.ports.logTails.tail(
      taskDefinition.document,
      container,
      taskId,
      LIMITS.logLines,
    )
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    tools.journal.caveat(`The logs of failed tasks cannot be read: ${error.message}`)
    return undefined
  }
}

function loudEvents(
  events: readonly { readonly at: number; readonly message: string }[],
  since: number,
): readonly JournalEntry[] {
  return events
    .filter((event) => event.at >= since && !ROUTINE_EVENT.test(event.message))
    .slice(0, LIMITS.events)
    .map((event) => ({ at: event.at, text: event.message }))
    .reverse()
}
