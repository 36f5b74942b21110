/** One deployment that shifts traffic, or the rollback of one: it goes through the steps of local-aws, one at a look. */
import {
  stepsBack,
  stepsForward,
  type Step,
} from '../../../packages/local-aws/src/services/ecs/shifting/steps.ts'
import type { DeploymentConfiguration as AwsConfiguration } from '@aws-sdk/client-ecs'
import { isHealthy, presentOf, replacedBy, type Deployment, type ServiceState } from './records.ts'
import { StageHooks } from './stage-hooks.ts'
import type { TaskLives } from './task-lives.ts'
import type { WorldClock } from './world-clock.ts'

const MINUTE = 60_000

export interface ShiftDeps {
  readonly clock: WorldClock
  readonly lives: TaskLives
  /** Whether a load balancer has traffic to shift. */
  readonly hasTraffic: boolean
  /** Whether users get good answers from that revision when it has so many percent of the traffic. */
  readonly isGoodAt: (revision: number, percent: number) => boolean
  /** Told of the pauses of somebody else when they begin. */
  readonly onOthersPause: (deployment: Deployment, hookId: string) => void
}

export type ShiftOutcome =
  /** `until`: when to look again although nothing happens. */
  | { readonly kind: 'waiting'; readonly until: number }
  /** A step is over, and the next one begins with the next look. */
  | { readonly kind: 'stepped' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: string; readonly isByClock: boolean }

export class ShiftRun {
  readonly deployment: Deployment
  private readonly service: ServiceState
  private readonly deps: ShiftDeps
  private readonly steps: readonly Step[]
  private index = 0
  private stageHooks: StageHooks | undefined
  private readyAt: number | undefined

  /** `isSourceGone`: whether the deployment that is rolled back had begun to take its source away. */
  constructor(
    service: ServiceState,
    deployment: Deployment,
    isSourceGone: boolean,
    deps: ShiftDeps,
  ) {
    this.service = service
    this.deployment = deployment
    this.deps = deps
    const configuration = deployment.serviceDeployment.configuration as AwsConfiguration
    this.steps = deployment.isRollback
      ? stepsBack(isSourceGone)
      : stepsForward({
          configuration,
          hasSource: this.source !== undefined,
          isCrowded: this.others.length > 1,
        })
    if (!deployment.isRollback) this.shift({ production: 0, test: 0 })
  }

  get isCleaningUp(): boolean {
    return this.step?.stage === 'CLEAN_UP'
  }

  /** Of the present step. */
  get hooks(): StageHooks | undefined {
    return this.stageHooks
  }

  look(): ShiftOutcome {
    const { step } = this
    if (!step) return { kind: 'done' }
    this.stageHooks ??= this.enter(step)
    this.runTasks(step)
    const now = this.deps.clock.now()
    const hooks = this.stageHooks.look(now)
    if (hooks.kind !== 'over') return hooks
    if (!this.isReached(step)) return { kind: 'waiting', until: Infinity }
    this.readyAt ??= now
    const end = this.readyAt + (step.bakeMinutes ?? 0) * MINUTE
    if (now < end) return { kind: 'waiting', until: end }
    this.index++
    this.stageHooks = undefined
    return this.step ? { kind: 'stepped' } : { kind: 'done' }
  }

  private get step(): Step | undefined {
    return this.steps[this.index]
  }

  private get others(): readonly Deployment[] {
    return this.service.deployments.filter((each) => each !== this.deployment)
  }

  private get source(): Deployment | undefined {
    return replacedBy(this.others)
  }

  private enter(step: Step): StageHooks {
    const { deployment, deps } = this
    const { serviceDeployment } = deployment
    this.readyAt = undefined
    serviceDeployment.lifecycleStage = step.stage
    this.shift(step)
    // Pauses would need somebody to end them on the way back; only functions are called there.
    const configuration = deployment.isRollback ? {} : serviceDeployment.configuration
    const made = new StageHooks(step.stage, serviceDeployment, configuration, deps.clock.now())
    for (const id of made.ofOthers) deps.onOthersPause(deployment, id)
    return made
  }

  /** The deployment gets so many percent, what it replaces the rest, and whatever else there is nothing. */
  private shift({ production, test }: Pick<Step, 'production' | 'test'>): void {
    const { service, source, deployment, deps } = this
    if (!deps.hasTraffic || (production === undefined && test === undefined)) return
    const now = service.traffic.get(deployment.revisionArn)
    const share = {
      production: production ?? now?.production ?? 0,
      test: test ?? now?.test ?? 0,
    }
    const rest = { production: 100 - share.production, test: 100 - share.test }
    service.traffic = new Map([
      ...(source ? [[source.revisionArn, rest] as const] : []),
      [deployment.revisionArn, share],
    ])
    const isBad = share.production > 0 && !deps.isGoodAt(deployment.revision, share.production)
    if (isBad) deployment.badSince ??= deps.clock.now()
  }

  private isReached({ until }: Step): boolean {
    const { deployment, source, service } = this
    const isLeft = (isGone: (owner: Deployment) => boolean): boolean =>
      service.tasks.some(({ owner }) => isGone(owner))
    switch (until) {
      case 'scaled-up': {
        const own = presentOf(service, deployment)
        return own.length === service.desired && own.every(isHealthy)
      }
      case 'cleaned-up':
        return !isLeft((owner) => owner !== deployment)
      case 'reconciled':
        return !isLeft((owner) => owner !== deployment && owner !== source)
      default:
        return true
    }
  }

  private runTasks({ runs }: Step): void {
    const { service, deployment, source, deps } = this
    const kept = [
      ...(runs === 'source' ? [] : [deployment]),
      ...(runs === 'target' || !source ? [] : [source]),
    ]
    deps.lives.giveUpUnhealthy(service)
    for (const each of kept) keep(each, each === deployment, service, deps)
    const why = `Scaling activity initiated by (deployment ${deployment.id})`
    for (const task of service.tasks) if (!kept.includes(task.owner)) deps.lives.stop(task, why)
  }
}

/** As many tasks as are wanted; what never completed and is being replaced gets no new ones. */
export function keep(
  each: Deployment,
  isTarget: boolean,
  service: ServiceState,
  { clock, lives }: Pick<ShiftDeps, 'clock' | 'lives'>,
): void {
  const own = presentOf(service, each)
  const why = `Scaling activity initiated by (deployment ${each.id})`
  for (const task of own.slice(service.desired)) lives.stop(task, why)
  const isMaintained = isTarget || each.rolloutState === 'COMPLETED' || each.isRollback
  if (!isMaintained || clock.now() < each.pausedUntil) return
  for (let count = own.length; count < service.desired; count++) {
    service.tasks.push(lives.start(each))
  }
}
