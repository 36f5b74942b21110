/** A simulated ECS with one service, as a schedule wants it, from before the run until after its end. */
import { EcsService } from './ecs-service.ts'
import { WorldMetrics } from './metrics.ts'
import { finish, type Maker } from './records.ts'
import type { Behaviour, OtherAct, PastRevision, Schedule } from './schedule.ts'
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

/** A change that had effect. */
export interface Deed {
  readonly at: number
  readonly by: Maker
  readonly kind: 'update' | 'stop' | 'scale' | 'delete' | 'register' | 'tag' | 'deregister'
  /** Of an update with a new deployment, and of a stop: the service deployment that was made or stopped. */
  readonly serviceDeployment?: string
  readonly revision?: number
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
  /** The revision that the run finds. */
  readonly foundRevision: number

  constructor(schedule: Schedule) {
    this.schedule = schedule
    const { clock, taskDefinitions, timeline } = this
    this.service = new EcsService(clock, schedule.service, taskDefinitions, () => this.record())
    this.metrics = new WorldMetrics({
      ...{ setup: schedule.metrics, timeline },
      trafficOf: (revision) => taskDefinitions.of(revision).behaviour.traffic,
    })
    schedule.past.forEach((past, index) => this.addPast(past, schedule.past.length - index))
    this.open()
    clock.advanceTo(EPOCH)
    this.foundRevision = this.service.state.revision
    for (const act of schedule.others) clock.after(act.afterSeconds * 1000, () => this.act(act))
  }

  /** A change of the run or of somebody else; `revision` begins a deployment. */
  update(by: Maker, change: { revision?: number; desired?: number; force?: boolean }): void {
    const { service } = this
    const before = service.primary?.serviceDeployment.arn
    if (change.desired !== undefined) service.scale(change.desired)
    const isNew = change.revision !== undefined && change.revision !== service.state.revision
    const revision = change.revision ?? service.state.revision
    if (isNew || change.force === true) {
      const made = service.deploy(revision, by)
      const serviceDeployment = made.serviceDeployment.arn
      this.note({ by, kind: 'update', serviceDeployment, revision, before })
    } else {
      this.note({ by, kind: 'scale', before })
    }
  }

  rollBack(by: Maker, arn: string): void {
    const before = this.service.primary?.serviceDeployment.arn
    if (!this.service.rollouts.requestRollback(arn, by)) return
    this.note({ by, kind: 'stop', serviceDeployment: arn, before })
    this.service.changed()
  }

  note(deed: Omit<Deed, 'at'>): void {
    this.deeds.push({ at: this.clock.now(), ...deed })
  }

  /** The last moment before the run began, and everything since. */
  private record(): void {
    const { state } = this.service
    this.timeline.record(this.clock.now(), state, serviceView(state, this.schedule.service))
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
