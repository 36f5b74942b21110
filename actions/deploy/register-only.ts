/** A run without a service: the task definition is registered, and that is all. */
import {
  Refusal,
  refusedBy,
  refuseWhenCancelled,
  type DeployReport,
  type TaskDefinitionView,
  type Verdict,
} from '@ecs-pipeline/rollout'
import { buildReport, type RunFacts } from '@ecs-pipeline/reporting'
import type { DeployInputs } from './inputs.ts'
import { planDefinition, type DefinitionPlan } from './plan-definition.ts'
import { registerDefinition } from './register.ts'
import type { DeployTools } from './tools.ts'

export async function registerOnly(
  inputs: DeployInputs,
  tools: DeployTools,
): Promise<DeployReport> {
  const startedAt = tools.clock.now()
  let plan: DefinitionPlan | undefined
  let taskDefinition: TaskDefinitionView | undefined
  const facts = (): RunFacts => ({
    action: 'deploy',
    isAskedToGoBack: false,
    cluster: inputs.cluster,
    service: '',
    startedAt,
    before: undefined,
    taskDefinition,
    identity: undefined,
    last: undefined,
    images: plan?.pinned.images ?? [],
    changes: [],
    knownGood: undefined,
    triggers: undefined,
  })
  let verdict: Verdict
  try {
    plan = await planDefinition(inputs, undefined, [], tools)
    checkIsNew(plan)
    await tools.checkpoint(facts(), 'preflight')
    refuseWhenCancelled(tools)
    taskDefinition = await registerDefinition(plan.pinned.document, tools)
    tools.journal.progress(`registered ${taskDefinition.arn}`)
    verdict = registered(taskDefinition)
  } catch (error) {
    verdict = refusedBy(error, '')
  }
  return buildReport(facts(), verdict, tools)
}

function checkIsNew({ reuse }: DefinitionPlan): void {
  if (!reuse) return
  throw new Refusal(
    `task-definition: ${reuse.arn} has this content already, and there is no \`service\` to deploy it to. Set \`service\`, or change something in it.`,
  )
}

const registered = ({ arn }: TaskDefinitionView): Verdict => ({
  outcome: 'registered',
  rolledBackBy: 'none',
  code: 'registered',
  reason: `The new revision is ${arn}.`,
})
