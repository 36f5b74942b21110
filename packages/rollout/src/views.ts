/**
 * What a rollout sees of AWS: plain values, only the members that something here judges by, every state as an
 * open string because AWS adds to its enums. Times are milliseconds since the epoch.
 */
import type { Cause, RolledBackBy } from './outcome.ts'

type Brand<Name extends string> = string & { readonly __brand?: Name }
export type TaskDefinitionArn = Brand<'TaskDefinitionArn'>
export type ServiceDeploymentArn = Brand<'ServiceDeploymentArn'>
export type ServiceRevisionArn = Brand<'ServiceRevisionArn'>
export type TargetGroupArn = Brand<'TargetGroupArn'>

/** A member of an AWS enum, or something newer than this code. */
export type Open<Known extends string> = Known | (string & {})

/** DescribeServices, one service. */
export interface ServiceView {
  readonly arn: string
  readonly name: string
  readonly clusterArn: string
  readonly status: Open<'ACTIVE' | 'DRAINING' | 'INACTIVE'>
  readonly controller: Open<'ECS' | 'CODE_DEPLOY' | 'EXTERNAL'>
  /** Express mode: ECS itself owns the service's resources (`resourceManagementType` is `ECS`). */
  readonly managedByEcs: boolean
  readonly strategy: Open<'ROLLING' | 'BLUE_GREEN' | 'CANARY' | 'LINEAR'>
  readonly schedulingStrategy: Open<'REPLICA' | 'DAEMON'>
  readonly desiredCount: number
  readonly runningCount: number
  readonly pendingCount: number
  readonly taskDefinition: TaskDefinitionArn
  readonly deployments: readonly DeploymentView[]
  readonly currentServiceDeployment: ServiceDeploymentArn | undefined
  readonly loadBalancers: readonly LoadBalancerView[]
  /** `undefined` where tasks have no network of their own (every mode but `awsvpc`). */
  readonly network: NetworkView | undefined
  readonly circuitBreaker: { readonly enable: boolean; readonly rollback: boolean }
  readonly alarms: {
    readonly names: readonly string[]
    readonly enable: boolean
    readonly rollback: boolean
  }
  readonly minimumHealthyPercent: number | undefined
  readonly maximumPercent: number | undefined
  readonly healthCheckGracePeriodSeconds: number | undefined
  /** As the service has it, so that a change of one member can leave the others alone. */
  readonly deploymentConfiguration: DeploymentConfiguration
  /** The revisions that run now; usually one. */
  readonly currentRevisions: readonly ServiceRevisionArn[]
  /** ECS may call a deployment SUCCESSFUL below 100 % when this is on. */
  readonly earlySuccess: boolean
  /** Whose tags new tasks get. */
  readonly propagateTags: Open<'NONE' | 'SERVICE' | 'TASK_DEFINITION'>
  /** Whether new tasks get the tags `aws:ecs:clusterName` and `aws:ecs:serviceName`. */
  readonly enableEcsManagedTags: boolean
  /** Newest first. */
  readonly events: readonly ServiceEventView[]
  /** Of a service with the controller CODE_DEPLOY. */
  readonly taskSets?: readonly TaskSetView[]
}

/** Tasks of one revision of a service that CodeDeploy deploys. */
export interface TaskSetView {
  /** `ecs-svc/…`; its tasks carry it as `startedBy`. */
  readonly id: string
  /** The deployment of CodeDeploy that made it; `undefined` for the one that came with the service. */
  readonly externalId: string | undefined
  /** PRIMARY: users are on it. */
  readonly status: Open<'PRIMARY' | 'ACTIVE' | 'DRAINING'>
  readonly taskDefinition: TaskDefinitionArn
  readonly desiredCount: number
  readonly runningCount: number
  readonly pendingCount: number
  readonly createdAt: number
  /** All its tasks run and are healthy. */
  readonly isSteady: boolean
  readonly targetGroups: readonly TargetGroupArn[]
}

export interface DeploymentView {
  /** `ecs-svc/…`; tasks carry it as `startedBy`. */
  readonly id: string
  readonly status: Open<'PRIMARY' | 'ACTIVE' | 'INACTIVE'>
  readonly rolloutState: Open<'IN_PROGRESS' | 'COMPLETED' | 'FAILED'> | undefined
  readonly rolloutStateReason: string | undefined
  readonly taskDefinition: TaskDefinitionArn
  readonly desiredCount: number
  readonly runningCount: number
  readonly pendingCount: number
  readonly failedTasks: number
  readonly createdAt: number
  /** The volumes that ECS makes for each of its tasks. */
  readonly volumeConfigurations: readonly VolumeConfiguration[]
}

