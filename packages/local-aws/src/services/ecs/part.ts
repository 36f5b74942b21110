import type { TaskSet } from '@aws-sdk/client-ecs'

/** What CodeDeploy asks for when it makes a task set; the rest is as in the service. */
export interface TaskSetRequest {
  /** ARN or `family:revision`. */
  readonly taskDefinition: string
  /** CodeDeploy's deployment. */
  readonly externalId: string
  readonly loadBalancer: {
    readonly targetGroupArn: string
    readonly containerName: string
    readonly containerPort: number
  }
  readonly platformVersion?: TaskSet['platformVersion']
  readonly networkConfiguration?: TaskSet['networkConfiguration']
  readonly capacityProviderStrategy?: TaskSet['capacityProviderStrategy']
}

/** A service that is ACTIVE, as CodeDeploy deploys it. */
export interface BlueGreenService {
  readonly arn: string
  /** `ECS`, `CODE_DEPLOY` or `EXTERNAL`. */
  readonly controller: string
  /** As DescribeServices shows them now, newest first. */
  taskSets(): readonly TaskSet[]
  /** Makes an ACTIVE task set and gives its id. Throws what ECS refuses, in its words. */
  createTaskSet(request: TaskSetRequest): string
  /** Does nothing when the task set is gone. */
  makePrimary(taskSetId: string): void
  /** Stops its tasks and takes it away. Does nothing when it is gone. */
  drain(taskSetId: string): void
}

/** The part of ECS that CodeDeploy uses. */
export interface BlueGreenServices {
  find(clusterName: string, serviceName: string): BlueGreenService | undefined
}
