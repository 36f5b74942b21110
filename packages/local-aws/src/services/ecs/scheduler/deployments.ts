/** Which deployment of a service a task belongs to, and which task is whose. */
import type { DeploymentRecord, ServiceRecord, TaskRecord } from '../model.ts'

export const primaryOf = (service: ServiceRecord): DeploymentRecord | undefined =>
  service.deployments.find(({ status }) => status === 'PRIMARY')

/** The deployment that is being replaced and was proven by its completion. */
export const sourceOf = (service: ServiceRecord): DeploymentRecord | undefined =>
  service.deployments.find(
    ({ status, rolloutState }) => status === 'ACTIVE' && rolloutState === 'COMPLETED',
  )

/**
 * After a completion: what it has replaced is listed as long as it has tasks, which early success may leave behind ("Use
 * DescribeServices to monitor the tasks on the source service revision", early-success-criteria.html).
 */
export function forgetReplaced(service: ServiceRecord): void {
  const tasks = tasksOf(service).filter(({ lastStatus }) => lastStatus !== 'STOPPED')
  service.deployments = service.deployments.filter(
    (each) =>
      each.status === 'PRIMARY' || tasks.some((task) => deploymentOf(service, task) === each),
  )
}

/** The newest deployment that claims a task has it: a rollback takes over what still runs of the one it goes back to. */
export const deploymentOf = (
  { deployments }: ServiceRecord,
  { startedBy = '' }: TaskRecord,
): DeploymentRecord | undefined =>
  deployments.find(({ id, adopts }) => id === startedBy || adopts.includes(startedBy))

/** All tasks that the service has started, stopped ones as long as ECS remembers them; oldest first. */
export function tasksOf({ cluster, name }: ServiceRecord): TaskRecord[] {
  const group = `service:${name}`
  return [...cluster.tasks.values()].filter((task) => task.group === group)
}