/** A volume that the task definition leaves to the service (`configuredAtLaunch`), as ECS's API names its members. */
export interface VolumeConfiguration {
  readonly name: string
  readonly managedEBSVolume?: Readonly<Record<string, unknown>>
}

export interface LoadBalancerView {
  readonly targetGroupArn: TargetGroupArn
  readonly containerName: string
  readonly containerPort: number
  /** The other group of a service that shifts traffic; which of the two is in use changes with each deployment. */
  readonly alternateTargetGroupArn: TargetGroupArn | undefined
  /** Whether there is a listener rule by which a new revision can be tried before users reach it. */
  readonly hasTestListener: boolean
}

/** The members that something here sets or reads; the others are kept as they are. */
export interface DeploymentConfiguration {
  readonly strategy?: string | undefined
  readonly bakeTimeInMinutes?: number | undefined
  readonly canaryConfiguration?:
    | {
        readonly canaryPercent?: number | undefined
        readonly canaryBakeTimeInMinutes?: number | undefined
      }
    | undefined
  readonly linearConfiguration?:
    | {
        readonly stepPercent?: number | undefined
        readonly stepBakeTimeInMinutes?: number | undefined
      }
    | undefined
  readonly lifecycleHooks?: readonly LifecycleHook[] | undefined
  /** Not of ECS: how long CodeDeploy waits to be continued, in minutes. */
  readonly readyWaitMinutes?: number | undefined
  readonly [member: string]: unknown
}

export interface LifecycleHook {
  readonly targetType?: string | undefined
  readonly lifecycleStages?: readonly string[] | undefined
  readonly timeoutConfiguration?:
    | {
        readonly timeoutInMinutes?: number | undefined
        readonly action?: string | undefined
      }
    | undefined
  readonly [member: string]: unknown
}

/** `awsvpcConfiguration` of a service or a task. */
export interface NetworkView {
  readonly subnets: readonly string[]
  readonly securityGroups: readonly string[]
  readonly assignPublicIp: Open<'ENABLED' | 'DISABLED'> | undefined
}

export interface ServiceEventView {
  readonly id: string
  readonly at: number
  readonly message: string
}

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

export interface ContainerImageView {
  readonly container: string
  readonly image: string
  /** `sha256:…`; missing when ECS has not resolved it. */
  readonly digest: string | undefined
}

/** DescribeTasks, one task. */
export interface TaskView {
  readonly arn: string
  /** The last part of the ARN. */
  readonly id: string
  readonly startedBy: string | undefined
  readonly taskDefinition: TaskDefinitionArn
  readonly lastStatus: string
  readonly desiredStatus: string
  readonly healthStatus: Open<'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN'> | undefined
  readonly stopCode:
    | Open<
        | 'TaskFailedToStart'
        | 'EssentialContainerExited'
        | 'UserInitiated'
        | 'ServiceSchedulerInitiated'
        | 'SpotInterruption'
        | 'TerminationNotice'
        | 'InfrastructureHealth'
      >
    | undefined
  readonly stoppedReason: string | undefined
  readonly createdAt: number | undefined
  readonly startedAt: number | undefined
  readonly stoppedAt: number | undefined
  readonly containers: readonly ContainerView[]
}

export interface ContainerView extends ContainerImageView {
  readonly exitCode: number | undefined
  readonly reason: string | undefined
  readonly lastStatus: string
}

/** DescribeTargetHealth, one target. */
export interface TargetView {
  readonly targetGroup: TargetGroupArn
  readonly id: string
  readonly port: number | undefined
  readonly state: Open<
    | 'initial'
    | 'healthy'
    | 'unhealthy'
    | 'unhealthy.draining'
    | 'unused'
    | 'draining'
    | 'unavailable'
  >
  readonly reason: string | undefined
  readonly description: string | undefined
}

/** A task definition as the API gives it, every member kept, known to this code or not. */
export type TaskDefinitionDocument = Readonly<Record<string, unknown>>

export interface TaskDefinitionView {
  readonly arn: TaskDefinitionArn
  readonly family: string
  readonly revision: number
  readonly status: Open<'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS'>
  /** Without the read-only members. */
  readonly document: TaskDefinitionDocument
  readonly tags: Readonly<Record<string, string>>
}
