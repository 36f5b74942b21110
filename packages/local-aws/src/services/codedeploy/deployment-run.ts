import type { ECSTaskSet } from '@aws-sdk/client-codedeploy'
import type { AlarmStates, Clock } from '../../parts.ts'
import { alarmActive, DeploymentFailure, stoppedByUser } from './deployment-failure.ts'
import { endEvents } from './lifecycle-events.ts'
import { isOver, type DeploymentRecord } from './model.ts'
import type { Scene, Story } from './story.ts'

/** How often CodeDeploy looks at tasks and alarms, in milliseconds; unproven, an alarm was seen to act within 23 s. */
const LOOK_EVERY = 5000
/** How long a deployment is `Created`, and a request to stop is pending, in milliseconds; unproven. */
const SOON = 1000

export interface RunDeps {
  readonly clock: Clock
  readonly alarms: AlarmStates
  /** Names of the alarms that stop this deployment. */
  readonly alarmNames: readonly string[]
  /** Throws a DeploymentFailure when the deployment group is not as it has to be. */
  readonly open: () => Scene
  readonly story: (scene: Scene) => Story
  /** Called when the deployment has ended by a failure, a stop or an alarm. */
  readonly onFailed: (failure: DeploymentFailure, scene: Scene | undefined) => void
}

/** Carries one deployment to its end. */
export class DeploymentRun {
  private readonly record: DeploymentRecord
  private readonly deps: RunDeps
  private scene: Scene | undefined
  private story: Story | undefined
  private cancelTimer: () => void = () => undefined
  private isToStop = false

  constructor(record: DeploymentRecord, deps: RunDeps) {
    this.record = record
    this.deps = deps
  }

  begin(): void {
    this.lookAfter(SOON)
  }

  /** From here on only the end is waited for. */
  stop(): void {
    this.isToStop = true
    if (!isOver(this.record)) this.lookAfter(SOON)
  }

  /** Ends what ContinueDeployment was called for. */
  goOn(): void {
    this.record.waits = undefined
    this.lookAfter(SOON)
  }

  close(): void {
    this.cancelTimer()
  }

  look(): void {
    const { record, deps } = this
    if (isOver(record)) return
    const now = deps.clock.now()
    if (record.info.status === 'Created') {
      record.info.status = 'InProgress'
      record.info.startTime = new Date(now)
    }
    try {
      const next = this.goAhead()
      if (next === undefined) this.end('Succeeded')
      else this.lookAfter(Math.min(next - now, LOOK_EVERY))
    } catch (error) {
      this.fail(error)
    }
  }

  /** The task sets as GetDeploymentTarget shows them now. */
  noteTaskSets(): void {
    const { record, scene } = this
    if (!scene || isOver(record)) return
    const known = [record.blue, record.green]
    const sets = scene.service.taskSets().filter(({ id }) => known.includes(id))
    record.taskSets = sets.map((set): ECSTaskSet => {
      const group = set.loadBalancers?.[0]?.targetGroupArn ?? ''
      return {
        identifer: set.id,
        desiredCount: set.computedDesiredCount,
        pendingCount: set.pendingCount,
        runningCount: set.runningCount,
        status: set.status,
        trafficWeight: scene.traffic.percentOf(group),
        targetGroup: { name: group.split('/')[1] },
        taskSetLabel: set.id === record.blue ? 'Blue' : 'Green',
      }
    })
  }

  private lookAfter(ms: number): void {
    this.cancelTimer()
    this.cancelTimer = this.deps.clock.after(Math.max(0, ms), () => {
      this.look()
    })
  }

  /** Gives when to look again at the latest; nothing when the story is over. */
  private goAhead(): number | undefined {
    const { deps } = this
    if (this.isToStop) throw stoppedByUser()
    const inAlarm = deps.alarmNames.filter((name) => deps.alarms.state(name) === 'ALARM')
    if (inAlarm.length > 0) throw alarmActive(inAlarm)
    this.scene ??= deps.open()
    this.story ??= deps.story(this.scene)
    const { done, value } = this.story.next()
    return done === true ? undefined : value
  }

  private fail(error: unknown): void {
    const failure =
      error instanceof DeploymentFailure
        ? error
        : new DeploymentFailure('INTERNAL_ERROR', String((error as Error).stack))
    this.record.info.errorInformation = { code: failure.code, message: failure.message }
    endEvents(this.record.events, this.deps.clock.now())
    this.end(failure.status)
    this.deps.onFailed(failure, this.scene)
  }

  private end(status: 'Succeeded' | 'Failed' | 'Stopped'): void {
    const { record, deps } = this
    this.noteTaskSets()
    this.cancelTimer()
    record.waits = undefined
    record.info.status = status
    record.info.completeTime = new Date(deps.clock.now())
    record.lastUpdatedAt = deps.clock.now()
  }
}
