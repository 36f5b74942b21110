/** Tasks, and what the load balancer says of them. */
import type { Open, TargetGroupArn, TaskDefinitionArn } from './names.ts'

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
