/** Failed tasks for a report: each group with the reason of its target and the last lines it printed. */
import {
  PortError,
  type FailureGroup,
  type FailureReport,
  type JournalEntry,
  type RolloutTools,
  type TargetView,
  type TaskDefinitionView,
} from '@ecs-pipeline/rollout'

/** A report stays readable: so many groups of failed tasks, with so many log lines each. */
const LIMITS = { groups: 5, logLines: 20 }

/**
 * Why the load balancer gave tasks up, which ECS does not say of a task. An event that names the task knows best,
 * then one that names the target group only (hackforla/CivicTechJobs#436 has such); else what a target of that group
 * was last seen with: its own has left the group with its task.
 */
export function withTargetReason(
  group: FailureGroup,
  events: readonly JournalEntry[],
  seenUnhealthy: readonly TargetView[] = [],
): FailureGroup {
  const targetGroup = /failed ELB health checks in \(target-group ([^)]+)\)/i.exec(
    group.stoppedReason,
  )?.[1]
  if (targetGroup === undefined || group.containerReason !== undefined) return group
  const ids = group.tasks.map((task) => task.id)
  const said = events.flatMap(({ text }) => {
    const reason = /due to \(reason (.+?)\)\.?$/.exec(text)?.[1]
    return reason === undefined ? [] : [{ text, reason }]
  })
  const reason =
    said.find(({ text }) => ids.some((id) => text.includes(id)))?.reason ??
    said.findLast(({ text }) => !text.includes('(task ') && text.includes(targetGroup))?.reason ??
    seenUnhealthy
      .filter((each) => each.targetGroup === targetGroup)
      .map(reasonOf)
      .at(-1)
  return reason === undefined ? group : { ...group, containerReason: reason }
}

const reasonOf = ({ description, reason }: TargetView): string | undefined => description ?? reason

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
