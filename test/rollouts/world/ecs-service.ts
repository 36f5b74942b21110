/** One simulated ECS service. Whatever changes leads to one look at everything, a second later. */
import { Refused } from '@ecs-pipeline/rollout'
import { isSteady, reconcile } from './reconcile.ts'
import { isStopping, type Deployment, type Maker, type ServiceState } from './records.ts'
import { RolloutControl } from './rollout-control.ts'
import { RolloutRecords, SERVICE } from './rollout-records.ts'
import type { ServiceSetup } from './schedule.ts'
import type { TaskDefinitions } from './task-definitions.ts'
import { TaskLives } from './task-lives.ts'
import type { WorldClock } from './world-clock.ts'

const LOOK_AFTER = 1000
const MAX_EVENTS = 100

export class EcsService {
  readonly state: ServiceState
  readonly records: RolloutRecords
  readonly rollouts: RolloutControl
  private readonly clock: WorldClock
  private readonly setup: ServiceSetup
  private readonly lives: TaskLives
  private readonly onChange: () => void
  private nextLook = Infinity
  private eventCount = 0

  constructor(
    clock: WorldClock,
    setup: ServiceSetup,
    taskDefinitions: TaskDefinitions,
    onChange: () => void,
  ) {
    this.clock = clock
    this.setup = setup
    this.onChange = onChange
    this.state = {
      status: 'ACTIVE',
      desired: setup.desired,
      revision: 0,
      deployments: [],
      serviceDeployments: [],
      completed: undefined,
      tasks: [],
      stopped: [],
      events: [],
    }
    const addEvent = (text: string): void => this.addEvent(text)
    const changed = (): void => this.changed()
    const { stopSeconds, loadBalancer } = setup
    this.records = new RolloutRecords(setup)
    this.lives = new TaskLives({
      ...{ clock, taskDefinitions, stopSeconds, loadBalancer, changed, addEvent },
    })
    const trafficOf = (revision: number): 'good' | 'slow' | 'errors' =>
      taskDefinitions.of(revision).behaviour.traffic
    this.rollouts = new RolloutControl(this.state, {
      ...{ clock, setup, records: this.records, trafficOf, addEvent },
    })
  }

  get primary(): Deployment | undefined {
    return this.state.deployments[0]
  }

  /** UpdateService with a new deployment. */
  deploy(revision: number, by: Maker): Deployment {
    this.requireActive()
    const deployment = this.rollouts.begin(revision, by)
    this.changed()
    return deployment
  }

  scale(desired: number): void {
    this.requireActive()
    this.state.desired = desired
    this.changed()
  }

  /** DeleteService with `force`. */
  remove(): void {
    if (this.state.status !== 'ACTIVE') return
    this.state.status = 'DRAINING'
    this.state.desired = 0
    for (const task of this.state.tasks) this.lives.stop(task, 'The service was deleted.')
    this.changed()
  }

  changed(): void {
    const { state } = this
    const ended = state.tasks.filter(({ status }) => status === 'STOPPED')
    if (ended.length > 0) {
      state.tasks = state.tasks.filter(({ status }) => status !== 'STOPPED')
      state.stopped.unshift(...ended)
    }
    this.onChange()
    this.lookAt(this.clock.now() + LOOK_AFTER)
  }

  private requireActive(): void {
    if (this.state.status === 'ACTIVE') return
    throw new Refused('Service was not ACTIVE.', 'ecs:UpdateService')
  }

  private lookAt(time: number): void {
    if (time >= this.nextLook) return
    this.nextLook = time
    this.clock.at(time, () => {
      if (this.nextLook !== time) return
      this.nextLook = Infinity
      this.look()
    })
  }

  private look(): void {
    const { state } = this
    if (state.status !== 'ACTIVE') {
      if (state.tasks.length === 0) this.vanish()
      return
    }
    this.rollouts.advance()
    const { primary } = this
    if (!primary) return
    const before = new Set(state.tasks.filter(isStopping))
    const count = state.tasks.length
    reconcile(state, primary, this.setup, this.lives, this.clock.now())
    this.tellOfStarts(count)
    if (state.tasks.some((task) => isStopping(task) && !before.has(task))) this.lookAgain()
    this.forgetEmptyDeployments()
    if (isSteady(state, primary)) this.rollouts.complete(primary)
    this.onChange()
    const next = this.rollouts.nextLook()
    if (next !== undefined) this.lookAt(next)
  }

  private lookAgain(): void {
    this.lookAt(this.clock.now() + LOOK_AFTER)
  }

  private tellOfStarts(countBefore: number): void {
    const started = this.state.tasks.slice(countBefore)
    if (started.length === 0) return
    const ids = started.map(({ id }) => `(task ${id})`).join(' ')
    this.addEvent(`has started ${started.length} tasks: ${ids}.`)
  }

  private forgetEmptyDeployments(): void {
    const { state, primary } = this
    state.deployments = state.deployments.filter(
      (each) =>
        each === primary ||
        each === state.completed ||
        state.tasks.some(({ owner }) => owner === each),
    )
  }

  /** ECS deletes the deployments of a service with the service. */
  private vanish(): void {
    this.state.status = 'INACTIVE'
    this.state.deployments = []
    this.state.serviceDeployments = []
    this.onChange()
  }

  private addEvent(text: string): void {
    const message = `(service ${SERVICE}) ${text}`
    const event = { id: `event-${++this.eventCount}`, at: this.clock.now(), message }
    this.state.events = [event, ...this.state.events].slice(0, MAX_EVENTS)
  }
}
