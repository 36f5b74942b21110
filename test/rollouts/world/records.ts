/** What the simulated ECS knows of one service. */
import type {
  DeploymentConfiguration,
  HookView,
  ServiceDeploymentStatus,
  ServiceEventView,
} from '@ecs-pipeline/rollout'

/** Who made something: the run under test, somebody else, ECS itself, or whoever was there before the run. */
export type Maker = 'run' | 'other' | 'ecs' | 'past'

export interface ServiceState {
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE'
  desired: number
  /** Of the task definition that the service is set to. */
  revision: number
  /** As UpdateService has set it last. */
  configuration: DeploymentConfiguration
  /** Percent of the traffic, by service revision; empty as long as nothing shifts any. Replaced, never changed. */
  traffic: ReadonlyMap<string, TrafficShare>
  /** Newest first; the first is PRIMARY. */
  deployments: Deployment[]
  /** Newest first. */
  serviceDeployments: ServiceDeployment[]
  /** What ECS can go back to. */
  completed: Deployment | undefined
  /** Those that have not stopped. */
  tasks: Task[]
  /** Newest first. */
  stopped: Task[]
  /** Newest first; replaced, never changed. */
  events: readonly ServiceEventView[]
}

export interface TrafficShare {
  readonly production: number
  readonly test: number
}

export interface Deployment {
  readonly id: string
  readonly madeBy: Maker
  readonly revision: number
  /** Of the service revision that it runs, which is not that of its service deployment in a rollback. */
  readonly revisionArn: string
  /** The target group of its tasks. */
  readonly group: string
  readonly serviceDeployment: ServiceDeployment
  readonly isRollback: boolean
  readonly createdAt: number
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED'
  rolloutStateReason: string
  failedTasks: number
  /** Tasks that could not be started, in a row; ECS waits longer after each. */
  failedStarts: number
  pausedUntil: number
  /** When the first task ran. */
  servesSince: number | undefined
  /** When users first got bad answers; of a deployment that shifts traffic. */
  badSince: number | undefined
  /** When everything was as it is wanted for the first time. */
  steadySince: number | undefined
}

type MonitorState = 'DISABLED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'TRIGGERED'

export interface ServiceDeployment {
  readonly arn: string
  readonly madeBy: Maker
  readonly revision: number
  readonly revisionArn: string
  readonly sources: readonly string[]
  readonly createdAt: number
  /** As the service had it when it began. */
  readonly configuration: DeploymentConfiguration
  lifecycleStage: string | undefined
  /** Of the present stage, or of the last one that had any. */
  hooks: readonly HookView[]
  status: ServiceDeploymentStatus
  statusReason: string | undefined
  startedAt: number | undefined
  finishedAt: number | undefined
  /** Who asked for the rollback. */
  rolledBackBy: Maker | undefined
  /** By a hook that nobody answered in time. */
  isBackByHook: boolean
  /** Percent of the users' requests that its revision had when it ended. */
  finalWeight: number | undefined
  rollback:
    | { readonly reason: string; readonly startedAt: number; readonly revisionArn: string }
    | undefined
  breaker: { status: MonitorState; failureCount: number; readonly threshold: number }
  alarms: { status: MonitorState; triggered: readonly string[] }
}

export interface Task {
  readonly id: string
  readonly number: number
  /** The deployment that made it; a rollback takes the tasks of what it goes back to over. */
  readonly startedBy: string
  owner: Deployment
  readonly revision: number
  readonly createdAt: number
  status: 'PENDING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPED'
  health: 'unknown' | 'healthy' | 'unhealthy'
  wasHealthy: boolean
  startedAt: number | undefined
  stoppedAt: number | undefined
  stopCode: string | undefined
  stoppedReason: string | undefined
  exitCode: number | undefined
}

export const isStopping = ({ status }: Task): boolean =>
  status === 'DEACTIVATING' || status === 'STOPPED'

/** It runs and is not on its way out. */
export const isServing = ({ status }: Task): boolean => status === 'RUNNING'

export const isHealthy = (task: Task): boolean => isServing(task) && task.health === 'healthy'

const ONGOING = new Set<string>([
  'PENDING',
  'IN_PROGRESS',
  'STOP_REQUESTED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
])

export const isOngoing = ({ status }: { readonly status: string }): boolean => ONGOING.has(status)

export function finish(
  deployment: ServiceDeployment,
  status: ServiceDeploymentStatus,
  now: number,
  reason?: string,
): void {
  deployment.status = status
  deployment.finishedAt = now
  if (reason !== undefined) deployment.statusReason = reason
  for (const monitor of [deployment.breaker, deployment.alarms]) {
    if (monitor.status === 'MONITORING') monitor.status = 'MONITORING_COMPLETE'
  }
}

/** Whether it moves traffic between two groups, instead of replacing tasks in one. */
export const isShifting = ({ serviceDeployment }: Deployment): boolean =>
  (serviceDeployment.configuration.strategy ?? 'ROLLING') !== 'ROLLING'

/** Those of a deployment that are meant to run. */
export const presentOf = ({ tasks }: Pick<ServiceState, 'tasks'>, owner: Deployment): Task[] =>
  tasks.filter((task) => task.owner === owner && !isStopping(task))

/** The deployment that a new one replaces, as local-aws has it. */
export const replacedBy = (deployments: readonly Deployment[]): Deployment | undefined =>
  deployments.find(({ rolloutState }) => rolloutState === 'COMPLETED') ??
  deployments.find(({ isRollback }) => isRollback) ??
  deployments[0]
