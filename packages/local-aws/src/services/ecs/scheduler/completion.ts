/**
 * When a deployment is done. The rules of early success are those of the developer guide, 'Complete Amazon ECS rolling
 * deployments early with early success criteria', and of API_DeploymentEarlySuccessCriteria (2026-09).
 */
import type { DeploymentEarlySuccessCriteria } from '@aws-sdk/client-ecs'
import type { DeploymentRecord } from '../model.ts'
import type { Present } from './reconcile.ts'

export interface Progress {
  readonly desired: number
  /** Tasks of the primary deployment that are meant to run. */
  readonly own: readonly Pick<Present<unknown>, 'condition'>[]
  /** All other tasks of the service that have not come to STOPPED: old ones that drain still count. */
  readonly leaving: number
  /** Those of them that belong to other deployments. */
  readonly replaced: number
}

/**
 * Whether the service is as it is meant to be: the target revision runs, healthy, at 100 % of the desired count, and
 * the tasks of the source are gone. That ends a deployment without early success criteria, and makes a service steady.
 */
export const isSteady = ({ desired, own, leaving }: Omit<Progress, 'replaced'>): boolean =>
  leaving === 0 && own.length === desired && own.every(({ condition }) => condition === 'healthy')

/**
 * The criteria that end this deployment early, where it has any: those that it began with. That a change of the service
 * in the middle of a deployment does not count, and that a rollback ends only at 100 %, is unproven.
 */
export function earlySuccessOf({
  serviceDeployment,
  isRollback,
}: Pick<DeploymentRecord, 'serviceDeployment' | 'isRollback'>):
  DeploymentEarlySuccessCriteria | undefined {
  const criteria = serviceDeployment.deploymentConfiguration?.earlySuccessCriteria
  return criteria?.enable === true && !isRollback ? criteria : undefined
}

/**
 * Whether enough of it is healthy: from then on the bake time of its alarms runs. Percents of a task are rounded up, and
 * at least one task has to be healthy; that none has to be where none is wanted is unproven.
 */
export function isHealthyEnough(
  progress: Progress,
  criteria: DeploymentEarlySuccessCriteria | undefined,
): boolean {
  if (!criteria) return isSteady(progress)
  const { desired, own } = progress
  const { healthyPercent = 100 } = criteria
  const needed = Math.min(desired, Math.max(1, Math.ceil((desired * healthyPercent) / 100)))
  return own.filter(({ condition }) => condition === 'healthy').length >= needed
}

/**
 * Whether the old tasks are out of the way, the last thing a deployment waits for. With DEFERRED they go on their own
 * time. The guide has them cleaned up after the bake; here they go as soon as the new ones make up for them, as in any
 * rolling deployment.
 */
export const isCleanedUp = (
  { replaced }: Progress,
  criteria: DeploymentEarlySuccessCriteria | undefined,
): boolean => criteria?.sourceServiceRevisionCleanup === 'DEFERRED' || replaced === 0
