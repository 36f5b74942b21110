import type { Clock, Place, TargetGroups } from '../../../parts.ts'
import type { EcsState, ServiceRecord, TaskSetRecord } from '../model.ts'
import type { BlueGreenService, BlueGreenServices, TaskSetRequest } from '../part.ts'
import { findCluster, requireActiveTaskDefinition } from '../resolve.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { findService } from '../services/find-service.ts'
import { checkContainer, checkTargetGroupExists } from '../services/service-checks.ts'
import { drainTaskSet, makePrimary, newTaskSet, settingsOfTaskSet } from './task-set-records.ts'
import { taskSetShape } from './task-set-shape.ts'

interface Deps {
  readonly state: EcsState
  readonly clock: Clock
  readonly place: Place
  readonly scheduler: Scheduler
  readonly targetGroups: TargetGroups
}

/** The services that CodeDeploy works on, without going through the API. */
export const createBlueGreenServices = (deps: Deps): BlueGreenServices => ({
  find(clusterName, serviceName) {
    const cluster = findCluster(deps.state, clusterName)
    const service = cluster && findService(cluster, serviceName)
    return service?.status === 'ACTIVE' ? blueGreenService(service, deps) : undefined
  },
})

function blueGreenService(service: ServiceRecord, deps: Deps): BlueGreenService {
  const { clock, scheduler } = deps
  const change = (id: string, changed: (set: TaskSetRecord) => void): void => {
    const set = service.taskSets.find((each) => each.id === id)
    if (!set) return
    changed(set)
    scheduler.changed(service)
  }
  return {
    arn: service.arn,
    controller: service.settings.deploymentController?.type ?? 'ECS',
    taskSets: () => service.taskSets.map((set) => taskSetShape(service, set)),
    createTaskSet(request) {
      const { id } = createTaskSet(service, request, deps)
      scheduler.changed(service)
      return id
    },
    makePrimary(id) {
      change(id, (set) => {
        makePrimary(service, set, clock.now())
      })
    },
    drain(id) {
      change(id, (set) => {
        drainTaskSet(set, clock.now())
      })
    },
  }
}

/** Unlike CreateService it takes a target group that no listener forwards to yet. */
function createTaskSet(service: ServiceRecord, request: TaskSetRequest, deps: Deps): TaskSetRecord {
  const { externalId, loadBalancer, platformVersion, networkConfiguration } = request
  const { capacityProviderStrategy } = request
  const taskDefinition = requireActiveTaskDefinition(deps.state, request.taskDefinition)
  checkTargetGroupExists(loadBalancer.targetGroupArn, deps.targetGroups)
  checkContainer(loadBalancer, taskDefinition)
  const { launchType, ...inherited } = settingsOfTaskSet(service)
  return newTaskSet(
    service,
    {
      ...inherited,
      ...(launchType !== undefined && !capacityProviderStrategy && { launchType }),
      ...(capacityProviderStrategy && { capacityProviderStrategy }),
      ...(platformVersion !== undefined && { platformVersion }),
      ...(networkConfiguration && { networkConfiguration }),
      loadBalancers: [loadBalancer],
      taskDefinition,
      externalId,
      startedBy: 'CODE_DEPLOY',
    },
    deps,
  )
}
