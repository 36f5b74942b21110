import type { DeploymentCircuitBreaker, ServiceDeployment } from '@aws-sdk/client-ecs'
import type { AlarmStates } from '../../../parts.ts'
import type { DeploymentRecord, ServiceRecord, TaskDefinitionRecord } from '../model.ts'
import { countsNow } from '../services/shape.ts'
import { breakerThreshold, isTripped } from './circuit-breaker.ts'
import { DeploymentAlarms } from './deployment-alarms.ts'
import type { DeploymentPhases } from './deployment-phases.ts'
import { primaryOf } from './deployments.ts'
import { EVENT, ROLLOUT, STATUS_REASON } from './events.ts'
import { isShifting } from '../shifting/strategy.ts'
import { newPrimary, newRevision, newServiceDeployment, type RecordDeps } from './records.ts'
import { completedBy, startRollback, type Completed, type RollbackWords } from './rollback.ts'
import { enter, finish, isOngoing, type FinalStatus } from './service-deployment-states.ts'

export interface RolloutDeps extends RecordDeps {
  readonly alarms: AlarmStates
  readonly phases: DeploymentPhases
  readonly addEvent: (text: string) => void
  /** Asks for a look at the service at that time, in milliseconds of AWS time. */
  readonly lookAt: (at: number) => void
}

interface Failure {
  readonly event: string
  readonly rolloutReason: string
  readonly mayGoBack: boolean
  readonly rolledBack: string
  readonly stopped: string
  readonly rollout: RollbackWords['rollout']
}

/** The deployments of one service, from UpdateService to COMPLETED, FAILED or rolled back. It knows no tasks. */
export class Rollout {
  private readonly service: ServiceRecord
  private readonly deps: RolloutDeps
  /**
   * "When the rollback starts, the deployment changes from a COMPLETED to IN_PROGRESS. This means that the deployment
   * is not eligible for another rollback until it reaches a COMPLETED state" (deployment-circuit-breaker.html).
   */
  private completed: Completed | undefined
  private alarms: DeploymentAlarms | undefined

  constructor(service: ServiceRecord, deps: RolloutDeps) {
    this.service = service
    this.deps = deps
  }

  /** Makes a new deployment the primary one; it starts with the next {@link advance}. */
  begin(taskDefinition: TaskDefinitionRecord): void {
    const { service, deps } = this
    const before = primaryOf(service)?.serviceDeployment
    if (before && isOngoing(before)) this.stop(before, STATUS_REASON.superseded)
    const revision = newRevision(service, taskDefinition, deps)
    const canGoBack = this.completed !== undefined
    const serviceDeployment = newServiceDeployment(service, revision, canGoBack, deps)
    const made = { taskDefinition, revision, serviceDeployment, isRollback: false, adopts: [] }
    this.watchAlarms(newPrimary(service, made, ROLLOUT.inProgress, deps))
  }

  /** False when there is nothing to go back to. The rollback starts with the next {@link advance}. */
  requestRollback(reason = STATUS_REASON.byUser): boolean {
    const primary = primaryOf(this.service)
    if (!primary || !this.completed) return false
    const now = this.deps.clock.now()
    enter(primary.serviceDeployment, 'ROLLBACK_REQUESTED', now, reason)
    return true
  }

  /** Does what was asked for since the last time, and gives the primary deployment. */
  advance(): DeploymentRecord | undefined {
    this.endStopping()
    const primary = primaryOf(this.service)
    const status = primary?.serviceDeployment.status
    if (primary && status === 'PENDING') this.startWhenDue(primary)
    if (primary && status === 'ROLLBACK_REQUESTED') {
      const { statusReason: why = STATUS_REASON.byUser } = primary.serviceDeployment
      this.goBack(primary, { status: why, why, rollout: ROLLOUT.goingBack })
    }
    return primaryOf(this.service)
  }

  countFailure(deployment: DeploymentRecord): void {
    deployment.failedTasks++
    deployment.updatedAt = this.deps.clock.now()
  }

  /** A healthy task clears the count of failures, unless the configuration keeps it (`resetOnHealthyTask`). */
  countHealthy(deployment: DeploymentRecord): void {
    if (this.breaker?.resetOnHealthyTask === false || deployment.failedTasks === 0) return
    deployment.failedTasks = 0
    deployment.updatedAt = this.deps.clock.now()
  }

  /** Lets the circuit breaker and the alarms look at the primary deployment; one that fails is stopped or taken back. */
  judge(primary: DeploymentRecord, hasRunningTask: boolean): void {
    if (primary.rolloutState !== 'IN_PROGRESS') return
    const { breaker, service } = this
    this.showFailures(primary)
    if (isTripped(breaker, service.desiredCount, primary.failedTasks)) {
      const { deploymentCircuitBreaker: shown } = primary.serviceDeployment
      if (shown) shown.status = 'TRIGGERED'
      this.fail(primary, {
        event: 'tasks failed to start',
        rolloutReason: ROLLOUT.tasksFailed(),
        mayGoBack: breaker?.rollback === true,
        rolledBack: STATUS_REASON.breakerRolledBack,
        stopped: STATUS_REASON.breakerStopped,
        rollout: ROLLOUT.rollingBack,
      })
      return
    }
    const triggered = hasRunningTask ? (this.alarms?.triggered() ?? []) : []
    if (triggered.length > 0) this.failByAlarm(primary, triggered)
  }

