/** One simulated ECS service. Whatever changes leads to one look at everything, a second later. */
import { Refused, type DeploymentConfiguration } from '@ecs-pipeline/rollout'
import { isSteady, reconcile } from './reconcile.ts'
import {
  isShifting,
  isStopping,
  replacedBy,
  type Deployment,
  type Maker,
  type ServiceState,
} from './records.ts'
import { RolloutControl } from './rollout-control.ts'
import { RolloutRecords, SERVICE } from './rollout-records.ts'
import type { PauseAction, ServiceSetup } from './schedule.ts'
import { keep, ShiftRun, type ShiftDeps } from './shift-run.ts'
import { StageHooks } from './stage-hooks.ts'
import type { TaskDefinitions } from './task-definitions.ts'
import { TaskLives } from './task-lives.ts'
import type { WorldClock } from './world-clock.ts'

const LOOK_AFTER = 1000
/** The one stage at which local-aws has a rolling deployment wait for hooks. */
const ROLLING_STAGE = 'PRE_SCALE_UP'
const MAX_EVENTS = 100

export class EcsService {
  readonly state: ServiceState
  readonly records: RolloutRecords
  readonly rollouts: RolloutControl
  private readonly clock: WorldClock
  private readonly setup: ServiceSetup
  private readonly lives: TaskLives
  private readonly onChange: () => void
  private readonly shiftDeps: ShiftDeps
  private shift: ShiftRun | undefined
  private held: { readonly deployment: Deployment; readonly hooks: StageHooks } | undefined
  private nextLook = Infinity
  private eventCount = 0

  constructor(
    clock: WorldClock,
    setup: ServiceSetup,
    taskDefinitions: TaskDefinitions,
    {
      onChange,
      ...shiftDeps
    }: Pick<ShiftDeps, 'isGoodAt' | 'onOthersPause' | 'hasTraffic'> & {
      readonly onChange: () => void
    },
  ) {
    this.clock = clock
    this.setup = setup
    this.onChange = onChange
    this.state = {
      status: 'ACTIVE',
      desired: setup.desired,
      revision: 0,
      configuration: {},
      traffic: new Map(),
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
    this.shiftDeps = { ...shiftDeps, clock, lives: this.lives }
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

  /** ContinueServiceDeployment. False when no hook waits under that id. */
  answer(deployment: Deployment, hookId: string, action: PauseAction, by: Maker): boolean {
    const held = [this.shift, this.held].find((each) => each?.deployment === deployment)
    const { hooks } = held ?? {}
    if (hooks?.answer(hookId, action) !== true) return false
    if (action === 'ROLLBACK' && this.state.completed) {
      this.rollouts.requestRollback(deployment.serviceDeployment.arn, by, hooks.reasonOfRefusal)
    }
    this.changed()
    return true
  }

  /** It counts from the next deployment on. */
  configure(configuration: DeploymentConfiguration): void {
    this.requireActive()
    this.state.configuration = configuration
    this.onChange()
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
    this.rollouts.advance(this.shift?.deployment === this.primary && this.isCleaningUp)
    const { primary } = this
    if (!primary) return
    const before = new Set(state.tasks.filter(isStopping))
    const count = state.tasks.length
    const isShiftOn = isShifting(primary) && primary.rolloutState === 'IN_PROGRESS'
    if (isShiftOn) this.shiftOn(primary)
    else if (!this.isHeld(primary)) this.replaceTasks(primary)
    this.tellOfStarts(count)
    if (state.tasks.some((task) => isStopping(task) && !before.has(task))) this.lookAgain()
    // One that shifts traffic forgets nothing before its end.
    if (!isShiftOn) this.forgetEmptyDeployments()
    this.onChange()
    const next = this.rollouts.nextLook()
    if (next !== undefined) this.lookAt(next)
  }

  private get isCleaningUp(): boolean {
    return this.shift?.isCleaningUp === true
  }

  private replaceTasks(primary: Deployment): void {
    const { state } = this
    reconcile(state, primary, this.setup, this.lives, this.clock.now())
    if (isSteady(state, primary)) this.rollouts.complete(primary)
  }

  private shiftOn(primary: Deployment): void {
    if (this.shift?.deployment !== primary) {
      const isSourceGone = primary.isRollback && this.isCleaningUp
      this.shift = new ShiftRun(this.state, primary, isSourceGone, this.shiftDeps)
    }
    const outcome = this.shift.look()
    switch (outcome.kind) {
      case 'waiting':
        if (outcome.until < Infinity) this.lookAt(outcome.until)
        return
      case 'stepped':
        break
      case 'done':
        this.rollouts.conclude(primary)
        break
      case 'failed':
        this.rollouts.giveUp(primary, outcome.reason, outcome.isByClock)
    }
    this.lookAgain()
  }

  /** Whether pauses keep a rolling deployment from what it would do now; what it is to replace is kept meanwhile. */
  private isHeld(primary: Deployment): boolean {
    if (primary.isRollback || primary.rolloutState !== 'IN_PROGRESS') return false
    const { serviceDeployment } = primary
    if (this.held?.deployment !== primary) {
      const { configuration } = serviceDeployment
      const now = this.clock.now()
      const hooks = new StageHooks(ROLLING_STAGE, serviceDeployment, configuration, now)
      this.held = { deployment: primary, hooks }
      if (hooks.ofOthers.length > 0) serviceDeployment.lifecycleStage = ROLLING_STAGE
      for (const id of hooks.ofOthers) this.shiftDeps.onOthersPause(primary, id)
    }
    const outcome = this.held.hooks.look(this.clock.now())
    if (outcome.kind === 'over') {
      serviceDeployment.lifecycleStage = undefined
      return false
    }
    if (outcome.kind === 'failed') {
      this.rollouts.giveUp(primary, outcome.reason, outcome.isByClock)
      this.lookAgain()
      return true
    }
    const source = replacedBy(this.state.deployments.filter((each) => each !== primary))
    if (source) keep(source, false, this.state, this.shiftDeps)
    this.lookAt(outcome.until)
    return true
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
    this.state.traffic = new Map()
    this.state.serviceDeployments = []
    this.onChange()
  }

  private addEvent(text: string): void {
    const message = `(service ${SERVICE}) ${text}`
    const event = { id: `event-${++this.eventCount}`, at: this.clock.now(), message }
    this.state.events = [event, ...this.state.events].slice(0, MAX_EVENTS)
  }
}
