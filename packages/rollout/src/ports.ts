/** Everything a rollout asks of the world, in as few verbs as it needs. `packages/aws` implements them. */
import type {
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
}

export interface ServiceChange {
  readonly taskDefinition?: TaskDefinitionArn
  readonly desiredCount?: number
  readonly forceNewDeployment?: boolean
}

export interface TaskDefinitions {
  /** `family`, `family:revision` or an ARN. Throws {@link NotFound}. */
  describe(name: string): Promise<TaskDefinitionView>
  /** Registers the document as it is. Throws {@link Refused} with AWS's own words when ECS does not take it. */
  register(
    document: TaskDefinitionDocument,
    tags: Readonly<Record<string, string>>,
  ): Promise<TaskDefinitionView>
}

/** The service's tasks. */
export interface Tasks {
  /** ECS forgets stopped tasks after about an hour. */
  stopped(): Promise<readonly TaskView[]>
  running(): Promise<readonly TaskView[]>
}

export interface Targets {
  health(targetGroups: readonly TargetGroupArn[]): Promise<readonly TargetView[]>
}

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
  readonly images: Images
  readonly logTails: LogTails
  readonly scaling: Scaling
}
