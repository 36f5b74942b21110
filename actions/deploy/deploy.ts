/** Registers a revision, updates the service with it, and finds the deployment that this began. */
import {
  beginDeployment,
  Denied,
  locateServiceDeployment,
  type DeploymentIdentity,
  type ServiceChange,
  type TaskDefinitionArn,
  type TaskDefinitionView,
} from '@ecs-pipeline/rollout'
import type { DeployInputs } from './inputs.ts'
import type { Plan } from './preflight.ts'
import type { DeployTools } from './tools.ts'

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

/**
 * Updates the service. Throws while nothing has changed, and an {@link Unanswered} when nobody can tell whether
 * something has.
 */
export async function update(
  inputs: DeployInputs,
  plan: Plan,
  taskDefinition: TaskDefinitionView,
  tools: DeployTools,
): Promise<DeploymentIdentity> {
  tools.journal.progress(`updating ${plan.service.name} to ${taskDefinition.arn}`)
  const change = changeFor(inputs, plan, taskDefinition)
  const { id, createdAt } = await beginDeployment(change, plan.service, tools)
  return { deploymentId: id, serviceDeployment: undefined, createdAt }
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
    ...(plan.shift.configuration ? { deploymentConfiguration: plan.shift.configuration } : {}),
  }
}

/** The service deployment's ARN, so that the deployment can be judged by it. Throws the port's error. */
export async function locate(
  plan: Plan,
  taskDefinition: TaskDefinitionView,
  identity: DeploymentIdentity,
  tools: DeployTools,
): Promise<DeploymentIdentity> {
  const { createdAt } = identity
  const updated = { before: plan.service, taskDefinition: taskDefinition.arn, createdAt }
  return { ...identity, serviceDeployment: await locateServiceDeployment(updated, tools) }
}
