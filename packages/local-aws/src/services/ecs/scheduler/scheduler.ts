/**
 * Keeps services as they are meant to be: starts and stops tasks, registers and drains targets, and carries deployments
 * to their end.
 */
import type { DeploymentLifecycleHookAction } from '@aws-sdk/client-ecs'
import type { AlarmStates, Clock, ListenerRules, Place, TargetGroups } from '../../../parts.ts'
import type { ServiceRecord, TaskDefinitionRecord, TaskLifecycle, TaskRecord } from '../model.ts'
import type { LambdaHooks } from '../shifting/lambda-hooks.ts'
import type { DeploymentPhases } from './deployment-phases.ts'
import { ServiceRun } from './service-run.ts'

export interface SchedulerDeps {
  readonly clock: Clock
  readonly place: Place
  readonly lifecycle: TaskLifecycle
  readonly targetGroups: TargetGroups
  readonly listenerRules: ListenerRules
  readonly lambdaHooks: LambdaHooks
  readonly alarms: AlarmStates
  readonly phases: DeploymentPhases
}

export interface Scheduler {
  /** Starts a new service deployment with the service's settings as they are now; one under way is superseded. */
  begin(service: ServiceRecord, taskDefinition: TaskDefinitionRecord): void
  /** Settings or desired count have changed, without a new service deployment. */
  changed(service: ServiceRecord): void
  /** Rolls the service deployment that is under way back; false when there is nothing to go back to. */
  goBack(service: ServiceRecord): boolean
  /** Answers the hook that the deployment under way waits for; false when none waits under that id. */
  resume(service: ServiceRecord, hookId: string, action: DeploymentLifecycleHookAction): boolean
  /** Stops the tasks of a service that is DRAINING; it is INACTIVE once they are gone. */
  remove(service: ServiceRecord): void
  close(): void
}

/** Takes over `lifecycle.beforeStop` for draining; tasks of no service are left alone. */
export function createScheduler(deps: SchedulerDeps): Scheduler {
  const runs = new Map<ServiceRecord, ServiceRun>()
  const runOf = (service: ServiceRecord): ServiceRun => {
    const run = runs.get(service) ?? new ServiceRun(service, deps)
    runs.set(service, run)
    return run
  }
  const runOfTask = (task: TaskRecord): ServiceRun | undefined => {
    const name = /^service:(.+)$/.exec(task.group)?.[1]
    const service = name === undefined ? undefined : task.cluster.services.get(name)
    return service && runs.get(service)
  }
  deps.lifecycle.beforeStop = (task) => runOfTask(task)?.drain(task) ?? Promise.resolve()
  deps.lifecycle.onChange((task) => runOfTask(task)?.lookSoon())
  deps.targetGroups.onHealthCheck((group, target) => {
    for (const run of runs.values()) if (run.hasTarget(group, target)) run.lookSoon()
  })
  return {
    begin(service, taskDefinition) {
      runOf(service).begin(taskDefinition)
    },
    changed(service) {
      runOf(service).lookSoon()
    },
    goBack: (service) => runOf(service).goBack(),
    resume: (service, hookId, action) => runOf(service).resume(hookId, action),
    remove(service) {
      runOf(service).remove()
    },
    close() {
      for (const run of runs.values()) run.close()
    },
  }
}
