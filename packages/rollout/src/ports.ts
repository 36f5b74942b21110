/** Everything a rollout asks of the world, in as few verbs as it needs. `packages/aws` implements them. */
import type { CodeDeployments } from './codedeploy/port.ts'
import type { Dns } from './dns/port.ts'
import type { OneOffTasks } from './one-off-task/port.ts'
import type {
  DeploymentConfiguration,
  ServiceDeploymentArn,
  ServiceDeploymentBrief,
  ServiceDeploymentView,
  ServiceRevisionArn,
  ServiceRevisionView,
  ServiceView,
  TargetGroupArn,
  TargetView,
  TaskDefinitionArn,
  TaskDefinitionDocument,
  TaskDefinitionView,
  TaskView,
  VolumeConfiguration,
} from './views.ts'

/** One ECS service; every method is about the service that the port was made for. */
export interface Deployments {
  /** Throws {@link NotFound} when the cluster or the service is not there. */
  service(): Promise<ServiceView>
  /** Sends only what is given: nothing that the user did not ask to change. */
  update(change: ServiceChange): Promise<ServiceView>
  /** Newest first; all pages; at most the last 90 days, which is all that ECS keeps. */
  history(filter: {
    readonly createdAfter?: number
    readonly statuses?: readonly string[]
    /** Stop reading pages after this many. */
    readonly atMost?: number
  }): Promise<readonly ServiceDeploymentBrief[]>
  /** `undefined` when ECS answers that it is missing. */
  serviceDeployment(arn: ServiceDeploymentArn): Promise<ServiceDeploymentView | undefined>
  /** Missing ones are left out. Any number; read in batches of 20. */
  revisions(arns: readonly ServiceRevisionArn[]): Promise<readonly ServiceRevisionView[]>
  /** StopServiceDeployment with ROLLBACK. Throws {@link Conflict} when it ended in the meantime. */
  rollBack(arn: ServiceDeploymentArn): Promise<void>
  /** ContinueServiceDeployment: ends a pause one way or the other. Throws {@link Conflict} when it has ended already. */
  endPause(arn: ServiceDeploymentArn, hook: string, action: 'CONTINUE' | 'ROLLBACK'): Promise<void>
}

export interface ServiceChange {
  readonly taskDefinition?: TaskDefinitionArn
  readonly desiredCount?: number
  readonly forceNewDeployment?: boolean
  readonly propagateTags?: string
  readonly enableEcsManagedTags?: boolean
  /** An empty list takes away the volumes that the service has. */
  readonly volumeConfigurations?: readonly VolumeConfiguration[]
  /** The whole of it. Alone, it begins no deployment (UpdateService of the API reference). */
  readonly deploymentConfiguration?: DeploymentConfiguration
}

export interface TaskDefinitions {
  /** `family`, `family:revision` or an ARN. Throws {@link NotFound}. */
  describe(name: string): Promise<TaskDefinitionView>
  /** Registers the document as it is. Throws {@link Refused} with AWS's own words when ECS does not take it. */
  register(
    document: TaskDefinitionDocument,
    tags: Readonly<Record<string, string>>,
  ): Promise<TaskDefinitionView>
  /** Adds the tags, or changes those that are there. */
  tag(arn: TaskDefinitionArn, tags: Readonly<Record<string, string>>): Promise<void>
  /** The ACTIVE revisions of a family, newest first; all pages. */
  active(family: string): Promise<readonly TaskDefinitionArn[]>
  deregister(arn: TaskDefinitionArn): Promise<void>
}

/** The service's tasks. */
export interface Tasks {
  /** ECS forgets stopped tasks after about an hour. */
  stopped(): Promise<readonly TaskView[]>
  running(): Promise<readonly TaskView[]>
}

export interface Targets {
  health(targetGroups: readonly TargetGroupArn[]): Promise<readonly TargetView[]>
  /** By which names CloudWatch knows each target group; one without a load balancer is left out. */
  dimensions(targetGroups: readonly TargetGroupArn[]): Promise<readonly TargetGroupDimensions[]>
}

