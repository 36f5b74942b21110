/** A service as DescribeServices shows it. */
import type {
  Open,
  ServiceDeploymentArn,
  ServiceRevisionArn,
  TargetGroupArn,
  TaskDefinitionArn,
} from './names.ts'

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
