/** A simulated ECS with one service, as a schedule wants it, from before the run until after its end. */
import { Conflict, type DeploymentConfiguration, type LifecycleHook } from '@ecs-pipeline/rollout'
import { EcsService } from './ecs-service.ts'
import { WorldMetrics } from './metrics.ts'
import { finish, type Deployment, type Maker } from './records.ts'
import type {
  Behaviour,
  OtherAct,
  PastRevision,
  PauseAction,
  PauseOfOthers,
  Schedule,
  Traffic,
} from './schedule.ts'
import { OF_OTHERS } from './stage-hooks.ts'
import { TaskDefinitions } from './task-definitions.ts'
import { Timeline } from './timeline.ts'
import { WorldClock } from './world-clock.ts'
import { serviceView } from './world-views.ts'

const EPOCH = Date.UTC(2026, 10, 20, 10, 0, 0)
const DAY = 24 * 3600_000
/** How long what was there before the run had to settle, in milliseconds. */
const SETTLING = 600_000
/** How long before the run somebody began the deployment that it finds under way, in milliseconds. */
const JUST_BEGUN = 20_000

export const GOOD: Behaviour = {
  startSeconds: 10,
  healthSeconds: 5,
  fault: 'none',
  faultSeconds: 0,
  faultyTasks: 1000,
  traffic: 'good',
}
const BAD: Behaviour = { ...GOOD, fault: 'crash', faultSeconds: 1 }

interface Change {
  /** Begins a deployment when it is another one than before. */
  readonly revision?: number
  readonly desired?: number
  readonly force?: boolean
  readonly configuration?: DeploymentConfiguration
}

const hookOf = ({ stage, minutes, timeoutAction }: PauseOfOthers): LifecycleHook => ({
  targetType: 'PAUSE',
  lifecycleStages: [stage],
  timeoutConfiguration: { timeoutInMinutes: minutes, action: timeoutAction },
  hookDetails: OF_OTHERS,
})

/** A change that had effect. */
export interface Deed {
  readonly at: number
  readonly by: Maker
  readonly kind:
    | 'update'
    | 'stop'
    | 'continue'
    | 'scale'
    | 'configure'
    | 'delete'
    | 'register'
    | 'tag'
    | 'deregister'
  /** Of an update with a new deployment, of a stop and of a continue: which service deployment. */
  readonly serviceDeployment?: string
  readonly revision?: number
  /** Of a continue, and of a stop at a pause: whether the pause is somebody else's. */
  readonly isPauseOfOthers?: boolean
  /** The service deployment that was in the first place before. */
  readonly before?: string | undefined
}

export class World {
  readonly schedule: Schedule
  readonly clock = new WorldClock(EPOCH - SETTLING)
  readonly taskDefinitions = new TaskDefinitions()
  readonly timeline = new Timeline()
  readonly service: EcsService
  readonly metrics: WorldMetrics
  readonly deeds: Deed[] = []
  private readonly othersHooks = new Set<string>()
  /** The revision that the run finds. */
  readonly foundRevision: number

  constructor(schedule: Schedule) {
    this.schedule = schedule
    const { clock, taskDefinitions, timeline } = this
    this.service = new EcsService(clock, schedule.service, taskDefinitions, {
      onChange: () => this.record(),
      hasTraffic: this.canShift,
      isGoodAt: (revision, percent) => this.trafficOf(revision, percent) === 'good',
      onOthersPause: (deployment, hookId) => this.answerLater(deployment, hookId),
    })
    this.metrics = new WorldMetrics({
      ...{ setup: schedule.metrics, timeline },
      trafficOf: (revision, percent) => this.trafficOf(revision, percent),
    })
    schedule.past.forEach((past, index) => this.addPast(past, schedule.past.length - index))
    this.open()
    clock.advanceTo(EPOCH)
    this.foundRevision = this.service.state.revision
    for (const act of schedule.others) clock.after(act.afterSeconds * 1000, () => this.act(act))
  }

  /** A change of the run or of somebody else; `revision` begins a deployment. */
  update(by: Maker, change: Change): void {
    const { service } = this
    const before = service.primary?.serviceDeployment.arn
    if (change.configuration) service.configure(change.configuration)
    if (change.desired !== undefined) service.scale(change.desired)
    const isNew = change.revision !== undefined && change.revision !== service.state.revision
    const revision = change.revision ?? service.state.revision
    if (isNew || change.force === true) {
      const made = service.deploy(revision, by)
      const serviceDeployment = made.serviceDeployment.arn
      this.note({ by, kind: 'update', serviceDeployment, revision, before })
    } else {
      this.note({ by, kind: change.desired === undefined ? 'configure' : 'scale', before })
    }
  }

  rollBack(by: Maker, arn: string): void {
    const before = this.service.primary?.serviceDeployment.arn
    if (!this.service.rollouts.requestRollback(arn, by)) return
    this.note({ by, kind: 'stop', serviceDeployment: arn, before })
    this.service.changed()
  }

  /** ContinueServiceDeployment. */
  endPause(by: Maker, arn: string, hookId: string, action: PauseAction): void {
    const { service } = this
    const before = service.primary?.serviceDeployment.arn
    const deployment = service.state.deployments.find((each) => each.serviceDeployment.arn === arn)
    const isPauseOfOthers = this.othersHooks.has(hookId)
    if (!deployment || !service.answer(deployment, hookId, action, by)) {
      const message = 'Provided hookId is either completed, unavailable, or not associated'
      throw new Conflict(message, 'ecs:ContinueServiceDeployment')
    }
    const kind = action === 'ROLLBACK' ? 'stop' : 'continue'
    this.note({ by, kind, serviceDeployment: arn, before, isPauseOfOthers })
  }

