/** What the watch of a deployment knows, is told to do, and decides. */
import type { Cause, RolledBackBy } from '../outcome.ts'
import type { TaskDefinitionArn } from '../views.ts'
import type { PauseDecision, Traffic, TrafficSettings } from './traffic.ts'

export interface WatchSettings {
  /** `ecs-svc/…`: the PRIMARY that UpdateService answered with. */
  readonly deploymentId: string
  readonly taskDefinition: TaskDefinitionArn
  /** Of that deployment, as AWS gives it; milliseconds since the epoch. */
  readonly createdAt: number
  /** How many failed tasks end the deployment. */
  readonly maxFailedTasks: number
  /** Milliseconds since the epoch. */
  readonly deadline: number
  /** How long a FAILED deployment may wait for ECS to begin its rollback, in milliseconds. */
  readonly rollbackStartLimit: number
  /** How long a completed deployment is watched on, in milliseconds; 0: not at all. */
  readonly bake: number
  /** Whether the bake ends when the metrics cannot be read any more, because its verdict is then fixed. */
  readonly bakeEndsWhenBlind: boolean
  /** The deployment is itself the way back: what is said of it must not sound like a release. */
  readonly isWayBack?: boolean
  /** `undefined` when this run has no say in how traffic moves. */
  readonly traffic: TrafficSettings | undefined
  /** Whether the complete deployment has to answer a request before it counts. */
  readonly hasSmokeCheck: boolean
}

export type WatchState = (
  | { readonly phase: 'rolling'; readonly failedSince?: number; readonly notPrimarySince?: number }
  | Baking
  | RollingBack
) & {
  /** The service deployment was STOPPED at the last look, with ours still in the first place. */
  readonly stoppedSeen?: boolean
} & Noted

/** What stays known from look to look, whatever the phase. */
export interface Noted {
  /** Of a deployment that moves traffic in steps. */
  readonly traffic?: Traffic | undefined
  /** Whether the smoke check has passed. */
  readonly isSmokeChecked?: boolean | undefined
}

/** The deployment is complete; until when the new revision is watched on, milliseconds since the epoch. */
export interface Baking {
  readonly phase: 'baking'
  readonly until: number
  readonly notPrimarySince?: number
}

export interface RollingBack {
  readonly phase: 'rolling-back'
  readonly by: RolledBackBy
  readonly cause: Cause
}

export type Decision =
  | PauseDecision
  /** The deployment is complete: ask it for something, as a user would. */
  | { readonly kind: 'smoke-check' }
  /** Ours is bad and still under way: somebody should stop it. */
  | { readonly kind: 'fail'; readonly cause: Cause }
  | { readonly kind: 'end'; readonly end: WatchEnd }

export type WatchEnd =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'rolled-back'; readonly by: RolledBackBy; readonly cause: Cause }
  | { readonly kind: 'rollback-failed'; readonly by: RolledBackBy; readonly cause: Cause }
  /** Failed or stopped, and nobody is rolling it back; it is still what the service wants. */
  | { readonly kind: 'failed'; readonly cause: Cause }
  | { readonly kind: 'superseded'; readonly by: string }
  | { readonly kind: 'service-gone'; readonly status: string }

export const INITIAL_WATCH_STATE: WatchState = { phase: 'rolling' }
