/** One run of the rollback action, from checked inputs to a report. */
import {
  beginDeployment,
  followSettings,
  goBack,
  KNOWN_TO_ECS,
  locateServiceDeployment,
  mark,
  markVerdict,
  monitoringLost,
  notUndone,
  Observer,
  PortError,
  refusedBy,
  refuseWhenCancelled,
  RUN_PHASE,
  seeThrough,
  type Cause,
  type DeploymentIdentity,
  type DeployReport,
  type KnownGood,
  type Observation,
  type Release,
  type RunPhase,
  type TaskDefinitionArn,
  type TaskDefinitionView,
  type Verdict,
  VERDICT_TAG,
  withoutLostVolumes,
} from '@ecs-pipeline/rollout'
import { buildReport, diffDefinitions, type RunFacts, type RunTools } from '@ecs-pipeline/reporting'
import type { RollbackInputs } from './inputs.ts'
import { planRollback, type RollbackPlan } from './plan.ts'
import { verdictOfRollback } from './verdict.ts'
import { describeWay, type Way } from './way.ts'

export async function run(inputs: RollbackInputs, tools: RunTools): Promise<DeployReport> {
  const rollback = new RollbackRun(inputs, tools)
  const verdict = await rollback.run()
  return buildReport(rollback.facts, verdict, tools)
}

/** Why a revision that was left is marked as rejected, where no reason was given. */
export const LEFT_BY_HAND = 'rolled back by hand'

class RollbackRun {
  private readonly inputs: RollbackInputs
  private readonly tools: RunTools
  private readonly startedAt: number
  private plan: RollbackPlan | undefined
  /** The revision that is gone back to, or that is watched. */
  private taskDefinition: TaskDefinitionView | undefined
  private identity: DeploymentIdentity | undefined
  private last: Observation | undefined

  constructor(inputs: RollbackInputs, tools: RunTools) {
    this.inputs = inputs
    this.startedAt = tools.clock.now()
    this.tools = { ...tools, onPhase: (phase) => this.reached(RUN_PHASE[phase]) }
  }

  get facts(): RunFacts {
    const { plan, taskDefinition } = this
    return {
      action: 'rollback',
      isAskedToGoBack: this.inputs.watchMinutes === undefined,
      cluster: this.inputs.cluster,
      service: this.inputs.service,
      startedAt: this.startedAt,
      before: plan?.service,
      taskDefinition,
      identity: this.identity,
      last: this.last,
      images: [],
      changes:
        plan && taskDefinition
          ? diffDefinitions(plan.current.document, taskDefinition.document)
          : [],
      knownGood: plan?.knownGood,
      triggers: plan?.triggers,
    }
  }

  async run(): Promise<Verdict> {
    try {
      const plan = await planRollback(this.inputs, this.tools)
      this.plan = plan
      this.sayPlan(plan)
      await this.reached('preflight')
      if (this.inputs.dryRun) return nothingDone('dry-run', `Dry run: ${describeWay(plan.way)}`)
      refuseWhenCancelled(this.tools)
      return await this.go(plan, plan.way)
    } catch (error) {
      return refusedBy(error)
    }
  }

  private sayPlan({ knownGood, way, current }: RollbackPlan): void {
    const { journal } = this.tools
    if (way.kind === 'stop' || way.kind === 'deploy') this.warnOfTask(current)
    for (const { taskDefinition, why } of knownGood.passedOver) {
      journal.progress(`passed over ${taskDefinition}: ${why}`)
    }
    journal.progress(describeWay(way))
  }

  private warnOfTask(left: TaskDefinitionView): void {
    const warning = notUndone(left)
    if (warning !== undefined) this.tools.journal.caveat(warning)
  }

  private async go(plan: RollbackPlan, way: Way): Promise<Verdict> {
    switch (way.kind) {
      case 'nothing':
        return nothingDone('unchanged', way.why)
      case 'watch':
        return this.watch(plan, way)
      case 'stop':
        return this.stop(plan, way)
      case 'join':
        this.taskDefinition = plan.current
        this.identity = way.identity
        await this.reached('rolling-back')
        return this.see(plan, way.identity, way.target)
      case 'deploy':
        return this.deploy(plan, way.target)
    }
  }

  private async watch(
    plan: RollbackPlan,
    { identity, triggers }: Extract<Way, { kind: 'watch' }>,
  ): Promise<Verdict> {
    const { inputs, tools } = this
    this.identity = identity
    this.taskDefinition = plan.current
    await this.reached('baking')
    const release: Release = {
      policy: { onFailure: 'rollback', onTimeout: 'leave', onCancel: 'leave' },
      knownGood: plan.knownGood.chosen,
      desiredCount: plan.service.desiredCount,
      allowIdle: true,
      wanted: new Map(),
      triggers,
    }
    const deployment = {
      identity,
      taskDefinition: plan.current.arn,
      bake: (inputs.watchMinutes ?? 0) * 60_000,
      isTakenUp: true,
    }
    const { verdict, last } = await seeThrough(deployment, release, inputs, tools)
    this.last = last
    if (verdict.rolledBackBy !== 'none') this.warnOfTask(plan.current)
    await markVerdict(verdict, plan.current, plan.knownGood.chosen, tools)
    if (verdict.outcome !== 'deployed' && verdict.outcome !== 'deployed-idle') return verdict
    return nothingDone('no-breach', `No trigger breached. ${verdict.reason}`)
  }

