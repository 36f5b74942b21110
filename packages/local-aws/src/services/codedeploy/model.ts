/** What CodeDeploy remembers. */
import type {
  ApplicationInfo,
  DeploymentConfigInfo,
  DeploymentGroupInfo,
  DeploymentInfo,
  DeploymentWaitType,
  ECSTaskSet,
  LifecycleEvent,
} from '@aws-sdk/client-codedeploy'
import type { DeploymentRun } from './deployment-run.ts'

export interface ApplicationRecord {
  readonly info: ApplicationInfo
  readonly groups: Map<string, GroupRecord>
}

export interface GroupRecord {
  readonly info: DeploymentGroupInfo
  /** Newest first. */
  readonly deployments: DeploymentRecord[]
}

export interface DeploymentRecord {
  readonly id: string
  readonly group: GroupRecord
  /** As GetDeployment shows it. */
  readonly info: DeploymentInfo
  readonly events: LifecycleEvent[]
  /** Ids of the task sets: what served when it began, and what it has made. */
  blue: string | undefined
  green: string | undefined
  /** As they were seen last; a deployment that is over shows them for ever. */
  taskSets: ECSTaskSet[]
  /** What ContinueDeployment would end now. */
  waits: DeploymentWaitType | undefined
  /** As StopDeployment was told; nothing when it was not. */
  rollBackOnStop: boolean | undefined
  lastUpdatedAt: number
  run: DeploymentRun | undefined
}

export interface CodeDeployState {
  readonly applications: Map<string, ApplicationRecord>
  readonly configs: Map<string, DeploymentConfigInfo>
  readonly deployments: Map<string, DeploymentRecord>
}

const OVER: readonly (string | undefined)[] = ['Succeeded', 'Failed', 'Stopped']

export const isOver = ({ info }: Pick<DeploymentRecord, 'info'>): boolean =>
  OVER.includes(info.status)
