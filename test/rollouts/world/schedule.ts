/**
 * Everything that happens in one simulated rollout, as plain values: it can be printed as JSON, shrunk member by
 * member, and run again. Seconds count from the start of the run unless a member says otherwise.
 */
import type { DeployInputs } from '../../../actions/deploy/inputs.ts'
import type { StrategyInput } from '../../../actions/deploy/strategy-inputs.ts'

export interface Schedule {
  readonly service: ServiceSetup
  /** Revisions that ran before the current one, oldest first. */
  readonly past: readonly PastRevision[]
  /** How the service is found: see {@link OPENINGS}. */
  readonly opening: Opening
  readonly current: Behaviour
  readonly next: Behaviour
  readonly image: ImageSetup
  readonly api: ApiSetup
  readonly inputs: InputSetup
  /** `null`: a rolling deployment in one target group. */
  readonly shift: ShiftSetup | null
  readonly metrics: MetricSetup
  readonly others: readonly OtherAct[]
  readonly faults: readonly Fault[]
  /** `null`: nobody cancels the run. */
  readonly cancelAfterSeconds: number | null
}

export interface ServiceSetup {
  readonly desired: number
  readonly minimumHealthyPercent: number
  readonly maximumPercent: number
  readonly breaker: Monitor
  /** Failed tasks that trip the breaker. */
  readonly breakerThreshold: number
  readonly alarms: Monitor
  /** How long a revision with bad traffic runs until the alarm fires. */
  readonly alarmSeconds: number
  readonly loadBalancer: boolean
  /** How long a task needs to stop, draining included. */
  readonly stopSeconds: number
}

/** What ECS does about a deployment that it finds bad. */
export type Monitor = 'off' | 'stops' | 'rolls-back'

export interface PastRevision {
  readonly ended: 'SUCCESSFUL' | 'STOPPED' | 'ROLLBACK_SUCCESSFUL'
  readonly isActive: boolean
  readonly isRejected: boolean
  readonly hasImage: boolean
}

/**
 * `settled`: the current revision was deployed ten minutes ago. `rolled-back`: after that somebody deployed a bad
 * one, and it was taken back. `rolling`: somebody is deploying the current revision just now. `first`: it is the
 * service's first deployment, and under way.
 */
export const OPENINGS = ['settled', 'rolled-back', 'rolling', 'first'] as const
export type Opening = (typeof OPENINGS)[number]

/** How the tasks of a revision behave. */
export interface Behaviour {
  /** From its creation to RUNNING. */
  readonly startSeconds: number
  /** From RUNNING to its first good health check. */
  readonly healthSeconds: number
  readonly fault: TaskFault
  /** After RUNNING, for the faults that come later. */
  readonly faultSeconds: number
  /** Only so many of its tasks have the fault, the first ones. */
  readonly faultyTasks: number
  readonly traffic: Traffic
}

export type TaskFault = 'none' | 'cannot-start' | 'never-starts' | 'crash' | 'sick' | 'flaps'
export type Traffic = 'good' | 'slow' | 'errors'

export interface ImageSetup {
  /** What the input names, compared with what runs. */
  readonly asked: 'new' | 'same' | 'missing' | 'elsewhere'
  /** What the tasks of the new revision say of their digest. */
  readonly shown: 'right' | 'wrong' | 'unknown'
}

export interface ApiSetup {
  /** How long a call takes, each in turn, over and over. */
  readonly latencyMilliseconds: readonly number[]
  /** A service deployment is listed only so long after it was made. */
  readonly listedAfterSeconds: number
  /** DescribeServices tells what was so long ago. */
  readonly staleMilliseconds: number
  /** How long the retries of a call go on that stays without an answer. */
  readonly giveUpSeconds: number
}

/** The inputs that differ from run to run; see `inputsOf` for the others. */
export type InputSetup = Pick<
  DeployInputs,
  | 'forceNewDeployment'
  | 'waitForMinutes'
  | 'maxFailedTasks'
  | 'onFailure'
  | 'onTimeout'
  | 'onCancel'
  | 'onConcurrent'
  | 'allowIdle'
  | 'pollSeconds'
  | 'isWatched'
> & {
  readonly desiredCount: number | null
  /** Which triggers are watched; `none`: there is no bake either. */
  readonly triggers: 'none' | 'errors' | 'all'
}

/** A service whose traffic can be shifted between two target groups, and what is asked of it. */
export interface ShiftSetup {
  /** The strategy of the service as it is found. */
  readonly found: 'ROLLING' | 'BLUE_GREEN' | 'CANARY' | 'LINEAR'
  /** ECS's own bake, as it is found. */
  readonly foundBakeMinutes: number
  /** `null`: the run keeps what the service has. */
  readonly asked: StrategyInput | null
  /** `null`: as long as the triggers need, or none without triggers. */
  readonly bakeMinutes: number | null
  /** What the new revision answers when it is asked by test traffic, and as users ask. */
  readonly testTraffic: Answer
  readonly smoke: Answer
  readonly onPause: DeployInputs['onPause']
  readonly pause: PauseOfOthers | null
  /** The bad traffic of the new revision is bad only from so many percent on, as under load. */
  readonly breaksAtPercent: number
}

/** `unasked`: the run is not told to ask. */
export type Answer = 'unasked' | 'good' | 'bad'

/** A PAUSE hook that somebody else has put into the service. */
export interface PauseOfOthers {
  readonly stage: string
  readonly minutes: number
  /** What ECS does when nobody has answered by then. */
  readonly timeoutAction: PauseAction
  /** `null`: nobody does. */
  readonly answerAfterSeconds: number | null
  readonly answer: PauseAction
}

export type PauseAction = 'CONTINUE' | 'ROLLBACK'

export interface MetricSetup {
  readonly requestsPerMinute: number
  /** A minute's values can be read so long after its end. */
  readonly lateSeconds: number
  /** Every so many minutes one has no data; 0: none is missing. */
  readonly gapEvery: number
}

/** What somebody else does while the run is under way. */
export interface OtherAct {
  readonly afterSeconds: number
  readonly does: 'deploys-good' | 'deploys-bad' | 'forces-new' | 'rolls-back' | 'scales' | 'deletes'
  /** For `scales`. */
  readonly count: number
}

export type CallName =
  | 'service'
  | 'update'
  /** UpdateService without a task definition: the desired count, or the configuration alone. */
  | 'scale'
  | 'history'
  | 'serviceDeployment'
  | 'revisions'
  | 'rollBack'
  /** ContinueServiceDeployment. */
  | 'endPause'
  | 'describe'
  | 'register'
  | 'tag'
  | 'active'
  | 'deregister'
  | 'stopped'
  | 'running'
  | 'health'
  | 'dimensions'
  | 'metrics'
  | 'find'
  | 'tail'
  | 'bounds'
  /** A request to the service itself. */
  | 'web'

/** Calls of the run that fail: of those that `call` names, `skip` go well and then `times` do not. */
export interface Fault {
  readonly call: CallName | 'any'
  readonly skip: number
  readonly times: number
  readonly kind: 'Unreachable' | 'Denied' | 'CredentialsExpired' | 'Refused' | 'Conflict'
  /** What was asked for is done, and only the answer is lost. */
  readonly isAfterEffect: boolean
}
