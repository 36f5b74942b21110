/** A deployment that is begun and left alone, because `wait-for-service-stability` is false. */
import {
  lookForServiceDeployment,
  PortError,
  type DeploymentIdentity,
  type TaskDefinitionView,
  type Verdict,
} from '@ecs-pipeline/rollout'
import type { Plan } from './preflight.ts'
import type { DeployTools } from './tools.ts'

export interface LeftAlone {
  readonly identity: DeploymentIdentity
  readonly verdict: Verdict
}

export async function leaveUnwatched(
  plan: Plan,
  taskDefinition: TaskDefinitionView,
  begun: DeploymentIdentity,
  tools: DeployTools,
): Promise<LeftAlone> {
  const identity = await withServiceDeployment(plan, taskDefinition, begun, tools)
  const isTakenUp = plan.next.kind === 'take-up'
  tools.journal.progress(
    `the deployment ${isTakenUp ? 'was under way already' : 'has begun'}; nobody watches it`,
  )
  const before = isTakenUp ? 'It was under way already. ' : ''
  return {
    identity,
    verdict: {
      outcome: 'unwatched',
      rolledBackBy: 'none',
      code: 'unwatched',
      reason: `${before}\`wait-for-service-stability\` is false, so whether the tasks of ${taskDefinition.arn} (deployment ${begun.deploymentId}) start, become healthy and serve is not known. ${wayBack(plan)}`,
    },
  }
}

function wayBack({ service }: Plan): string {
  if (service.controller === 'CODE_DEPLOY') {
    return 'CodeDeploy takes it back only where the deployment group says so.'
  }
  const { enable, rollback } = service.circuitBreaker
  return enable && rollback
    ? 'Only the circuit breaker of ECS takes it back if they do not.'
    : 'Nothing takes it back if they do not.'
}

/** Its ARN helps whoever looks later; the run does not wait for it, and does without. */
async function withServiceDeployment(
  plan: Plan,
  taskDefinition: TaskDefinitionView,
  begun: DeploymentIdentity,
  { ports }: DeployTools,
): Promise<DeploymentIdentity> {
  if (begun.serviceDeployment !== undefined) return begun
  const { createdAt } = begun
  const updated = { before: plan.service, taskDefinition: taskDefinition.arn, createdAt }
  try {
    return { ...begun, serviceDeployment: await lookForServiceDeployment(updated, ports) }
  } catch (error) {
    if (!(error instanceof PortError)) throw error
    return begun
  }
}
