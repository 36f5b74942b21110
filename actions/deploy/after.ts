/** The post part of the step, for a main part that was killed: asks for the way back where one is due, and tells. */
import type { ActionContext, ActionResult } from '@ecs-pipeline/action-kit'
import {
  isGoingBack,
  canBeTakenBack,
  PortError,
  readDeployment,
  Refusal,
  whoDeploysAs,
  withoutLostVolumes,
  type DeployReport,
  type RolloutTools,
} from '@ecs-pipeline/rollout'
import { endedFromOutside, finishKilledRun } from '@ecs-pipeline/reporting'
import { forEitherController } from './codedeploy/open.ts'
import { readDeployInputs, type DeployInputs } from './inputs.ts'
import { readSetInputs } from './set/set-inputs.ts'

export const after = (context: ActionContext): Promise<ActionResult> =>
  finishKilledRun(context, {
    readInputs: async (source) => {
      const set = await readSetInputs(source)
      return set ? set.members.map(({ inputs }) => inputs) : [readDeployInputs(source)]
    },
    complete: (left, inputs, tools) =>
      complete(left, inputs.onCancel, forEitherController(inputs, context.run.workspace, tools)),
  })

type OnCancel = DeployInputs['onCancel']

/** Asks for the way back where the main part was to do so and did not come to it. Does not wait. */
export async function complete(
  left: DeployReport,
  onCancel: OnCancel,
  tools: RolloutTools,
): Promise<DeployReport> {
  if (left.phase === 'running-task') return completeTask(left, onCancel, tools)
  const base = endedFromOutside(left, tools)
  if (!isToGoBack(left, onCancel)) return base
  try {
    const done = await askToGoBack(left, tools)
    if (done === undefined) return base
    return {
      ...base,
      outcome: 'cancelled',
      rolledBackBy: 'action',
      reason: `The run was ended from outside (${left.phase}). ${done}`,
    }
  } catch (error) {
    if (!(error instanceof PortError || error instanceof Refusal)) throw error
    return { ...base, reason: `${left.reason} Going back could not be started: ${error.message}` }
  }
}

/** The run ended while its one-off task ran: the service is as it was. Stops the task where the main part was to. */
async function completeTask(
  left: DeployReport,
  onCancel: OnCancel,
  tools: RolloutTools,
): Promise<DeployReport> {
  const arn = left.oneOffTask?.arns?.[0]
  const base = endedFromOutside(left, tools)
  if (arn === undefined || left.oneOffTask?.mayRun !== true) return base
  if (onCancel === 'leave') {
    return { ...base, reason: `${left.reason} The task ${arn} goes on alone.` }
  }
  try {
    await tools.ports.oneOffTasks.stop(arn, 'ecs-pipeline: the run was ended from outside')
    return { ...base, reason: `${left.reason} The task ${arn} was told to stop.` }
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    return {
      ...base,
      reason: `${left.reason} The task ${arn} could not be stopped: ${error.message}`,
    }
  }
}

/** A run that died on its way back had found the release bad, or was cancelled: its request may not have arrived. */
function isToGoBack({ phase }: DeployReport, onCancel: OnCancel): boolean {
  if (phase === 'rolling-back') return true
  const isUnderWay = phase === 'updating' || phase === 'rolling-out' || phase === 'baking'
  return onCancel === 'rollback' && isUnderWay
}

async function askToGoBack(left: DeployReport, tools: RolloutTools): Promise<string | undefined> {
  const { deployments, taskDefinitions } = tools.ports
  const service = await deployments.service()
  // Somebody else has deployed since, or it was rolled back already.
  if (service.taskDefinition !== left.taskDefinition) return undefined
  const begun = await readDeployment(left, tools)
  // A second request would only restart it.
  if (begun && isGoingBack(begun)) return undefined
  if (begun && canBeTakenBack(begun) && isStopGood(left)) {
    await deployments.rollBack(begun.arn)
    return `${whoDeploysAs(begun.arn)} was asked to roll the deployment back; nobody watched it finish.`
  }
  const good = left.knownGood?.taskDefinition
  if (good === undefined || good === left.taskDefinition || isPerhapsNotBegun(left)) {
    return undefined
  }
  const { arn: taskDefinition, document } = await taskDefinitions.describe(good)
  await deployments.update({ ...withoutLostVolumes(service, document), taskDefinition })
  return `${good} was asked for again; nobody watched it come up.`
}

/** A stopped deployment leads to what ran before it. Of one that was taken up, that is what was chosen to go back to. */
function isStopGood({ knownGood, taskDefinition, previousTaskDefinition }: DeployReport): boolean {
  const good = knownGood?.taskDefinition
  const isTakenUp = taskDefinition === previousTaskDefinition
  return good === undefined || good === previousTaskDefinition || isTakenUp
}

/** The same revision was to be deployed again, and nothing tells whether it was. */
const isPerhapsNotBegun = (left: DeployReport): boolean =>
  left.phase === 'updating' && left.taskDefinition === left.previousTaskDefinition