  /** Stops the deployment under way; ECS goes back to what ran before it. */
  private async stop(
    plan: RollbackPlan,
    { identity, target }: Extract<Way, { kind: 'stop' }>,
  ): Promise<Verdict> {
    const { inputs, tools } = this
    const { ports, clock, journal } = tools
    this.identity = identity
    const cause = askedFor(inputs)
    const release = releaseOf(plan)
    const deployment = {
      identity,
      taskDefinition: plan.current.arn,
      bake: 0,
      isTakenUp: true,
    }
    const settings = followSettings(deployment, release, inputs, clock.now())
    const observer = new Observer(ports, clock, journal, identity)
    const verdict = await goBack({ identity, settings, observer }, target, cause, tools)
    const arrived = target === KNOWN_TO_ECS ? await this.present() : target.taskDefinition
    if (arrived !== undefined) this.taskDefinition = await this.describe(arrived)
    return this.marked(plan, verdict, arrived)
  }

  private async deploy(plan: RollbackPlan, target: KnownGood): Promise<Verdict> {
    const { tools } = this
    const { ports, journal } = tools
    this.taskDefinition = await ports.taskDefinitions.describe(target.taskDefinition)
    await this.reached('updating')
    journal.progress(`rolling back: UpdateService to ${target.taskDefinition}`)
    const { taskDefinition } = target
    const volumes = withoutLostVolumes(plan.service, this.taskDefinition.document)
    const change = { taskDefinition, ...volumes }
    const { id, createdAt } = await beginDeployment(change, plan.service, tools)
    const begun = { deploymentId: id, serviceDeployment: undefined, createdAt }
    this.identity = begun
    await this.reached('rolling-back')
    const updated = { before: plan.service, taskDefinition, deploymentId: id, createdAt }
    try {
      this.identity = { ...begun, serviceDeployment: await locateServiceDeployment(updated, tools) }
    } catch (error) {
      if (!(error instanceof PortError)) throw error
      return monitoringLost(error)
    }
    await this.reached('rolling-back')
    return this.see(plan, this.identity, target)
  }

  private async see(
    plan: RollbackPlan,
    identity: DeploymentIdentity,
    target: KnownGood,
  ): Promise<Verdict> {
    const { inputs, tools } = this
    const { taskDefinition } = target
    const deployment = { identity, taskDefinition, bake: 0, isTakenUp: false, isWayBack: true }
    const { verdict, last } = await seeThrough(deployment, releaseOf(plan), inputs, tools)
    this.last = last
    return this.marked(plan, verdictOfRollback(verdict, askedFor(inputs), target), taskDefinition)
  }

  /**
   * What was gone away from was called bad by a person; ECS's history would choose it again. Where it is not known what
   * the service is on now, that may be the same one, and nothing is marked.
   */
  private async marked(
    plan: RollbackPlan,
    verdict: Verdict,
    arrived: TaskDefinitionArn | undefined,
  ): Promise<Verdict> {
    const { outcome, rolledBackBy } = verdict
    // Of one that was cancelled ECS finishes what it began.
    const isGone =
      outcome === 'rolled-back' || (outcome === 'cancelled' && rolledBackBy === 'action')
    if (isGone && arrived !== undefined && arrived !== plan.current.arn) {
      await mark(plan.current, 'rejected', this.inputs.reason ?? LEFT_BY_HAND, this.tools)
    }
    // Whoever asks for a rejected revision by name takes the mark back.
    if (outcome === 'rolled-back' && this.taskDefinition?.tags[VERDICT_TAG] === 'rejected') {
      await mark(this.taskDefinition, 'verified', 'asked for by hand', this.tools)
    }
    return verdict
  }

  private describe(arn: TaskDefinitionArn): Promise<TaskDefinitionView | undefined> {
    return this.afterwards(() => this.tools.ports.taskDefinitions.describe(arn))
  }

  /** Where ECS has taken the service. */
  private async present(): Promise<TaskDefinitionArn | undefined> {
    return (await this.afterwards(() => this.tools.ports.deployments.service()))?.taskDefinition
  }

  private async afterwards<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof PortError)) throw error
      this.tools.journal.caveat(`What the way back changed cannot be told: ${error.message}`)
      return undefined
    }
  }

  private reached(phase: RunPhase): Promise<void> {
    return this.tools.checkpoint(this.facts, phase)
  }
}

/** The way back has no way back of its own: it is watched, and what it comes to is told. */
const releaseOf = (plan: RollbackPlan): Release => ({
  policy: { onFailure: 'leave', onTimeout: 'leave', onCancel: 'leave' },
  knownGood: undefined,
  desiredCount: plan.service.desiredCount,
  allowIdle: true,
  wanted: new Map(),
  triggers: undefined,
})

const askedFor = ({ reason }: RollbackInputs): Cause => ({
  code: 'asked',
  text: `A rollback was asked for${reason === undefined ? '' : `: ${reason}`}.`,
})

const nothingDone = (code: 'dry-run' | 'unchanged' | 'no-breach', reason: string): Verdict => ({
  outcome: 'no-change',
  rolledBackBy: 'none',
  code,
  reason,
})
