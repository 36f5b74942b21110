/** The deployments of the simulated service, from UpdateService to COMPLETED, FAILED or rolled back. */
import { Conflict } from '@ecs-pipeline/rollout'
import type { RolloutRecords } from './rollout-records.ts'
import {
  finish,
  isOngoing,
  isShifting,
  type Deployment,
  type Maker,
  type ServiceDeployment,
  type ServiceState,
} from './records.ts'
import type { ServiceSetup, Traffic } from './schedule.ts'
import type { WorldClock } from './world-clock.ts'

/** ECS works this out from the settings of the alarms; here it is always the same. */
const ALARM_BAKE = 60_000

const BY_REQUEST = 'Service deployment rolled back because of a StopServiceDeployment request.'

const NO_CANDIDATE = 'No rollback candidate was found to run the rollback.'

/** Why ECS finds a deployment bad, in the words of each place that tells of it. */
interface Failure {
  readonly event: string
  readonly reason: string
  /** `statusReason` of one that goes back, and of one that only stops. */
  readonly rolledBack: string
  readonly stopped: string
}

const because = (why: string): Pick<Failure, 'rolledBack' | 'stopped'> => ({
  rolledBack: `Service deployment rolled back because ${why}.`,
  stopped: `Service deployment failed because ${why}.`,
})

/** No hook of a deployment that does not go forward any more waits for an answer. */
function withdrawHooks(deployment: ServiceDeployment): void {
  deployment.hooks = deployment.hooks.filter(({ status }) => status !== 'AWAITING_ACTION')
}

export interface RolloutControlDeps {
  readonly clock: WorldClock
  readonly setup: ServiceSetup
  readonly records: RolloutRecords
  /** Of a revision that has its share of the traffic. */
  readonly trafficOf: (revision: number) => Traffic
  readonly addEvent: (text: string) => void
}

export class RolloutControl {
  private readonly service: ServiceState
  private readonly deps: RolloutControlDeps

  constructor(service: ServiceState, deps: RolloutControlDeps) {
    this.service = service
    this.deps = deps
  }

  /** Puts a new deployment in the first place; what is under way ends STOPPED. */
  begin(revision: number, madeBy: Maker): Deployment {
    const { service, deps } = this
    const now = deps.clock.now()
    const before = service.deployments[0]?.serviceDeployment
    if (before && isOngoing(before)) {
      this.end(before, 'STOPPED', 'A newer service deployment was started.')
    }
    const made = deps.records.serviceDeployment(revision, madeBy, now, service)
    service.serviceDeployments.unshift(made)
    const deployment = deps.records.deployment(made, made.revisionArn, madeBy, now)
    service.deployments.unshift(deployment)
    service.revision = revision
    // A rolling deployment has no weights: its group gets everything.
    if (!isShifting(deployment)) service.traffic = new Map()
    return deployment
  }

  /** StopServiceDeployment. Tells whether anything has changed. */
  requestRollback(arn: string, by: Maker, why = BY_REQUEST): boolean {
    const action = 'ecs:StopServiceDeployment'
    const found = this.service.serviceDeployments.find((each) => each.arn === arn)
    if (!found) throw new Conflict(`Service deployment ${arn} not found.`, action)
    if (found.rolledBackBy !== undefined && isOngoing(found)) return false
    if (!isOngoing(found)) throw new Conflict(`Service deployment is ${found.status}.`, action)
    if (!this.service.completed) {
      throw new Conflict(NO_CANDIDATE, action)
    }
    found.status = 'ROLLBACK_REQUESTED'
    found.statusReason = why
    withdrawHooks(found)
    found.rolledBackBy = by
    return true
  }

  /** Does what was asked for, and what the breaker and the alarms demand; they look at nothing that cleans up. */
  advance(isCleaningUp: boolean): void {
    const primary = this.service.deployments[0]
    if (!primary) return
    const { serviceDeployment } = primary
    if (serviceDeployment.status === 'PENDING') {
      serviceDeployment.status = 'IN_PROGRESS'
      serviceDeployment.startedAt = this.deps.clock.now()
    }
    if (serviceDeployment.status === 'ROLLBACK_REQUESTED') {
      this.goBack(primary, serviceDeployment.statusReason ?? '')
      return
    }
    if (primary.rolloutState === 'IN_PROGRESS' && !isCleaningUp) this.judge(primary)
  }

  /** Called when the service is as its deployment wants it. */
  complete(primary: Deployment): void {
    const now = this.deps.clock.now()
    primary.steadySince ??= now
    const { serviceDeployment } = primary
    const bake = serviceDeployment.alarms.status === 'MONITORING' ? ALARM_BAKE : 0
    if (primary.rolloutState !== 'IN_PROGRESS' || now < primary.steadySince + bake) return
    this.conclude(primary)
  }

