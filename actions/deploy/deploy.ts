/** Registers a revision, updates the service with it, and finds the deployment that this began. */
import {
  beginDeployment,
  locateServiceDeployment,
  type CountChange,
  type DeploymentIdentity,
  type ServiceChange,
  type TaskDefinitionArn,
  type TaskDefinitionView,
} from '@ecs-pipeline/rollout'
import type { ServiceInputs } from './inputs.ts'
import type { Plan } from './preflight.ts'
import { registerDefinition } from './register.ts'
import type { DeployTools } from './tools.ts'

/** Registers the new revision, unless there is one already that says the same to the letter. */
export const register = async (plan: Plan, tools: DeployTools): Promise<TaskDefinitionView> =>
  plan.reuse ?? registerDefinition(plan.pinned.document, tools)

/**
 * Updates the service. Throws while nothing has changed, and an {@link Unanswered} when nobody can tell whether
 * something has.
 */
export async function update(
  inputs: ServiceInputs,
  plan: Plan,
  taskDefinition: TaskDefinitionView,
  tools: DeployTools,
): Promise<DeploymentIdentity> {
  tools.journal.progress(`updating ${plan.service.name} to ${taskDefinition.arn}`)
  const change = changeFor(inputs, plan, taskDefinition)
  const { id, createdAt } = await beginDeployment(change, plan.service, tools)
  return { deploymentId: id, serviceDeployment: undefined, createdAt }
}

/** `undefined`: what runs beside it is not told a count, so that whoever scales the service is not undone. */
export function countChange(
  { desiredCount }: Pick<ServiceInputs, 'desiredCount'>,
  { service, next }: Pick<Plan, 'service' | 'next'>,
): CountChange | undefined {
  const before = service.desiredCount
  if (next.kind !== 'deploy' || desiredCount === undefined || desiredCount === before)
    return undefined
  return { before, set: desiredCount }
}

function changeFor(
  inputs: ServiceInputs,
  plan: Plan,
  taskDefinition: TaskDefinitionView,
): ServiceChange & { readonly taskDefinition: TaskDefinitionArn } {
  const count = countChange(inputs, plan)
  return {
    ...plan.settings,
    taskDefinition: taskDefinition.arn,
    ...(count ? { desiredCount: count.set } : {}),
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
  const { deploymentId, createdAt } = identity
  const { service: before } = plan
  const updated = { before, taskDefinition: taskDefinition.arn, deploymentId, createdAt }
  return { ...identity, serviceDeployment: await locateServiceDeployment(updated, tools) }
}
