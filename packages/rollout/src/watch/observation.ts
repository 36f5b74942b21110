import type { TriggerObservation } from '../triggers/trigger-watch.ts'
import type { Traffic } from './traffic.ts'
import type { ServiceDeploymentView, ServiceView, TargetView, TaskView } from '../views.ts'

/** What one poll saw. `undefined` where nothing could be asked, or nothing needed to be. */
export interface Observation {
  readonly service: ServiceView
  /** Our service deployment; `undefined` in classic mode. */
  readonly deployment: ServiceDeploymentView | undefined
  /** Our deployment's failed tasks, all that were seen since it began. */
  readonly failedTasks: readonly TaskView[]
  /** Failed tasks of the deployment that ECS put in our place to roll back. */
  readonly rollbackFailures: readonly TaskView[]
  /** `undefined` when they cannot be read; empty without a load balancer, and before the first is looked for. */
  readonly targets: readonly TargetView[] | undefined
  /** Users are moved from group to group, and these are the targets of our revision alone. */
  readonly ownTargets?: boolean
  /**
   * Every target that was seen unhealthy, as it was then, the newest last. ECS takes a target away with its task, so
   * that the last look often shows none.
   */
  readonly seenUnhealthy: readonly TargetView[]
  /** Every share of users' requests that the deployment was seen with, in order; empty where none is told. */
  readonly shares: readonly Traffic[]
  /** `undefined` when no triggers are watched. */
  readonly triggers: TriggerObservation | undefined
  /** A service deployment that began after ours and is not its rollback. */
  readonly newerDeployment: boolean
}
