import type { DeploymentRecord, ServiceRecord } from '../model.ts'
import { planNext } from '../scheduler/reconcile.ts'
import type { ServiceTasks } from '../scheduler/service-tasks.ts'

/**
 * Keeps the tasks of one deployment at the desired count of the service, whatever else runs: minimum and maximum percent
 * are for rolling deployments. One that is not `maintained` gets no new tasks.
 */
export function keep(
  each: DeploymentRecord,
  isMaintained: boolean,
  service: Pick<ServiceRecord, 'desiredCount'>,
  tasks: ServiceTasks,
): void {
  const plan = planNext({
    desired: service.desiredCount,
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    own: tasks.present((owner) => owner === each),
    source: [],
    abandoned: [],
    isStalled: !isMaintained,
  })
  tasks.start(each, plan.start)
  tasks.stop(each, plan)
}
