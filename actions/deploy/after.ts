/** The post part of the step, for a main part that was killed: asks for the way back where one is due, and tells. */
import type { ActionContext, ActionResult } from '@ecs-pipeline/action-kit'
import {
  alreadyBack,
  askToGoBack,
  canBeTakenBack,
  countBackAtOnce,
  pauseOf,
  PortError,
  putRecordBack,
  readDeployment,
  Refusal,
  Unanswered,
  type AskedBack,
  type DeployReport,
  type DnsReport,
  type RolloutTools,
  type ServiceChange,
  type ServiceView,
  type StoppableDeployment,
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

/**
 * Asks for the way back where the main part was to do so and did not come to it, or perhaps not to its end. Does not
 * wait for it.
 */
export async function complete(
  left: DeployReport,
  onCancel: OnCancel,
  tools: RolloutTools,
): Promise<DeployReport> {
  if (left.phase === 'running-task') return completeTask(left, onCancel, tools)
  const ending = isToGoBack(left, onCancel) ? await goBack(left, tools) : {}
  const dns = await recordBack({ ...left, ...ending }, onCancel, tools)
  return { ...endedFromOutside(left, tools), ...ending, ...(dns && { dns }) }
}

/** Where the service goes back, and where the record was all that was changed. */
async function recordBack(
  { dns, serviceDeployment, rolledBackBy }: DeployReport,
  onCancel: OnCancel,
  tools: RolloutTools,
): Promise<DnsReport | undefined> {
  const isAll = serviceDeployment === undefined && onCancel === 'rollback'
  return dns && (isAll || rolledBackBy !== 'none') ? putRecordBack(dns, tools, false) : dns
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

/** What this changes in the report of the end. */
async function goBack(left: DeployReport, tools: RolloutTools): Promise<Partial<DeployReport>> {
  try {
    const asked = await askedBack(left, tools)
    if (!asked) return {}
    const reason = `The run was ended from outside (${left.phase}). ${asked.text}`
    return { outcome: 'cancelled', rolledBackBy: asked.by, reason }
  } catch (error) {
    if (!(error instanceof PortError || error instanceof Refusal)) throw error
    return { reason: `${left.reason} ${whyNotBack(error)}: ${error.message}` }
  }
}

const whyNotBack = (error: Error): string =>
  error instanceof Unanswered
    ? 'Whether going back was begun is not known'
    : 'Going back could not be started'

async function askedBack(left: DeployReport, tools: RolloutTools): Promise<AskedBack | undefined> {
  const { phase, serviceDeployment, taskDefinition } = left
  const mayBeAsked = phase === 'rolling-back'
  const begun = await readDeployment({ serviceDeployment }, tools)
  // A second request would only restart it.
  const back = alreadyBack(begun, mayBeAsked)
  if (back) return back
  // Of one that cannot be read ECS says itself whether it is over.
  const isOpen = begun === undefined || canBeTakenBack(begun)
  const toStop: StoppableDeployment | undefined =
    serviceDeployment !== undefined && isOpen && isStopGood(left)
      ? { arn: serviceDeployment, pause: pauseOf(begun) }
      : undefined
  const isPrimary = (service: { readonly taskDefinition: string }): boolean =>
    service.taskDefinition === taskDefinition
  const undo = (service: ServiceView): Promise<ServiceChange> =>
    countBackAtOnce(left.desiredCount, service, tools)
  return askToGoBack({ toStop, isPrimary, mayBeAsked, undo }, goodOf(left), tools)
}

/** A stopped deployment leads to what ran before it. Of one that was taken up, that is what was chosen to go back to. */
function isStopGood({ knownGood, taskDefinition, previousTaskDefinition }: DeployReport): boolean {
  const good = knownGood?.taskDefinition
  const isTakenUp = taskDefinition === previousTaskDefinition
  return good === undefined || good === previousTaskDefinition || isTakenUp
}

/** Where another deployment leads back. */
function goodOf(left: DeployReport): string | undefined {
  const { phase, knownGood, taskDefinition, previousTaskDefinition } = left
  const good = knownGood?.taskDefinition
  // The same revision was to be deployed again, and nothing tells whether it was.
  const isPerhapsNotBegun = phase === 'updating' && taskDefinition === previousTaskDefinition
  return good === taskDefinition || isPerhapsNotBegun ? undefined : good
}
