/** A mark on the revision that a one-off task ran from, so that a rollback by hand can warn of it, days later. */
import { lastPart } from '../arn.ts'
import { PortError } from '../errors.ts'
import type { RolloutTools } from '../tools.ts'
import type { TaskDefinitionView } from '../views.ts'
import type { OneOffTaskReport } from './report.ts'

export const ONE_OFF_TASK_TAG = 'ecs-pipeline:one-off-task'

/** Never throws a port's error: the outcome does not depend on it. */
export async function markOneOffTask(
  { arn }: Pick<TaskDefinitionView, 'arn'>,
  { arns = [] }: OneOffTaskReport,
  { ports, journal }: RolloutTools,
): Promise<void> {
  try {
    await ports.taskDefinitions.tag(arn, { [ONE_OFF_TASK_TAG]: lastPart(arns[0] ?? 'unknown') })
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    journal.caveat(
      `${arn} could not be marked as one that a one-off task ran from: ${error.message}`,
    )
  }
}

/** For a service that leaves this revision: `undefined` where no task ran from it, as far as anybody knows. */
export function notUndone(
  left: Pick<TaskDefinitionView, 'arn' | 'tags'> | undefined,
  ran?: OneOffTaskReport,
): string | undefined {
  const id = ran?.arns?.[0] ?? left?.tags[ONE_OFF_TASK_TAG]
  if (left === undefined || id === undefined) return undefined
  return `A one-off task (${lastPart(id)}) ran from ${left.arn} before it was deployed. What it changed, such as the schema of a database, is not undone: see whether the earlier revision works with it.`
}
