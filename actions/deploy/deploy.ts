/** Registers a revision, updates the service with it, and finds the deployment that this began. */
import {
  Denied,
  locateServiceDeployment,
  Unreachable,
  type DeploymentIdentity,
  type DeploymentView,
  type ServiceChange,
  type ServiceView,
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

/** Updates the service. Throws only while nothing has changed. */
export async function update(
  inputs: DeployInputs,
  plan: Plan,
  taskDefinition: TaskDefinitionView,
  tools: DeployTools,
): Promise<DeploymentIdentity> {
  tools.journal.progress(`updating ${plan.service.name} to ${taskDefinition.arn}`)
  const after = await send(inputs, plan, taskDefinition, tools)
  const primary = primaryOf(after)
  return {
    deploymentId: primary?.id ?? 'unknown',
    serviceDeployment: undefined,
    createdAt: primary?.createdAt ?? 0,
  }
}

/** An update without an answer may have arrived all the same; the service itself tells. */
async function send(
  inputs: DeployInputs,
  plan: Plan,
  taskDefinition: TaskDefinitionView,
  { ports, journal }: DeployTools,
): Promise<ServiceView> {
  try {
    return await ports.deployments.update(changeFor(inputs, plan, taskDefinition))
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    const service = await ports.deployments.service()
    const isOurs = service.taskDefinition === taskDefinition.arn
    if (!isOurs || primaryOf(service)?.id === primaryOf(plan.service)?.id) throw error
    journal.caveat(`UpdateService did not answer, but the service was updated: ${error.message}`)
    return service
  }
}

const primaryOf = (service: ServiceView): DeploymentView | undefined =>
  service.deployments.find((each) => each.status === 'PRIMARY')

function changeFor(
  inputs: DeployInputs,
  plan: Plan,
  taskDefinition: TaskDefinitionView,
): ServiceChange {
  return {
    taskDefinition: taskDefinition.arn,
    ...(plan.desiredCount === plan.service.desiredCount ? {} : { desiredCount: plan.desiredCount }),
    ...(inputs.forceNewDeployment || plan.reuse === plan.current
      ? { forceNewDeployment: true }
      : {}),
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
