/** The deployments of a service, and the revisions that they bring. */
import type { Cause, RolledBackBy } from '../outcome.ts'
import type {
  Open,
  ServiceDeploymentArn,
  ServiceRevisionArn,
  TargetGroupArn,
  TaskDefinitionArn,
} from './names.ts'
import type { ContainerImageView } from './task.ts'

export type ServiceDeploymentStatus = Open<
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'STOP_REQUESTED'
  | 'STOPPED'
  | 'SUCCESSFUL'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED'
>

/** ListServiceDeployments, one entry. */
export interface ServiceDeploymentBrief {
  readonly arn: ServiceDeploymentArn
  readonly status: ServiceDeploymentStatus
  readonly statusReason: string | undefined
  readonly targetRevision: ServiceRevisionArn | undefined
  readonly createdAt: number
  readonly finishedAt: number | undefined
}

/** DescribeServiceDeployments, one deployment. */
export interface ServiceDeploymentView extends ServiceDeploymentBrief {
  readonly lifecycleStage: string | undefined
  readonly startedAt: number | undefined
  /** Hooks of the present stage. */
  readonly hooks: readonly HookView[]
  readonly target: RevisionCounts | undefined
  readonly sources: readonly RevisionCounts[]
  readonly rollback:
    | {
        readonly reason: string | undefined
        readonly startedAt: number | undefined
        readonly revision: ServiceRevisionArn | undefined
      }
    | undefined
  readonly circuitBreaker:
    | {
        readonly status: Open<'DISABLED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'TRIGGERED'>
        readonly failureCount: number
        readonly threshold: number
      }
    | undefined
  readonly alarms:
    | {
        readonly status: Open<'DISABLED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'TRIGGERED'>
        readonly triggered: readonly string[]
      }
    | undefined
  /** Who ended it and why, where that is known at once and not to be read out of the other members. */
  readonly told?: { readonly by: RolledBackBy; readonly cause: Cause }
}

/** A hook that has run, or at which the deployment waits. */
export interface HookView {
  readonly id: string
  readonly targetType: Open<'AWS_LAMBDA' | 'PAUSE'>
  readonly status: Open<'AWAITING_ACTION' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT'>
  readonly expiresAt: number | undefined
  /** What ECS does then. */
  readonly timeoutAction: Open<'CONTINUE' | 'ROLLBACK'> | undefined
}

export interface RevisionCounts {
  readonly revision: ServiceRevisionArn
  readonly requested: number
  readonly running: number
  readonly pending: number
  /** Percent of users' requests that the revision gets; `undefined` where ECS does not say. */
  readonly productionWeight: number | undefined
}

/** DescribeServiceRevisions, one revision. */
export interface ServiceRevisionView {
  readonly arn: ServiceRevisionArn
  readonly taskDefinition: TaskDefinitionArn
  readonly images: readonly ContainerImageView[]
  readonly targetGroups: readonly TargetGroupArn[]
  readonly createdAt: number
}
