import type { NetworkView, Open, TaskDefinitionArn, TaskView } from '../views.ts'

/** Tasks that run once, outside of the service, in its cluster. */
export interface OneOffTasks {
  /**
   * Starts one task. A request that got no answer is sent again, and starts no second one. Throws {@link Refused} with
   * AWS's own words when ECS does not take it.
   */
  run(task: TaskToRun): Promise<StartedTasks>
  /** `undefined` when ECS does not know it: not yet, or no more. */
  describe(arn: string): Promise<TaskView | undefined>
  /** SIGTERM, and SIGKILL after the stop timeout of each container. */
  stop(arn: string, reason: string): Promise<void>
}

/** What RunTask is asked for; nothing else is sent. */
export interface TaskToRun {
  readonly taskDefinition: TaskDefinitionArn
  readonly startedBy: string
  readonly launchType: Open<'FARGATE' | 'EC2' | 'EXTERNAL'>
  /** Where there is one, the launch type is not sent: ECS takes only one of them. */
  readonly capacityProviderStrategy: readonly CapacityProvider[]
  /** `undefined` for a task definition that has no network of its own (`awsvpc`). */
  readonly network: NetworkView | undefined
  readonly containerOverrides: readonly ContainerOverride[]
  readonly tags: readonly TaskTag[]
  /** Whether ECS adds its own tags; `undefined` leaves it to ECS. */
  readonly managedTags: boolean | undefined
  readonly volume: ManagedVolume | undefined
}

export interface CapacityProvider {
  readonly capacityProvider: string
  readonly weight?: number
  readonly base?: number
}

/** As in the API. Its values may be secrets: they are sent, and told to nobody. */
export interface ContainerOverride {
  readonly name: string
  readonly environment?: readonly { readonly name: string; readonly value: string }[]
  readonly [member: string]: unknown
}

export interface TaskTag {
  readonly key: string
  readonly value: string
}

export interface ManagedVolume {
  /** As the task definition names it, which says `configuredAtLaunch` there. */
  readonly name: string
  /** `TaskManagedEBSVolumeConfiguration` of the API. */
  readonly managedEBSVolume: Readonly<Record<string, unknown>>
}

/** One of the two has an entry: a single task was asked for. */
export interface StartedTasks {
  readonly arns: readonly string[]
  readonly failures: readonly StartFailure[]
}

/** Why ECS found no place for the task. */
export interface StartFailure {
  readonly arn: string | undefined
  readonly reason: string
  readonly detail: string | undefined
}