export interface TargetGroupDimensions {
  readonly arn: TargetGroupArn
  /** `targetgroup/<name>/<id>` */
  readonly targetGroup: string
  /** `app/<name>/<id>`, `net/<name>/<id>` */
  readonly loadBalancer: string
  readonly kind: 'application' | 'network' | 'other'
}

/** CloudWatch, or a Prometheus server: whoever a series' query is for. */
export interface Metrics {
  /**
   * The values of every series in periods that begin in [from, to), milliseconds since the epoch. Reads all pages.
   * Throws {@link Denied} when the caller may not read metrics, {@link Refused} when a query is not valid.
   */
  read(
    series: readonly Series[],
    window: { readonly from: number; readonly to: number },
  ): Promise<readonly SeriesValues[]>
}

export interface Series {
  /** Unique in one call. */
  readonly id: string
  /** Seconds. */
  readonly period: number
  readonly query: SeriesQuery
}

export type SeriesQuery =
  | { readonly kind: 'metric'; readonly metric: MetricQuery }
  | {
      readonly kind: 'expression'
      readonly expression: string
      /** By the names that the expression calls them by. */
      readonly metrics: Readonly<Record<string, MetricQuery>>
    }
  | {
      readonly kind: 'prometheus'
      /** Base URL of the server; `/api/v1/query` is put behind it. */
      readonly url: string
      readonly query: string
    }

export interface MetricQuery {
  readonly namespace: string
  readonly name: string
  readonly statistic: string
  readonly dimensions: Readonly<Record<string, string>>
}

export interface SeriesValues {
  readonly id: string
  /** By the beginning of the period, milliseconds since the epoch. A period without data has no entry. */
  readonly values: ReadonlyMap<number, number>
  /** Why values may be missing that are there; `undefined` when the answer is complete. */
  readonly error: string | undefined
}

/** The web as a user of the service sees it. */
export interface Web {
  /** `timeout`: milliseconds. Never throws; redirects are not followed. */
  get(url: string, timeout: number): Promise<WebAnswer>
}

export type WebAnswer =
  { readonly status: number; readonly body: string } | { readonly problem: string }

export interface Images {
  /**
   * What a registry says of an image reference. `elsewhere`: the registry is not ECR, so nobody here can ask it.
   */
  find(reference: string): Promise<ImageAnswer>
}

export type ImageAnswer =
  | {
      readonly kind: 'found'
      readonly digest: string
      /** `host/name@sha256:…` */
      readonly pinned: string
      /** For an image index: the digests of its platforms' manifests, one of which is what a task may show. */
      readonly platformDigests: readonly string[]
    }
  | { readonly kind: 'missing'; readonly message: string }
  | { readonly kind: 'elsewhere' }

/** The last lines that containers printed. */
export interface LogTails {
  /**
   * Up to `lines` last lines, oldest first, of one container of one task, where its log driver is `awslogs`.
   * `undefined` when there is no such stream or the task definition logs elsewhere.
   */
  tail(
    taskDefinition: TaskDefinitionDocument,
    container: string,
    taskId: string,
    lines: number,
  ): Promise<readonly string[] | undefined>
}

/** Application Auto Scaling. */
export interface Scaling {
  /** The bounds within which somebody else sets the desired count; `undefined` when nobody does. */
  bounds(): Promise<{ readonly minimum: number; readonly maximum: number } | undefined>
}

/** All that one deployment needs. */
export interface Ports {
  readonly deployments: Deployments
  readonly taskDefinitions: TaskDefinitions
  readonly tasks: Tasks
  readonly targets: Targets
  readonly metrics: Metrics
  readonly images: Images
  readonly logTails: LogTails
  readonly scaling: Scaling
  readonly web: Web
  readonly oneOffTasks: OneOffTasks
  readonly codeDeploy: CodeDeployments
  readonly dns: Dns
}
