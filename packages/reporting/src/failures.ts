/** Failed tasks for a report: each group with the reason of its target and the last lines it printed. */
import {
  PortError,
  type FailureGroup,
  type FailureReport,
  type JournalEntry,
  type RolloutTools,
  type TaskDefinitionView,
} from '@ecs-pipeline/rollout'

/** A report stays readable: so many groups of failed tasks, with so many log lines each. */
const LIMITS = { groups: 5, logLines: 20 }

/** Why a target was unhealthy is in the service's events only: it has left its target group with its task. */
export function withTargetReason(
  group: FailureGroup,
  events: readonly JournalEntry[],
): FailureGroup {
  if (!/health check/i.test(group.stoppedReason) || group.containerReason !== undefined)
    return group
  const ids = group.tasks.map((task) => task.id)
  const reasons = events
    .filter((event) => ids.some((id) => event.text.includes(id)))
    .map((event) => /due to \(reason (.+?)\)\.?$/.exec(event.text)?.[1])
  const reason = reasons.find((each) => each !== undefined)
  return reason === undefined ? group : { ...group, containerReason: reason }
}

export async function explainFailures(
  groups: readonly FailureGroup[],
  taskDefinition: TaskDefinitionView | undefined,
  tools: RolloutTools,
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
  { ports, journal }: RolloutTools,
): Promise<readonly string[] | undefined> {
  try {
    return await ports.logTails.tail(taskDefinition.document, container, taskId, LIMITS.logLines)
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    journal.caveat(`The logs of failed tasks cannot be read: ${error.message}`)
    return undefined
  }
}
