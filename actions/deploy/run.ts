/** One run of the deploy action, from checked inputs to a report. The only thing it cannot do is fail silently. */
import {
  aimTriggers,
  groupsOfDeployment,
  markVerdict,
  mayGoOn,
  monitoringLost,
  notUndone,
  PortError,
  refusedBy,
  refuseWhenCancelled,
  RUN_PHASE,
  seeThrough,
  settleConfiguration,
  shifts,
  type DeploymentIdentity,
  type DeployReport,
  type Observation,
  type OneOffTaskReport,
  type Release,
  type RunPhase,
  type Seen,
  type TaskDefinitionView,
  type Verdict,
} from '@ecs-pipeline/rollout'
import { buildReport, type RunFacts } from '@ecs-pipeline/reporting'
import { locate, register, update } from './deploy.ts'
import type { DeployInputs, ServiceInputs } from './inputs.ts'
import { preflight, type Plan } from './preflight.ts'
import { registerOnly } from './register-only.ts'
import { undoSettings } from './service-settings.ts'
import { planTask, readRunTask, runTask, serviceAfterTask, type PlannedTask } from './run-task.ts'
import { tidyRevisions } from './tidy.ts'
import type { DeployTools } from './tools.ts'
import { leaveUnwatched } from './unwatched.ts'

export async function run(inputs: DeployInputs, tools: DeployTools): Promise<DeployReport> {
  for (const caveat of inputs.caveats) tools.journal.caveat(caveat)
  if (!hasService(inputs)) return registerOnly(inputs, tools)
  const release = new ReleaseRun(inputs, tools)
  const verdict = await release.run()
  return buildReport(release.facts, verdict, tools)
}

const hasService = (inputs: DeployInputs): inputs is ServiceInputs => inputs.service !== undefined

/** The story of one release; what is known of it grows as it goes on. */
class ReleaseRun {
  private readonly inputs: ServiceInputs
  private readonly tools: DeployTools
  private readonly startedAt: number
  private plan: Plan | undefined
  private taskDefinition: TaskDefinitionView | undefined
  private identity: DeploymentIdentity | undefined
  private last: Observation | undefined
  private oneOffTask: OneOffTaskReport | undefined

  constructor(inputs: ServiceInputs, tools: DeployTools) {
    this.inputs = inputs
    this.startedAt = tools.clock.now()
    this.tools = { ...tools, onPhase: (phase) => this.reached(RUN_PHASE[phase]) }
  }

  get facts(): RunFacts {
    const { plan } = this
    return {
      action: 'deploy',
      isAskedToGoBack: false,
      cluster: this.inputs.cluster,
      service: this.inputs.service,
      startedAt: this.startedAt,
      before: plan?.service,
      taskDefinition: this.taskDefinition,
      identity: this.identity,
      last: this.last,
      images: plan?.pinned.images ?? [],
      changes: plan?.changes ?? [],
      oneOffTask: this.oneOffTask,
      knownGood: plan?.knownGood,
      triggers: plan?.triggers,
    }
  }

  async run(): Promise<Verdict> {
    try {
      await this.begin()
    } catch (error) {
      return this.refused(error)
    }
    return this.identity ? this.finish(this.identity) : unchanged(this.plan)
  }

  /** Up to the moment when there is a deployment to watch. */
  private async begin(): Promise<void> {
    const { inputs, tools } = this
    const order = await readRunTask(inputs, tools.journal)
    const plan = await preflight(inputs, tools)
    this.plan = plan
    const ground = { document: plan.pinned.document, network: plan.service.network }
    const task = order && planTask(order, inputs, ground)
    await this.reached('preflight')
    if (plan.next.kind !== 'deploy') {
      this.taskDefinition = plan.current
      if (plan.next.kind === 'nothing') await this.runTask(task, plan.current)
      else this.takeUp(plan.next.identity, task)
      return
    }
    refuseWhenCancelled(tools)
    this.taskDefinition = await register(plan, tools)
    await this.reached('registered')
    await this.runTask(task, this.taskDefinition)
    refuseWhenCancelled(tools)
    const service = task ? await serviceAfterTask(plan.service, inputs, tools) : plan.service
    this.plan = { ...plan, service }
    await this.reached('updating')
    this.identity = await update(inputs, this.plan, this.taskDefinition, tools)
  }

  private async runTask(
    task: PlannedTask | undefined,
    taskDefinition: TaskDefinitionView,
  ): Promise<void> {
    if (!task) return
    const { inputs, tools } = this
    refuseWhenCancelled(tools)
    const onTask = (report: OneOffTaskReport): Promise<void> => {
      this.oneOffTask = report
      return this.reached('running-task')
    }
    await runTask(task, taskDefinition, inputs, { ...tools, onTask })
  }