  /** It has gone all its way. */
  conclude(primary: Deployment): void {
    const { serviceDeployment } = primary
    primary.rolloutState = 'COMPLETED'
    primary.rolloutStateReason = `ECS deployment ${primary.id} completed.`
    this.service.deployments = [primary]
    this.service.completed = primary
    this.end(serviceDeployment, primary.isRollback ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL')
    this.deps.addEvent(`(deployment ${primary.id}) deployment completed.`)
  }

  /** When to look again although nothing happens. */
  nextLook(): number | undefined {
    const primary = this.service.deployments[0]
    if (primary?.rolloutState !== 'IN_PROGRESS') return undefined
    const { alarms } = primary.serviceDeployment
    const now = this.deps.clock.now()
    const times = [
      primary.pausedUntil,
      alarms.status === 'MONITORING' ? this.alarmAt(primary) : undefined,
      primary.steadySince === undefined ? undefined : primary.steadySince + ALARM_BAKE,
    ].filter((time) => time !== undefined && time > now)
    return times.length === 0 ? undefined : Math.min(...times.map(Number))
  }

  /** It cannot go on; `reason` is in the words of `statusReason`. */
  giveUp(primary: Deployment, reason: string, isByHook: boolean): void {
    const { serviceDeployment } = primary
    serviceDeployment.isBackByHook = isByHook
    this.fail(primary, true, { event: reason, reason, rolledBack: reason, stopped: reason })
  }

  private judge(primary: Deployment): void {
    const { setup } = this.deps
    const { breaker, alarms } = primary.serviceDeployment
    if (!primary.isRollback && setup.breaker !== 'off') breaker.failureCount = primary.failedTasks
    if (setup.breaker !== 'off' && primary.failedTasks >= setup.breakerThreshold) {
      if (!primary.isRollback) breaker.status = 'TRIGGERED'
      this.fail(primary, setup.breaker === 'rolls-back', {
        event: 'tasks failed to start',
        reason: 'ECS deployment circuit breaker: tasks failed to start.',
        ...because('the circuit breaker threshold was exceeded'),
      })
    } else if (alarms.status === 'MONITORING' && this.deps.clock.now() >= this.alarmAt(primary)) {
      alarms.status = 'TRIGGERED'
      alarms.triggered = ['ledger-errors']
      this.fail(primary, setup.alarms === 'rolls-back', {
        event: 'alarm detected',
        reason: 'ECS deployment alarms: alarm detected.',
        ...because('of a CloudWatch alarm'),
      })
    }
  }

  private alarmAt(primary: Deployment): number {
    const since = isShifting(primary) ? primary.badSince : this.badSince(primary)
    return since === undefined ? Infinity : since + this.deps.setup.alarmSeconds * 1000
  }

  /** Of one that gets its share of the traffic with its first task. */
  private badSince({ revision, servesSince }: Deployment): number | undefined {
    return this.deps.trafficOf(revision) === 'good' ? undefined : servesSince
  }

  private fail(
    primary: Deployment,
    mayGoBack: boolean,
    { event, reason, rolledBack, stopped }: Failure,
  ): void {
    primary.rolloutState = 'FAILED'
    primary.rolloutStateReason = reason
    this.deps.addEvent(`(deployment ${primary.id}) deployment failed: ${event}.`)
    const { serviceDeployment } = primary
    if (mayGoBack && this.service.completed) {
      serviceDeployment.rolledBackBy = 'ecs'
      serviceDeployment.statusReason = rolledBack
      this.goBack(primary, reason)
      return
    }
    // A first deployment that shifts traffic has nothing to go back to, and tells so.
    const isInVain = mayGoBack && isShifting(primary) && !primary.isRollback
    const status = primary.isRollback || isInVain ? 'ROLLBACK_FAILED' : 'STOPPED'
    this.end(serviceDeployment, status, isInVain ? NO_CANDIDATE : stopped)
  }

  private end(
    deployment: ServiceDeployment,
    status: ServiceDeployment['status'],
    reason?: string,
  ): void {
    deployment.finalWeight = this.service.traffic.get(deployment.revisionArn)?.production
    withdrawHooks(deployment)
    finish(deployment, status, this.deps.clock.now(), reason)
  }

  /** A new deployment of the revision that completed last, which takes the tasks of that one over. */
  private goBack(failed: Deployment, reason: string): void {
    const { service, deps } = this
    const target = service.completed
    if (!target) return
    const now = deps.clock.now()
    const { serviceDeployment } = failed
    serviceDeployment.startedAt ??= now
    serviceDeployment.status = 'ROLLBACK_IN_PROGRESS'
    withdrawHooks(serviceDeployment)
    const { revisionArn } = target
    serviceDeployment.rollback = { reason, startedAt: now, revisionArn }
    const back = deps.records.deployment(serviceDeployment, revisionArn, 'ecs', now)
    for (const task of service.tasks) if (task.owner === target) task.owner = back
    service.deployments = [back, ...service.deployments.filter((each) => each !== target)]
    service.revision = target.revision
    service.completed = undefined
    deps.addEvent(`rolling back to deployment ${back.id}.`)
  }
}
