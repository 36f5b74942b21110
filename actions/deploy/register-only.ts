/** A run without a service: the task definition is registered, a one-off task may run from it, and that is all. */
import {
  Refusal,
  refusedBy,
  refuseWhenCancelled,
  type DeployReport,
  type OneOffTaskReport,
  type TaskDefinitionView,
  type Verdict,
} from '@ecs-pipeline/rollout'
import { buildReport, type RunFacts } from '@ecs-pipeline/reporting'
import type { DeployInputs } from './inputs.ts'
import { planDefinition, type DefinitionPlan } from './plan-definition.ts'
import { registerDefinition } from './register.ts'
import { planTask, readRunTask, runTask } from './run-task.ts'
import type { DeployTools } from './tools.ts'

export async function registerOnly(
  inputs: DeployInputs,
  tools: DeployTools,
): Promise<DeployReport> {
  const startedAt = tools.clock.now()
  let plan: DefinitionPlan | undefined
  let taskDefinition: TaskDefinitionView | undefined
  let oneOffTask: OneOffTaskReport | undefined
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
    oneOffTask,
    knownGood: undefined,
    triggers: undefined,
  })
  const onTask = (report: OneOffTaskReport): Promise<void> => {
    oneOffTask = report
    return tools.checkpoint(facts(), 'running-task')
  }
  let verdict: Verdict
  try {
    const order = await readRunTask(inputs, tools.journal)
    plan = await planDefinition(inputs, undefined, [], tools)
    const ground = { document: plan.pinned.document, network: undefined }
    const task = order && planTask(order, inputs, ground)
    if (!task) checkIsNew(plan)
    await tools.checkpoint(facts(), 'preflight')
    refuseWhenCancelled(tools)
    taskDefinition = plan.reuse ?? (await register(plan, tools))
    if (task) await runTask(task, taskDefinition, inputs, { ...tools, onTask })
    verdict = plan.reuse
      ? ranFrom(taskDefinition, oneOffTask)
      : registered(taskDefinition, oneOffTask)
  } catch (error) {
    const orphan = plan?.reuse ? undefined : taskDefinition
    verdict = refusedBy(error, orphan ? ` ${orphan.arn} was registered before that.` : '')
  }
  return buildReport(facts(), verdict, tools)
}

async function register(plan: DefinitionPlan, tools: DeployTools): Promise<TaskDefinitionView> {
  const taskDefinition = await registerDefinition(plan.pinned.document, tools)
  tools.journal.progress(`registered ${taskDefinition.arn}`)
  return taskDefinition
}

function checkIsNew({ reuse }: DefinitionPlan): void {
  if (!reuse) return
  throw new Refusal(
    `task-definition: ${reuse.arn} has this content already, and there is no \`service\` to deploy it to. Set \`service\`, or change something in it.`,
  )
}

const registered = ({ arn }: TaskDefinitionView, task: OneOffTaskReport | undefined): Verdict => ({
  outcome: 'registered',
  rolledBackBy: 'none',
  code: 'registered',
  reason: [`The new revision is ${arn}.`, ...(task ? [task.reason] : [])].join(' '),
})

const ranFrom = ({ arn }: TaskDefinitionView, task: OneOffTaskReport | undefined): Verdict => ({
  outcome: 'no-change',
  rolledBackBy: 'none',
  code: 'task-run',
  reason: `${task?.reason ?? ''} It ran from ${arn}.`.trimStart(),
})
