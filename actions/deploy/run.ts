/** One run of the deploy action, from checked inputs to a report. The only thing it cannot do is fail silently. */
import {
  PortError,
  reasonCodeOf,
  type DeployReport,
  type TaskDefinitionView,
  type Verdict,
} from '@ecs-pipeline/rollout'
import { deploy, register, type Deployed } from './deploy.ts'
import type { DeployInputs } from './inputs.ts'
import { preflight, type Plan } from './preflight.ts'
import { Refusal } from './refusal.ts'
import { buildReport } from './build-report.ts'
import type { DeployTools } from './tools.ts'

export async function run(inputs: DeployInputs, tools: DeployTools): Promise<DeployReport> {
  const startedAt = tools.clock.now()
  let plan: Plan | undefined
  let taskDefinition: TaskDefinitionView | undefined
  let deployed: Deployed | undefined
  let verdict: Verdict
  try {
    plan = await preflight(inputs, tools)
    if (plan.isUnchanged) {
      taskDefinition = plan.current
      verdict = unchanged(plan)
    } else {
      taskDefinition = await register(plan, tools)
      deployed = await deploy(inputs, plan, taskDefinition, tools)
      verdict = deployed.verdict
    }
  } catch (error) {
    verdict = refused(error, plan, taskDefinition)
  }
  return buildReport({ inputs, startedAt, plan, taskDefinition, deployed, verdict }, tools)
}

function unchanged(plan: Plan): Verdict {
  return {
    outcome: 'no-change',
    rolledBackBy: 'none',
    code: 'unchanged',
    reason: `${plan.service.taskDefinition} has the same content and the same image digests, and all its tasks run.`,
  }
}

/**
 * Only what happens before UpdateService has answered comes here as an error; after that, everything has a verdict
 * of its own.
 */
function refused(
  error: unknown,
  plan: Plan | undefined,
  taskDefinition: TaskDefinitionView | undefined,
): Verdict {
  if (error instanceof Refusal) {
    return { outcome: 'refused', rolledBackBy: 'none', code: error.code, reason: error.message }
  }
  if (!(error instanceof PortError)) throw error
  const orphan =
    taskDefinition && plan && taskDefinition.arn !== plan.current.arn
      ? ` ${taskDefinition.arn} was registered before that and is not used by the service.`
      : ''
  return {
    outcome: 'refused',
    rolledBackBy: 'none',
    code: reasonCodeOf(error),
    reason: `${error.message}${orphan}`,
  }
}