  /** What is on its way was begun by another run, after the task of that run. */
  private takeUp(identity: DeploymentIdentity, task: PlannedTask | undefined): void {
    this.identity = identity
    if (!task) return
    this.tools.journal.caveat(
      'The one-off task was not run: the deployment that is taken up had begun before this run, and a task of this run could not be before it.',
    )
  }

  private async finish(begun: DeploymentIdentity): Promise<Verdict> {
    const { inputs, tools, plan, taskDefinition } = this
    if (!plan || !taskDefinition) throw new Error('A deployment without a plan was begun.')
    await this.reached('rolling-out')
    if (!inputs.isWatched) {
      const left = await leaveUnwatched(plan, taskDefinition, begun, tools)
      this.identity = left.identity
      return left.verdict
    }
    try {
      this.identity =
        plan.next.kind === 'take-up' ? begun : await locate(plan, taskDefinition, begun, tools)
    } catch (error) {
      if (!(error instanceof PortError)) throw error
      return monitoringLost(error)
    }
    await this.reached('rolling-out')
    const { verdict, last } = await this.watch(this.identity, plan, taskDefinition)
    this.last = last
    if (isOver(verdict)) await settleConfiguration(plan.shift, plan.service, tools)
    this.warnOfRollback(verdict, taskDefinition)
    await markVerdict(verdict, taskDefinition, plan.knownGood.chosen, tools)
    if (verdict.outcome === 'deployed' && inputs.keepRevisions !== undefined) {
      await tidyRevisions(inputs.keepRevisions, plan, taskDefinition, tools)
    }
    return verdict
  }

  private async watch(
    identity: DeploymentIdentity,
    plan: Plan,
    { arn: taskDefinition }: TaskDefinitionView,
  ): Promise<Seen> {
    const { inputs, tools } = this
    const isTakenUp = plan.next.kind === 'take-up'
    const undo = undoSettings(plan.service, plan.settings)
    const deployment = {
      ...(undo && { undo }),
      identity,
      taskDefinition,
      bake: plan.bake,
      isTakenUp,
    }
    if (!shifts(plan.shift)) return seeThrough(deployment, releaseOf(inputs, plan), inputs, tools)
    try {
      const groups = await groupsOfDeployment(plan.service, plan.serving, identity, tools)
      const triggers = plan.triggers && (await aimTriggers(plan.triggers, groups, tools))
      const aimed = { ...plan, triggers }
      this.plan = aimed
      return await seeThrough({ ...deployment, groups }, releaseOf(inputs, aimed), inputs, tools)
    } catch (error) {
      if (!(error instanceof PortError)) throw error
      return { verdict: monitoringLost(error), last: undefined }
    }
  }

  private warnOfRollback(
    { outcome, rolledBackBy }: Verdict,
    taskDefinition: TaskDefinitionView,
  ): void {
    if (rolledBackBy === 'none' && !outcome.startsWith('roll')) return
    const warning = notUndone(taskDefinition, this.oneOffTask)
    if (warning !== undefined) this.tools.journal.caveat(warning)
  }

  private reached(phase: RunPhase): Promise<void> {
    return this.tools.checkpoint(this.facts, phase)
  }

  private refused(error: unknown): Verdict {
    const { plan, taskDefinition, oneOffTask } = this
    const done =
      oneOffTask && mayGoOn(oneOffTask)
        ? ' A one-off task had run before that: what it changed is not undone.'
        : ''
    const orphan =
      taskDefinition && plan && taskDefinition.arn !== plan.current.arn
        ? ` ${taskDefinition.arn} was registered before that and is not used by the service.`
        : ''
    return refusedBy(error, `${orphan}${done}`)
  }
}

const releaseOf = (inputs: ServiceInputs, plan: Plan): Release => ({
  policy: inputs,
  knownGood: plan.knownGood.chosen,
  desiredCount: plan.desiredCount,
  allowIdle: inputs.allowIdle,
  wanted: plan.pinned.wanted,
  triggers: plan.triggers,
  shift: plan.shift,
  checks: inputs.checks,
})

/** Nothing is under way any more that the configuration could still matter to. */
const isOver = ({ outcome }: Verdict): boolean =>
  outcome !== 'monitoring-lost' && outcome !== 'cancelled' && outcome !== 'timed-out'

function unchanged(plan: Plan | undefined): Verdict {
  return {
    outcome: 'no-change',
    rolledBackBy: 'none',
    code: 'unchanged',
    reason: `${plan?.service.taskDefinition ?? 'The present revision'} has the same content and the same image digests, and all its tasks run.`,
  }
}
