import type {
  DeploymentLifecycleHookAction,
  ServiceDeploymentLifecycleStage,
} from '@aws-sdk/client-ecs'
import type { Clock, ListenerRules } from '../../../parts.ts'
import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../model.ts'
import { isSteady } from '../scheduler/completion.ts'
import type { Present } from '../scheduler/reconcile.ts'
import type { ServiceTasks } from '../scheduler/service-tasks.ts'
import { stageTimedOut } from './hook-words.ts'
import { StageHooks, type HookContext } from './hooks.ts'
import { keep } from './keep.ts'
import type { LambdaHooks } from './lambda-hooks.ts'
import { networkingFault } from './networking.ts'
import { stepsBack, stepsForward, type Step } from './steps.ts'
import { replacedBy } from './target-groups.ts'
import { Traffic, type Shift } from './traffic.ts'

const MINUTE = 60_000
/** "The system times out, fails the deployment, and then initiates a rollback after a stage reaches 24 hours." */
const LONGEST_STAGE = 24 * 60 * MINUTE

export interface ShiftDeps {
  readonly clock: Clock
  readonly listenerRules: ListenerRules
  readonly lambdaHooks: LambdaHooks
  readonly tasks: ServiceTasks
  /** Asks for a look at the service at that time, in milliseconds of AWS time. */
  readonly lookAt: (at: number) => void
  readonly lookSoon: () => void
}

export type ShiftOutcome =
  | 'going on'
  /** The target is all that runs. */
  | 'done'
  /** Why the deployment has to go back, in the words of `statusReason`. */
  | { readonly failed: string }

/**
 * One deployment that shifts traffic, or the rollback of one: it goes through its steps, one at a look. How long a step
 * takes in which nothing has to be waited for is unproven.
 */
export class ShiftRun {
  readonly deployment: DeploymentRecord
  private readonly service: ServiceRecord
  private readonly deps: ShiftDeps
  private readonly traffic: Traffic
  private readonly steps: readonly Step[]
  private index = 0
  private hooks: StageHooks | undefined
  private enteredAt = 0
  /** When everything that the step waits for was there; its bake begins. */
  private readyAt: number | undefined

  /** `isSourceGone`: whether the deployment that is rolled back had begun to take its source away. */
  constructor(
    service: ServiceRecord,
    deployment: DeploymentRecord,
    isSourceGone: boolean,
    deps: ShiftDeps,
  ) {
    this.service = service
    this.deployment = deployment
    this.deps = deps
    this.traffic = new Traffic(service, deps.listenerRules)
    const configuration = deployment.serviceDeployment.deploymentConfiguration ?? {}
    this.steps = deployment.isRollback
      ? stepsBack(isSourceGone)
      : stepsForward({
          configuration,
          hasSource: this.source !== undefined,
          isCrowded: this.others.length > 1,
        })
    if (!deployment.isRollback) this.traffic.noteBeginning(this.shift)
  }

  /** From here on there is no bake any more, and nothing judges the deployment. */
  get isCleaningUp(): boolean {
    return this.step?.stage === 'CLEAN_UP'
  }

  /** Why a hook's answer takes the deployment back, in the words of `statusReason`. */
  get rollbackReason(): string | undefined {
    return this.hooks?.rollbackReason
  }

  /** False when no hook waits under that id. */
  resume(hookId: string, action: DeploymentLifecycleHookAction): boolean {
    return this.hooks?.resume(hookId, action) ?? false
  }

  look(): ShiftOutcome {
    const { step } = this
    if (!step) return 'done'
    if (!this.hooks) {
      const fault = this.enter(step)
      if (fault !== undefined) return { failed: fault }
    }
    this.runTasks(step)
    const now = this.deps.clock.now()
    const hooks = this.hooks?.look(now, this.hookContext(step)) ?? { kind: 'over' }
    if (hooks.kind === 'failed') return { failed: hooks.reason }
    if (hooks.kind === 'waiting') {
      this.deps.lookAt(hooks.until)
      return 'going on'
    }
    if (!this.isReached(step)) return this.waitForTasks(step)
    this.readyAt ??= now
    const end = this.readyAt + (step.bakeMinutes ?? 0) * MINUTE
    if (now < end) {
      this.deps.lookAt(end)
      return 'going on'
    }
    return this.goOn()
  }

  private get step(): Step | undefined {
    return this.steps[this.index]
  }

  private get others(): readonly DeploymentRecord[] {
    return this.service.deployments.filter((each) => each !== this.deployment)
  }

  private get source(): DeploymentRecord | undefined {
    return replacedBy(this.others)
  }

  private get shift(): Shift {
    return { target: this.deployment.revision, source: this.source?.revision }
  }

