import type { ServiceRevision } from '@aws-sdk/client-ecs'
import type { DeploymentRecord, ServiceRecord, TaskDefinitionRecord } from '../model.ts'
import { revisionSettings } from '../services/settings.ts'
import { newPrimary, type RecordDeps } from './records.ts'
import { enter } from './service-deployment-states.ts'

/** What a service can go back to: its last deployment that completed. */
export interface Completed {
  readonly taskDefinition: TaskDefinitionRecord
  readonly revision: ServiceRevision
  /** Its id, and those of the deployments whose tasks it had taken over. */
  readonly deploymentIds: readonly string[]
  readonly settings: ReturnType<typeof revisionSettings>
}

export const completedBy = (deployment: DeploymentRecord, service: ServiceRecord): Completed => ({
  taskDefinition: deployment.taskDefinition,
  revision: deployment.revision,
  deploymentIds: [deployment.id, ...deployment.adopts],
  settings: revisionSettings(service.settings),
})

export interface RollbackWords {
  /** `statusReason` of the service deployment. */
  readonly status: string
  /** `rollback.reason` of the service deployment. */
  readonly why: string
  /** `rolloutStateReason` of the deployment that goes back. */
  readonly rollout: (deployment: { readonly id: string }) => string
}

/**
 * Puts the service back to `target` by a deployment that takes its place and goes on with those of its tasks that still
 * run. It belongs to the service deployment that failed. That it has an id of its own, and not that of the completed
 * one again, is unproven.
 */
export function startRollback(
  service: ServiceRecord,
  failed: DeploymentRecord,
  target: Completed,
  words: RollbackWords,
  deps: RecordDeps,
): DeploymentRecord {
  const { serviceDeployment } = failed
  const { taskDefinition, revision, deploymentIds } = target
  const now = deps.clock.now()
  enter(serviceDeployment, 'ROLLBACK_IN_PROGRESS', now, words.status)
  serviceDeployment.rollback = {
    reason: words.why,
    startedAt: new Date(now),
    serviceRevisionArn: revision.serviceRevisionArn,
  }
  service.settings = { ...service.settings, ...target.settings }
  service.deployments = service.deployments.filter(({ id }) => !deploymentIds.includes(id))
  const made = {
    taskDefinition,
    revision,
    serviceDeployment,
    isRollback: true,
    adopts: deploymentIds,
  }
  return newPrimary(service, made, words.rollout, deps)
}