  /** Whether the service has a second target group, behind a load balancer. */
  get canShift(): boolean {
    return this.schedule.shift !== null && this.schedule.service.loadBalancer
  }

  /** Whether a request to that address is answered well: by the revision that most of such requests go to. */
  answers(url: string): boolean {
    const { shift } = this.schedule
    const { state } = this.service
    const isTest = url.includes('test')
    const share = ({ revisionArn }: Deployment): number => {
      const { test = 0, production = 0 } = state.traffic.get(revisionArn) ?? {}
      return isTest ? test : production
    }
    const [asked] = [...state.deployments].sort((a, b) => share(b) - share(a))
    const isNew = asked && this.taskDefinitions.of(asked.revision).registeredBy === 'run'
    return isNew !== true || (isTest ? shift?.testTraffic : shift?.smoke) !== 'bad'
  }

  note(deed: Omit<Deed, 'at'>): void {
    this.deeds.push({ at: this.clock.now(), ...deed })
  }

  /** The last moment before the run began, and everything since. */
  private record(): void {
    const { state } = this.service
    const view = serviceView(state, this.schedule.service, this.canShift)
    this.timeline.record(this.clock.now(), state, view)
  }

  /** The new revision may be good as long as it has few requests. */
  private trafficOf(revision: number, percent: number): Traffic {
    const { behaviour, registeredBy } = this.taskDefinitions.of(revision)
    const breaksAt = registeredBy === 'run' ? (this.schedule.shift?.breaksAtPercent ?? 0) : 0
    return percent >= breaksAt ? behaviour.traffic : 'good'
  }

  private answerLater({ serviceDeployment: { arn } }: Deployment, hookId: string): void {
    this.othersHooks.add(hookId)
    const { answerAfterSeconds = null, answer = 'CONTINUE' } = this.schedule.shift?.pause ?? {}
    if (answerAfterSeconds === null) return
    this.clock.after(answerAfterSeconds * 1000, () => {
      try {
        this.endPause('other', arn, hookId, answer)
      } catch (error) {
        // The deployment does not wait any more.
        if (!(error instanceof Conflict)) throw error
      }
    })
  }

  private addPast(past: PastRevision, daysAgo: number): void {
    const revision = this.taskDefinitions.add('past', GOOD, { past })
    const { state, records } = this.service
    const createdAt = EPOCH - daysAgo * DAY
    const made = records.serviceDeployment(revision, 'past', createdAt, state)
    finish(made, past.ended, createdAt + 300_000)
    state.serviceDeployments.unshift(made)
  }

  private open(): void {
    this.configureAsFound({ isPaused: false })
    this.deployAsFound()
    this.configureAsFound({ isPaused: true })
  }

  /** What is deployed before the run began does not wait for the pause of somebody else. */
  private configureAsFound({ isPaused }: { readonly isPaused: boolean }): void {
    const { shift } = this.schedule
    if (!shift) return
    const { found, foundBakeMinutes, pause } = shift
    this.service.configure({
      strategy: found,
      ...(found === 'ROLLING' ? {} : { bakeTimeInMinutes: foundBakeMinutes }),
      lifecycleHooks: isPaused && pause ? [hookOf(pause)] : [],
    })
  }

  private deployAsFound(): void {
    const { schedule, clock, service, taskDefinitions } = this
    const { opening, current } = schedule
    if (opening === 'rolling') service.deploy(taskDefinitions.add('past', GOOD), 'past')
    if (opening === 'rolling' || opening === 'first') {
      clock.advanceTo(EPOCH - JUST_BEGUN)
      service.deploy(taskDefinitions.add('past', current), 'other')
      return
    }
    service.deploy(taskDefinitions.add('past', current), 'past')
    if (opening === 'settled') return
    clock.advanceTo(EPOCH - SETTLING / 2)
    const bad = service.deploy(taskDefinitions.add('past', BAD), 'past')
    clock.advanceTo(clock.now() + 5000)
    // Where nothing ever completed there is nothing to go back to, and with no task wanted nothing fails.
    if (!service.state.completed || bad.rolloutState === 'COMPLETED') return
    service.rollouts.requestRollback(bad.serviceDeployment.arn, 'past')
    service.changed()
  }

  private act(act: OtherAct): void {
    const { state } = this.service
    if (state.status !== 'ACTIVE') return
    switch (act.does) {
      case 'deploys-good':
      case 'deploys-bad': {
        const behaviour = act.does === 'deploys-good' ? GOOD : BAD
        this.update('other', { revision: this.taskDefinitions.add('other', behaviour) })
        return
      }
      case 'forces-new':
        this.update('other', { force: true })
        return
      case 'scales':
        this.update('other', { desired: act.count })
        return
      case 'rolls-back':
        this.rollBackAsOther()
        return
      case 'deletes':
        this.note({ by: 'other', kind: 'delete' })
        this.service.remove()
    }
  }

  /** Somebody who presses the button too late, or where there is nothing to go back to, gets an error. */
  private rollBackAsOther(): void {
    const primary = this.service.primary?.serviceDeployment
    const canGoBack = this.service.state.completed !== undefined
    const isStoppable = primary?.status === 'PENDING' || primary?.status === 'IN_PROGRESS'
    if (primary && isStoppable && canGoBack) this.rollBack('other', primary.arn)
  }
}
