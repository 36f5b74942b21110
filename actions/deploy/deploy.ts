import {
  beginDeployment,
  Denied,
  follow,
  INITIAL_WATCH_STATE,
  locateServiceDeployment,
  Observer,
  PortError,
  Unanswered,
  type DeploymentIdentity,
  type FollowSettings,
  type Observation,
  type DeploymentView,
  type ServiceChange,
  type TaskDefinitionArn,
  type TaskDefinitionView,
  type Verdict,
} from '@ecs-pipeline/rollout'
import type { DeployInputs } from './inputs.ts'
import { judge, mayHaveBegun, monitoringLost } from './judge.ts'
import type { Plan } from './preflight.ts'
import { Refusal } from './refusal.ts'
import type { DeployTools } from './tools.ts'

/** How long a rollback may take, in milliseconds. */
const ROLLBACK_LIMIT = 15 * 60_000
/** How long ECS may take to begin a rollback it is configured for, in milliseconds. */
const ROLLBACK_START_LIMIT = 60_000

export interface Deployed {
  readonly verdict: Verdict
  readonly taskDefinition: TaskDefinitionView
  readonly identity: DeploymentIdentity
  /** The last look at the deployment while it was watched. */
  readonly last: Observation | undefined
}

/** Registers the new revision, unless there is one already that says the same to the letter. */
export async function register(plan: Plan, tools: DeployTools): Promise<TaskDefinitionView> {
  if (plan.reuse) return plan.reuse
  const { ports, journal, origin } = tools
  try {
    return await ports.taskDefinitions.register(plan.pinned.document, origin)
  } catch (error) {
    if (!(error instanceof Denied) || !error.message.includes('TagResource')) throw error
    journal.caveat(`The task definition is not tagged with its commit and run: ${error.message}`)
    return ports.taskDefinitions.register(plan.pinned.document, {})
  }
}

/** Updates the service and sees the deployment to its end, whichever it is. Throws only while nothing has changed. */
export async function deploy(
  inputs: DeployInputs,
  plan: Plan,
  taskDefinition: TaskDefinitionView,
  tools: DeployTools,
): Promise<Deployed> {
  // ECS would go on alone with what is asked of it now, and nobody would watch it.
  if (tools.signal.aborted) {
    throw new Refusal('The run was cancelled before the service was updated.', 'cancelled')
  }
  const startedAt = tools.clock.now()
  tools.journal.progress(`updating ${plan.service.name} to ${taskDefinition.arn}`)
  const begun = await begin(inputs, plan, taskDefinition, tools)
  if (begun instanceof Unanswered) {
    const identity = { deploymentId: 'unknown', serviceDeployment: undefined, createdAt: 0 }
    return { verdict: mayHaveBegun(begun), taskDefinition, identity, last: undefined }
  }
  let identity = identityOf(begun)
  let last: Observation | undefined
  try {
    const before = plan.service
    const { createdAt } = identity
    const updated = { before, taskDefinition: taskDefinition.arn, createdAt }
    identity = { ...identity, serviceDeployment: await locateServiceDeployment(updated, tools) }
    const observer = new Observer(tools.ports, tools.clock, tools.journal, identity)
    const settings = settingsFor(inputs, identity, taskDefinition, startedAt)
    const followed = await follow(INITIAL_WATCH_STATE, settings, { ...tools, observer })
    last = followed.last
    const verdict = await judge(inputs, plan, { identity, settings, observer }, followed, tools)
    return { verdict, taskDefinition, identity, last }
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    return { verdict: monitoringLost(error), taskDefinition, identity, last }
  }
}

const identityOf = (deployment: DeploymentView): DeploymentIdentity => ({
  deploymentId: deployment.id,
  serviceDeployment: undefined,
  createdAt: deployment.createdAt,
})

/** Before its answer nothing may have changed; without one, nobody knows. */
async function begin(
  inputs: DeployInputs,
  plan: Plan,
  taskDefinition: TaskDefinitionView,
  tools: DeployTools,
): Promise<DeploymentView | Unanswered> {
  try {
    return await beginDeployment(changeFor(inputs, plan, taskDefinition), plan.service, tools)
  } catch (error) {
    if (error instanceof Unanswered) return error
    throw error
  }
}

function changeFor(
  inputs: DeployInputs,
  plan: Plan,
  taskDefinition: TaskDefinitionView,
): ServiceChange & { readonly taskDefinition: TaskDefinitionArn } {
  return {
    taskDefinition: taskDefinition.arn,
    ...(plan.desiredCount === plan.service.desiredCount ? {} : { desiredCount: plan.desiredCount }),
    ...(inputs.forceNewDeployment || plan.reuse === plan.current
      ? { forceNewDeployment: true }
      : {}),
  }
}

function settingsFor(
  inputs: DeployInputs,
  identity: DeploymentIdentity,
  taskDefinition: TaskDefinitionView,
  startedAt: number,
): FollowSettings {
  return {
    deploymentId: identity.deploymentId,
    taskDefinition: taskDefinition.arn,
    createdAt: identity.createdAt,
    maxFailedTasks: inputs.maxFailedTasks,
    deadline: startedAt + inputs.waitForMinutes * 60_000,
    interval: inputs.pollSeconds * 1000,
    rollbackStartLimit: ROLLBACK_START_LIMIT,
    rollbackLimit: ROLLBACK_LIMIT,
  }
}