  /** Gives the fault of the service's set-up that ends the deployment. */
  private enter(step: Step): string | undefined {
    const { deployment, deps } = this
    const { serviceDeployment: shown } = deployment
    const now = deps.clock.now()
    this.enteredAt = now
    this.readyAt = undefined
    shown.lifecycleStage = shownStage(step)
    shown.updatedAt = new Date(now)
    if (step.stage === 'PRE_SCALE_UP') {
      const fault = networkingFault(deployment.revision.loadBalancers ?? [], deps.listenerRules)
      if (fault !== undefined) return fault
    }
    if (step.production !== undefined) this.traffic.shiftProduction(this.shift, step.production)
    if (step.test !== undefined) this.traffic.shiftTest(this.shift, step.test)
    const configured = shown.deploymentConfiguration?.lifecycleHooks ?? []
    // "Pausing during a rollback would require an additional call": only functions are called then.
    const called = deployment.isRollback
      ? configured.filter(({ targetType }) => targetType !== 'PAUSE')
      : configured
    this.hooks = new StageHooks(step.stage, called, deps.lambdaHooks, now)
    const { details } = this.hooks
    // That ended hooks are shown until the next stage that has any is unproven.
    if (details.length > 0) shown.lifecycleHookDetails = details
    return undefined
  }

  private goOn(): ShiftOutcome {
    this.index++
    this.hooks = undefined
    if (!this.step) return 'done'
    this.deps.lookSoon()
    return 'going on'
  }

  private waitForTasks({ stage }: Step): ShiftOutcome {
    const end = this.enteredAt + LONGEST_STAGE
    if (this.deps.clock.now() >= end) return { failed: stageTimedOut(stage) }
    this.deps.lookAt(end)
    return 'going on'
  }

  private isReached({ until }: Step): boolean {
    const { source } = this
    const { tasks } = this.deps
    switch (until) {
      case 'scaled-up':
        return isSteady({
          desired: this.service.desiredCount,
          own: this.present(this.deployment),
          leaving: 0,
        })
      case 'cleaned-up':
        // "The stage when the blue service revision has completely scaled down to 0 running tasks."
        return tasks.count((owner) => owner !== this.deployment) === 0
      case 'reconciled':
        return tasks.count((owner) => owner !== this.deployment && owner !== source) === 0
      default:
        return true
    }
  }

  private runTasks({ runs }: Step): void {
    const { deployment, source } = this
    const { tasks } = this.deps
    const kept = new Set<DeploymentRecord | undefined>()
    if (runs !== 'source') kept.add(deployment)
    if (runs !== 'target' && source) kept.add(source)
    for (const each of kept) if (each) keep(each, this.isMaintained(each), this.service, tasks)
    const stop = tasks.present((owner) => !kept.has(owner)).map(({ task }) => task)
    tasks.stop(deployment, { stop, giveUp: [] })
  }

  /** What never completed and is being replaced or taken back gets no new tasks; that is unproven. */
  private isMaintained(each: DeploymentRecord): boolean {
    return each === this.deployment || each.rolloutState === 'COMPLETED' || each.isRollback
  }

  private present(deployment: DeploymentRecord): Present<TaskRecord>[] {
    return this.deps.tasks.present((owner) => owner === deployment)
  }

  /** `targetServiceRevisionArn` stays the one that was to be deployed, in a rollback as well. */
  private hookContext({ stage }: Step): HookContext {
    const { serviceDeployment } = this.deployment
    const weights = (
      weight: 'requestedProductionTrafficWeight' | 'requestedTestTrafficWeight',
    ): Record<string, number> =>
      Object.fromEntries(
        [...this.service.traffic].flatMap(([arn, traffic]) => {
          const percent = traffic[weight]
          return percent === undefined ? [] : [[arn, percent]]
        }),
      )
    const isProduction =
      stage === 'PRE_PRODUCTION_TRAFFIC_SHIFT' || stage === 'PRODUCTION_TRAFFIC_SHIFT'
    return {
      resourceArn: serviceDeployment.serviceDeploymentArn ?? '',
      executionDetails: {
        serviceArn: this.service.arn,
        targetServiceRevisionArn: serviceDeployment.targetServiceRevision?.arn ?? '',
        testTrafficWeights:
          stage === 'TEST_TRAFFIC_SHIFT' ? weights('requestedTestTrafficWeight') : {},
        productionTrafficWeights: isProduction ? weights('requestedProductionTrafficWeight') : {},
      },
    }
  }
}

/** The prose of `lifecycleStage` has a stage that its enum has not. */
const shownStage = ({ stage }: Step): ServiceDeploymentLifecycleStage =>
  stage as ServiceDeploymentLifecycleStage
