/** The sentences of ECS, each in one place, as public recordings of the API show them. */
import type { DeploymentRecord } from '../model.ts'

const tasks = (ids: readonly string[]): string => ids.map((id) => `(task ${id})`).join(' ')

export const EVENT = {
  started: (ids: readonly string[]): string => ` has started ${ids.length} tasks: ${tasks(ids)}.`,
  stopped: (ids: readonly string[]): string =>
    ` has stopped ${ids.length} running tasks: ${tasks(ids)}.`,
  registered: (count: number, group: string): string =>
    ` registered ${count} targets in (target-group ${group})`,
  deregistered: (count: number, group: string): string =>
    ` deregistered ${count} targets in (target-group ${group})`,
  draining: (count: number): string => ` has begun draining connections on ${count} tasks.`,
  unhealthy: (task: string, port: number, group: string, reason: string): string =>
    ` (task ${task}) (port ${port}) is unhealthy in (target-group ${group}) due to (reason ${reason})`,
  containerUnhealthy: (task: string): string => ` (task ${task}) failed container health checks.`,
  completed: (deployment: DeploymentRecord): string =>
    ` (deployment ${deployment.id}) deployment completed.`,
  failed: (deployment: DeploymentRecord, why: string): string =>
    ` (deployment ${deployment.id}) deployment failed: ${why}.`,
  rollingBack: (deployment: DeploymentRecord): string =>
    ` rolling back to deployment ${deployment.id}.`,
  steady: (): string => ' has reached a steady state.',
  cannotStart: (): string =>
    ' is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.',
}

export const STOPPED_REASON = {
  scaling: (deployment: DeploymentRecord): string =>
    `Scaling activity initiated by (deployment ${deployment.id})`,
  unhealthyTarget: (group: string): string =>
    `Task failed ELB health checks in (target-group ${group})`,
  unhealthyContainer: (): string => 'Task failed container health checks',
}

export const ROLLOUT = {
  inProgress: (id: string): string => `ECS deployment ${id} in progress.`,
  completed: (id: string): string => `ECS deployment ${id} completed.`,
  breaker: (): string => 'ECS deployment circuit breaker: tasks failed to start.',
  /** Unproven: no recording of an alarm's words was found. */
  alarm: (names: readonly string[]): string =>
    `ECS deployment alarms: ${names.join(', ')} in ALARM.`,
  rollingBack: (id: string): string =>
    `ECS deployment circuit breaker: rolling back to deploymentId ${id}.`,
}

export const STATUS_REASON = {
  breaker: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
  breakerOnly: 'Service deployment failed because the circuit breaker threshold was exceeded.',
  /** Unproven, as are the next two. */
  alarm: 'Service deployment rolled back because of a CloudWatch alarm.',
  user: 'Service deployment rolled back because of a StopServiceDeployment request.',
  newer: 'Service deployment was stopped because a newer service deployment was started.',
}
