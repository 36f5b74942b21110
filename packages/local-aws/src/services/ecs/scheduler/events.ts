/** The sentences of ECS, each in one place, as public recordings of the API show them unless marked unproven. */
import type { DeploymentRecord } from '../model.ts'

type Named = Pick<DeploymentRecord, 'id'>

const tasks = (ids: readonly string[]): string => ids.map((id) => `(task ${id})`).join(' ')

/** What follows `(service NAME)` in the events of DescribeServices. */
export const EVENT = {
  started: (ids: readonly string[]): string => ` has started ${ids.length} tasks: ${tasks(ids)}.`,
  stopped: (ids: readonly string[]): string =>
    ` has stopped ${ids.length} running tasks: ${tasks(ids)}.`,
  registered: (count: number, group: string): string =>
    ` registered ${count} targets in (target-group ${group})`,
  deregistered: (count: number, group: string): string =>
    ` deregistered ${count} targets in (target-group ${group})`,
  draining: (count: number): string => ` has begun draining connections on ${count} tasks.`,
  unhealthyTarget: (task: string, port: number, group: string, reason: string): string =>
    ` (task ${task}) (port ${port}) is unhealthy in (target-group ${group}) due to (reason ${reason})`,
  unhealthyContainer: (task: string): string => ` (task ${task}) failed container health checks.`,
  cannotPlace: (reason: string): string => ` was unable to place a task. Reason: ${reason}.`,
  cannotStart: (): string =>
    ' is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
  completed: ({ id }: Named): string => ` (deployment ${id}) deployment completed.`,
  failed: ({ id }: Named, why: string): string => ` (deployment ${id}) deployment failed: ${why}.`,
  rollingBack: ({ id }: Named): string => ` rolling back to deployment ${id}.`,
  steady: (): string => ' has reached a steady state.',
}

/** `stoppedReason` of tasks that the scheduler stops. */
export const STOPPED_REASON = {
  scaling: ({ id }: Named): string => `Scaling activity initiated by (deployment ${id})`,
  unhealthyTarget: (group: string): string =>
    `Task failed ELB health checks in (target-group ${group})`,
  unhealthyContainer: (): string => 'Task failed container health checks',
}

/** `rolloutStateReason` of a deployment. */
export const ROLLOUT = {
  inProgress: ({ id }: Named): string => `ECS deployment ${id} in progress.`,
  completed: ({ id }: Named): string => `ECS deployment ${id} completed.`,
  tasksFailed: (): string => 'ECS deployment circuit breaker: tasks failed to start.',
  /** Unproven: only the event of a triggered alarm has been recorded. */
  alarmDetected: (): string => 'ECS deployment alarms: alarm detected.',
  rollingBack: ({ id }: Named): string =>
    `ECS deployment circuit breaker: rolling back to deploymentId ${id}.`,
  /** Unproven, for a rollback that no circuit breaker began. */
  goingBack: ({ id }: Named): string => `ECS deployment: rolling back to deploymentId ${id}.`,
}

/** `statusReason` of a service deployment. All but the first, `superseded` and those that cite a source are unproven. */
export const STATUS_REASON = {
  breakerRolledBack:
    'Service deployment rolled back because the circuit breaker threshold was exceeded.',
  noCandidate: 'No rollback candidate was found to run the rollback.',
  breakerStopped: 'Service deployment failed because the circuit breaker threshold was exceeded.',
  alarmRolledBack: 'Service deployment rolled back because of a CloudWatch alarm.',
  alarmStopped: 'Service deployment failed because of a CloudWatch alarm.',
  byUser: 'Service deployment rolled back because of a StopServiceDeployment request.',
  /** With STOPPED, as `list-service-deployments` shows it (kayac/ecspresso#899 and #929). */
  superseded: 'Replaced by a new service deployment.',
}
