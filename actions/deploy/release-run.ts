/** The story of one release to one service, in parts, so that several can be told together. */
import {
  aimTriggers,
  countBackAtOnce,
  groupsOfDeployment,
  hasAlternates,
  markVerdict,
  mayGoOn,
  monitoringLost,
  PortError,
  refusedBy,
  refuseWhenCancelled,
  RUN_PHASE,
  seeThrough,
  shifts,
  takeBack,
  type Cause,
  type CountChange,
  type DeploymentIdentity,
  type DeploymentToSee,
  type Observation,
  type OneOffTaskReport,
  type Release,
  type RunPhase,
  type Seen,
  type TaskDefinitionView,
  type Undo,
  type Verdict,
} from '@ecs-pipeline/rollout'
import type { RunFacts } from '@ecs-pipeline/reporting'
import { countChange, locate, register, update } from './deploy.ts'
import { ReleaseRecord } from './dns.ts'
import type { ServiceInputs } from './inputs.ts'
import { preflight, type Plan } from './preflight.ts'
import { undoSettings } from './service-settings.ts'
import { planTask, readRunTask, runTask, serviceAfterTask, type PlannedTask } from './run-task.ts'
import { tidyRevisions } from './tidy.ts'
import type { DeployTools } from './tools.ts'
import { leaveUnwatched } from './unwatched.ts'
import { onlyRecordBack, settle, unchanged, type Settling } from './wind-up.ts'

/** What is known of it grows as it goes on. */
export class ReleaseRun {
  private readonly inputs: ServiceInputs
  private readonly tools: DeployTools
  private readonly startedAt: number
  private readonly record: ReleaseRecord
  private plan: Plan | undefined
  private task: PlannedTask | undefined
  private taskDefinition: TaskDefinitionView | undefined
  private count: CountChange | undefined
  private identity: DeploymentIdentity | undefined
  private last: Observation | undefined
  private oneOffTask: OneOffTaskReport | undefined

  constructor(inputs: ServiceInputs, tools: DeployTools) {
    this.inputs = inputs
    this.startedAt = tools.clock.now()
    this.tools = { ...tools, onPhase: (phase) => this.reached(RUN_PHASE[phase]) }
    const onChange = (): Promise<void> => this.reached(this.identity ? 'baking' : 'preflight')
    this.record = new ReleaseRecord(inputs.dns, tools, onChange)
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
      desiredCount: this.count,
      identity: this.identity,
      last: this.last,
      images: plan?.pinned.images ?? [],
      changes: plan?.changes ?? [],
      oneOffTask: this.oneOffTask,
      dns: this.record.report,
      knownGood: plan?.knownGood,
      triggers: plan?.triggers,
    }
  }

  async run(): Promise<Verdict> {
    return (await this.prepare()) ?? (await this.begin()) ?? this.finish()
  }

  /** Finds out all that can be found out before anything is changed. A verdict: the run ends here. */
  async prepare(): Promise<Verdict | undefined> {
    try {
      const { inputs, tools } = this
      const order = await readRunTask(inputs, tools.journal)
      const plan = await preflight(inputs, tools)
      this.plan = plan
      await this.record.prepare(plan.service)
      const ground = { document: plan.pinned.document, network: plan.service.network }
      this.task = order && planTask(order, inputs, ground)
      await this.reached('preflight')
      return undefined
    } catch (error) {
      return this.refused(error)
    }
  }

  /** Up to the moment when there is a deployment to watch. A verdict: there is none. */
  async begin(): Promise<Verdict | undefined> {
    try {
      await this.start()
    } catch (error) {
      return this.settled(this.refused(error))
    }
    return this.identity ? undefined : this.record.lead(unchanged(this.plan?.service))
  }

  private async start(): Promise<void> {
    const { inputs, tools, plan, task } = this
    if (!plan) throw new Error('A release that was not prepared was begun.')
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
    this.count = countChange(inputs, this.plan)
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

  /** Sees the deployment to its end. */
  async finish(): Promise<Verdict> {
    const { inputs, tools, plan, taskDefinition, identity: begun } = this
    if (!plan || !taskDefinition || !begun) throw new Error('There is no deployment to watch.')
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
      return this.settled(monitoringLost(error))
    }
    await this.reached('rolling-out')
    const { verdict, last } = await this.watch(this.identity, plan, taskDefinition)
    this.last = last
    await this.settled(verdict)
    await markVerdict(verdict, taskDefinition, plan.knownGood.chosen, tools)
    const led = await this.record.lead(verdict)
    if (led.outcome === 'deployed' && inputs.keepRevisions !== undefined) {
      await tidyRevisions(inputs.keepRevisions, plan, taskDefinition, tools)
    }
    return led
  }

  /** After an end that was good: goes back for a reason that lies outside of this service. */
  async takeBack(cause: Cause): Promise<Verdict> {
    const { inputs, tools, plan, taskDefinition, identity } = this
    // Users first, as where ECS itself shifts traffic: they are led away at once, and then the tasks go.
    const record = await this.record.putBack()
    if (record && !identity) return onlyRecordBack(record, cause)
    if (!plan || !taskDefinition || !identity) throw new Error('There is nothing to take back.')
    const deployment = this.toSee(identity, plan, taskDefinition)
    const verdict = await takeBack(deployment, releaseOf(inputs, plan), inputs, cause, tools)
    return this.settled(verdict)
  }

  private async watch(
    identity: DeploymentIdentity,
    plan: Plan,
    taskDefinition: TaskDefinitionView,
  ): Promise<Seen> {
    const { inputs, tools } = this
    const deployment = this.toSee(identity, plan, taskDefinition)
    const { service, serving } = plan
    // A rolling deployment of such a service is in one of its two groups as well.
    if (!hasAlternates(service))
      return seeThrough(deployment, releaseOf(inputs, plan), inputs, tools)
    try {
      const before = { serving, isShifting: shifts(plan.shift) }
      const groups = await groupsOfDeployment(service, before, identity, tools)
      const triggers = plan.triggers && (await aimTriggers(plan.triggers, groups, tools))
      const aimed = { ...plan, triggers }
      this.plan = aimed
      return await seeThrough({ ...deployment, groups }, releaseOf(inputs, aimed), inputs, tools)
    } catch (error) {
      if (!(error instanceof PortError)) throw error
      return { verdict: monitoringLost(error), last: undefined }
    }
  }

  private toSee(
    identity: DeploymentIdentity,
    plan: Plan,
    { arn: taskDefinition }: TaskDefinitionView,
  ): DeploymentToSee {
    const undo: Undo = async (service) => ({
      ...undoSettings(plan.service, plan.settings),
      ...(await countBackAtOnce(this.count, service, this.tools)),
    })
    return {
      undo,
      identity,
      taskDefinition,
      bake: plan.bake,
      isTakenUp: plan.next.kind === 'take-up',
    }
  }

  /** Nothing is left to be put right of a run that has changed nothing. */
  private async settled(verdict: Verdict): Promise<Verdict> {
    const { plan, taskDefinition, count, oneOffTask } = this
    if (!plan || !taskDefinition || verdict.outcome === 'refused') return verdict
    const { service, shift } = plan
    const left: Settling = { service, shift, taskDefinition, count, oneOffTask }
    await settle(verdict, left, this.tools)
    return verdict
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
