/** The post part of the step, for a main part that was killed. The way back that it began is left to ECS. */
import type { ActionContext, ActionResult } from '@ecs-pipeline/action-kit'
import { mark, PortError, type DeployReport, type RolloutTools } from '@ecs-pipeline/rollout'
import { endedFromOutside, finishKilledRun } from '@ecs-pipeline/reporting'
import { readRollbackInputs } from './inputs.ts'
import { LEFT_BY_HAND } from './run.ts'

export const after = (context: ActionContext): Promise<ActionResult> =>
  finishKilledRun(context, readRollbackInputs, async (left, { reason }, tools) => {
    await markLeft(left, reason ?? LEFT_BY_HAND, tools)
    return endedFromOutside(left, tools)
  })

/** What the main part does at its end: no later run shall go back to the revision that is being left. */
export async function markLeft(
  { phase, previousTaskDefinition: bad, taskDefinition }: DeployReport,
  reason: string,
  tools: RolloutTools,
): Promise<void> {
  const isBegun = phase === 'updating' || phase === 'rolling-back'
  if (!isBegun || bad === undefined || bad === taskDefinition) return
  const { deployments, taskDefinitions } = tools.ports
  try {
    // Whether UpdateService arrived is not known.
    if ((await deployments.service()).taskDefinition === bad) return
    await mark(await taskDefinitions.describe(bad), 'rejected', reason, tools)
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    tools.journal.caveat(`${bad} could not be marked as rejected: ${error.message}`)
  }
}
