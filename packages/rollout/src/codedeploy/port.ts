/** CodeDeploy, as far as services with the controller CODE_DEPLOY need it. Times are milliseconds since the epoch. */
import type { Open, TargetGroupArn, TaskDefinitionArn } from '../views.ts'

/** How a deployment group is known. */
export interface GroupName {
  readonly application: string
  readonly group: string
}

export interface CodeDeployments {
  /** Throws {@link NotFound} when the application or the group is not there. */
  group(name: GroupName): Promise<DeploymentGroupView>
  /** How a deployment configuration moves traffic. Throws {@link NotFound}. */
  routing(config: string): Promise<TrafficRouting>
  /** The newest first, as far as CodeDeploy lists them; never more than `atMost`, nor more than 25. */
  deployments(name: GroupName, filter: DeploymentFilter): Promise<readonly CodeDeploymentView[]>
  /** Throws {@link NotFound}. */
  deployment(id: string): Promise<CodeDeploymentView>
  /** How far it has come; `target` is `CLUSTER:SERVICE`. */
  progress(id: string, target: string): Promise<TargetProgress>
  /** Gives the id. It is never sent twice. */
  create(name: GroupName, deployment: DeploymentToCreate): Promise<string>
  /** StopDeployment with a rollback. Throws {@link Conflict} when it ended in the meantime. */
  stop(id: string): Promise<void>
}

export interface DeploymentFilter {
  readonly atMost: number
  readonly statuses?: readonly string[]
  readonly createdAfter?: number
}

export interface DeploymentToCreate {
  /** The AppSpec file. */
  readonly content: string
  readonly description: string | undefined
  /** `undefined`: the one of the group. */
  readonly config: string | undefined
}

/** GetDeploymentGroup. */
export interface DeploymentGroupView {
  readonly platform: Open<'ECS' | 'Server' | 'Lambda'>
  readonly services: readonly { readonly cluster: string; readonly service: string }[]
  readonly config: string
  /** The two groups that change places with each deployment. */
  readonly targetGroups: readonly TargetGroupArn[]
  readonly hasTestListener: boolean
  /** How long a deployment waits to be continued before users reach the new tasks, in minutes; 0: not at all. */
  readonly readyWaitMinutes: number
  /** How long the old tasks stay after all traffic has moved, in minutes. */
  readonly terminationWaitMinutes: number
}

/** Percent, and minutes between two steps. */
export type TrafficRouting =
  | { readonly kind: 'all-at-once' }
  | { readonly kind: 'canary'; readonly percent: number; readonly minutes: number }
  | { readonly kind: 'linear'; readonly percent: number; readonly minutes: number }

/** GetDeployment. */
export interface CodeDeploymentView {
  readonly id: string
  readonly status: Open<
    'Created' | 'Queued' | 'InProgress' | 'Baking' | 'Ready' | 'Succeeded' | 'Failed' | 'Stopped'
  >
  readonly creator: Open<'user' | 'autoscaling' | 'codeDeployRollback'>
  /** As its AppSpec file names it; `undefined` when CodeDeploy does not show that. */
  readonly taskDefinition: TaskDefinitionArn | undefined
  readonly createdAt: number
  readonly finishedAt: number | undefined
  readonly error: { readonly code: string; readonly message: string } | undefined
  /** The deployment that takes this one back. */
  readonly rollbackId: string | undefined
  /** The deployment that this one takes back. */
  readonly rollbackOf: string | undefined
  /** For which ends CodeDeploy takes it back by itself (`AutoRollbackEvent`). */
  readonly rollsBackOn: readonly string[]
  /** All traffic has moved, and the old tasks wait for their end. */
  readonly isTerminating: boolean
}

/** GetDeploymentTarget. */
export interface TargetProgress {
  /** The lifecycle event that is under way. */
  readonly event: string | undefined
  /** Percent of users' traffic that the new task set gets. */
  readonly weight: number | undefined
}
