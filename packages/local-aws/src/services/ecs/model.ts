/**
 * What the ECS service of the endpoint remembers. Handlers turn these records into the SDK's shapes; the
 * scheduler and the task lifecycle change them. Dates are milliseconds of AWS time.
 */
import type {
  Attachment,
  Cluster,
  Deployment,
  ServiceDeployment,
  ServiceEvent,
  ServiceRevision,
  Tag,
  TaskDefinition,
  TaskOverride,
  TaskSet,
  TaskStopCode,
  TaskVolumeConfiguration,
  Service,
} from '@aws-sdk/client-ecs'
import type { Target } from '../elbv2/part.ts'
import type { RevisionTraffic } from './shifting/traffic.ts'
import type { RunningContainer } from '../../tasks/driver.ts'

export interface ClusterRecord {
  readonly name: string
  readonly arn: string
  /** As CreateCluster was given it; counts are computed when it is shown. */
  shape: Cluster
  tags: Tag[]
  readonly services: Map<string, ServiceRecord>
  readonly tasks: Map<string, TaskRecord>
}

export interface TaskDefinitionRecord {
  readonly family: string
  readonly revision: number
  readonly arn: string
  /** Exactly as DescribeTaskDefinition shows it. */
  shape: TaskDefinition
  tags: Tag[]
}

export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED'

export interface ContainerRecord {
  readonly arn: string
  readonly name: string
  readonly image: string
  imageDigest?: string
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED'
  healthStatus: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN'
  exitCode?: number
  reason?: string
  runtimeId?: string
  running?: RunningContainer
}

export interface TaskRecord {
  readonly id: string
  readonly arn: string
  readonly cluster: ClusterRecord
  readonly taskDefinition: TaskDefinitionRecord
  /** `service:NAME` or `family:FAMILY`. */
  readonly group: string
  /** The deployment id (`ecs-svc/…`) for a service's task. */
  readonly startedBy: string | undefined
  readonly launchType: 'FARGATE' | 'EC2'
  readonly capacityProviderName: string | undefined
  readonly privateIp: string
  readonly overrides: TaskOverride
  readonly attachments: Attachment[]
  lastStatus: TaskStatus
  desiredStatus: 'RUNNING' | 'STOPPED'
  healthStatus: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN'
  containers: ContainerRecord[]
  stopCode?: TaskStopCode
  stoppedReason?: string
  readonly createdAt: number
  pullStartedAt?: number
  pullStoppedAt?: number
  startedAt?: number
  stoppingAt?: number
  executionStoppedAt?: number
  stoppedAt?: number
  tags: Tag[]
}

/** What it takes to start a task; the lifecycle does the rest. */
export interface StartTask {
  readonly cluster: ClusterRecord
  readonly taskDefinition: TaskDefinitionRecord
  readonly group: string
  readonly startedBy?: string
  readonly launchType: 'FARGATE' | 'EC2'
  readonly capacityProviderName?: string
  readonly overrides?: TaskOverride
  readonly volumes?: readonly TaskVolumeConfiguration[]
  readonly tags?: readonly Tag[]
}

/** The task lifecycle as the scheduler and the API handlers see it. */
export interface TaskLifecycle {
  /** Makes the record (PROVISIONING) at once and brings it up in the background. */
  start(request: StartTask): TaskRecord
  /**
   * Sets `desiredStatus` STOPPED at once and brings the task down in the background: `beforeStop` (the scheduler
   * drains targets in it) runs in DEACTIVATING, then SIGTERM, `stopTimeout`, SIGKILL. A second call does nothing.
   * Resolves when the task is STOPPED.
   */
  stop(task: TaskRecord, reason: string, code: TaskStopCode): Promise<void>
  /** Where a container port of a running task can be reached; the target that a load balancer registers. */
  target(task: TaskRecord, containerName: string, containerPort: number): Target | undefined
  /** Called after each change of `lastStatus`, `desiredStatus` or `healthStatus` of any task. */
  onChange(listener: (task: TaskRecord) => void): void
  /** Set by the scheduler: what has to happen in DEACTIVATING before containers get SIGTERM. */
  beforeStop: (task: TaskRecord) => Promise<void>
}

/** One deployment of a service (`Deployment` in DescribeServices). */
export interface DeploymentRecord {
  /** `ecs-svc/` and 19 digits. */
  readonly id: string
  readonly taskDefinition: TaskDefinitionRecord
  readonly revision: ServiceRevision
  status: 'PRIMARY' | 'ACTIVE' | 'INACTIVE'
  rolloutState: NonNullable<Deployment['rolloutState']>
  rolloutStateReason: string
  /** Failed to start or failed health checks, since the last task that became healthy. */
  failedTasks: number
  readonly createdAt: number
  updatedAt: number
  /** The service deployment that this one carries out; a rollback shares the one it undoes. */
  readonly serviceDeployment: ServiceDeployment
  readonly isRollback: boolean
  /** Earlier deployments whose tasks this one has taken over: a rollback goes on with what still runs. */
  readonly adopts: readonly string[]
}

/** The part of a task set that never changes and is shown as it is. */
export type TaskSetSettings = Pick<
  TaskSet,
  | 'launchType'
  | 'capacityProviderStrategy'
  | 'platformVersion'
  | 'platformFamily'
  | 'networkConfiguration'
  | 'loadBalancers'
  | 'serviceRegistries'
>

/** One version of a service that CodeDeploy or somebody outside deploys (`TaskSet` in DescribeServices). */
export interface TaskSetRecord {
  /** `ecs-svc/` and 19 digits. */
  readonly id: string
  readonly arn: string
  /** CodeDeploy's deployment, for the task sets that CodeDeploy makes. */
  readonly externalId: string | undefined
  readonly startedBy: string | undefined
  readonly settings: TaskSetSettings
  /** What its tasks belong to; has the same id, and is never shown. */
  readonly deployment: DeploymentRecord
  status: 'PRIMARY' | 'ACTIVE' | 'DRAINING'
  /** Percent of the service's desired count. */
  scale: number
  stabilityStatus: NonNullable<TaskSet['stabilityStatus']>
  stabilityStatusAt: number
  readonly createdAt: number
  updatedAt: number
  tags: Tag[]
}

export interface ServiceRecord {
  readonly name: string
  readonly arn: string
  readonly cluster: ClusterRecord
  /** The settings as given (load balancers, network, deployment configuration …); counts are computed when shown. */
  settings: Service
  desiredCount: number
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE'
  deployments: DeploymentRecord[]
  /** Of services with another deployment controller than ECS, newest first. */
  taskSets: TaskSetRecord[]
  /** Newest first. */
  serviceDeployments: ServiceDeployment[]
  revisions: Map<string, ServiceRevision>
  /** By the ARN of the revision, of services whose deployments shift traffic. */
  readonly traffic: Map<string, RevisionTraffic>
  /** Newest first, at most 100. */
  events: ServiceEvent[]
  readonly createdAt: number
  tags: Tag[]
}

/** Everything ECS knows, shared by the handlers, the scheduler and the lifecycle. */
export interface EcsState {
  readonly clusters: Map<string, ClusterRecord>
  /** By family, revisions in order. */
  readonly families: Map<string, TaskDefinitionRecord[]>
}