  get isWatchingAlarms(): boolean {
    const isUnderWay = primaryOf(this.service)?.rolloutState === 'IN_PROGRESS'
    return isUnderWay && this.alarms?.isWatching === true
  }

  /** Called while enough is healthy: when the bake time of the alarms ends, where it has not ended yet. */
  endOfBake(): number | undefined {
    const now = this.deps.clock.now()
    const endOfBake = this.alarms?.endOfBake(now) ?? now
    return now < endOfBake ? endOfBake : undefined
  }

  complete(primary: DeploymentRecord): void {
    const status = primary.isRollback ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL'
    primary.rolloutState = 'COMPLETED'
    primary.rolloutStateReason = ROLLOUT.completed(primary)
    primary.updatedAt = this.deps.clock.now()
    this.completed = completedBy(primary, this.service)
    this.end(primary.serviceDeployment, status)
    this.deps.addEvent(EVENT.completed(primary))
  }

  /** The deployment cannot go on and goes back, if it can; `reason` is its `statusReason`. */
  giveUp(primary: DeploymentRecord, reason: string): void {
    this.fail(primary, {
      event: reason.replace(/\.$/, ''),
      rolloutReason: reason,
      mayGoBack: true,
      rolledBack: reason,
      stopped: reason,
      rollout: ROLLOUT.goingBack,
    })
  }

  private get breaker(): DeploymentCircuitBreaker | undefined {
    return this.service.settings.deploymentConfiguration?.deploymentCircuitBreaker
  }

  private watchAlarms(deployment: DeploymentRecord): void {
    this.alarms = new DeploymentAlarms(this.service, deployment, this.deps.alarms)
  }

  /** What DescribeServiceDeployments tells of the breaker; a rollback leaves the counts of what failed. */
  private showFailures(primary: DeploymentRecord): void {
    const shown = primary.serviceDeployment.deploymentCircuitBreaker
    if (!shown || primary.isRollback || this.breaker?.enable !== true) return
    shown.failureCount = primary.failedTasks
    shown.threshold = breakerThreshold(this.breaker, this.service.desiredCount)
  }

  private failByAlarm(primary: DeploymentRecord, triggered: readonly string[]): void {
    const { alarms: shown } = primary.serviceDeployment
    if (shown) Object.assign(shown, { status: 'TRIGGERED', triggeredAlarmNames: [...triggered] })
    this.fail(primary, {
      event: 'alarm detected',
      rolloutReason: ROLLOUT.alarmDetected(),
      mayGoBack: this.service.settings.deploymentConfiguration?.alarms?.rollback === true,
      rolledBack: STATUS_REASON.alarmRolledBack,
      stopped: STATUS_REASON.alarmStopped,
      rollout: ROLLOUT.goingBack,
    })
  }

  /** Without a deployment to go back to "the deployment is stalled" (deployment-circuit-breaker.html). */
  private fail(primary: DeploymentRecord, failure: Failure): void {
    primary.rolloutState = 'FAILED'
    primary.rolloutStateReason = failure.rolloutReason
    primary.updatedAt = this.deps.clock.now()
    this.deps.addEvent(EVENT.failed(primary, failure.event))
    if (failure.mayGoBack && this.completed) {
      const { rolledBack: status, rolloutReason: why, rollout } = failure
      this.goBack(primary, { status, why, rollout })
      return
    }
    // A first deployment that shifts traffic (recorded by hashicorp/terraform-provider-aws, service_test.go).
    const isInVain = failure.mayGoBack && isShifting(primary) && !primary.isRollback
    const { serviceDeployment } = primary
    if (isInVain) this.end(serviceDeployment, 'ROLLBACK_FAILED', STATUS_REASON.noCandidate)
    else if (primary.isRollback) this.end(serviceDeployment, 'ROLLBACK_FAILED', failure.stopped)
    else this.stop(serviceDeployment, failure.stopped)
  }

  private startWhenDue({ serviceDeployment, createdAt }: DeploymentRecord): void {
    const { clock, phases, lookAt } = this.deps
    const startsAt = createdAt + phases.pending
    if (clock.now() < startsAt) lookAt(startsAt)
    else enter(serviceDeployment, 'IN_PROGRESS', clock.now())
  }

  private stop(deployment: ServiceDeployment, reason: string): void {
    enter(deployment, 'STOP_REQUESTED', this.deps.clock.now(), reason)
    this.endStopping()
  }

  private endStopping(): void {
    const { clock, phases, lookAt } = this.deps
    for (const deployment of this.service.serviceDeployments) {
      if (deployment.status !== 'STOP_REQUESTED') continue
      const endsAt = (deployment.updatedAt?.getTime() ?? 0) + phases.stopRequested
      if (clock.now() < endsAt) lookAt(endsAt)
      else this.end(deployment, 'STOPPED')
    }
  }

  /** "After the deployment completes, the task counts are a snapshot" (early-success-criteria.html). */
  private end(deployment: ServiceDeployment, status: FinalStatus, reason?: string): void {
    finish(deployment, status, this.deps.clock.now(), reason)
    Object.assign(deployment, countsNow(this.service, deployment))
  }

  private goBack(failed: DeploymentRecord, words: RollbackWords): void {
    if (!this.completed) return
    const deployment = startRollback(this.service, failed, this.completed, words, this.deps)
    this.completed = undefined
    this.watchAlarms(deployment)
    this.deps.addEvent(EVENT.rollingBack(deployment))
  }
}
