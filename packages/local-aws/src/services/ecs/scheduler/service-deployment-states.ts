/** The states of a service deployment, and what changes with them (service-deployment.html of the developer guide). */
import type {
  DeploymentLifecycleHookDetail,
  ServiceDeployment,
  ServiceDeploymentStatus,
} from '@aws-sdk/client-ecs'

const ONGOING: readonly string[] = [
  'PENDING',
  'IN_PROGRESS',
  'STOP_REQUESTED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
]

export const isOngoing = ({ status }: ServiceDeployment): boolean => ONGOING.includes(status ?? '')

/** Whether its end is decided already: a request to stop it changes nothing any more (stop-service-deployment.html). */
export const isEnding = ({ status }: ServiceDeployment): boolean =>
  status === 'STOP_REQUESTED' ||
  status === 'ROLLBACK_REQUESTED' ||
  status === 'ROLLBACK_IN_PROGRESS'

/** "A new deployment was triggered (invalidating previous hookIds)"; that they are shown no more is unproven. */
function withdrawHooks(deployment: ServiceDeployment): void {
  const { lifecycleHookDetails: shown } = deployment
  const isOver = ({ status }: DeploymentLifecycleHookDetail): boolean =>
    status !== 'AWAITING_ACTION' && status !== 'IN_PROGRESS'
  if (shown) deployment.lifecycleHookDetails = shown.filter(isOver)
}

export type FinalStatus = 'SUCCESSFUL' | 'STOPPED' | 'ROLLBACK_SUCCESSFUL' | 'ROLLBACK_FAILED'

export function enter(
  deployment: ServiceDeployment,
  status: ServiceDeploymentStatus,
  now: number,
  reason?: string,
): void {
  deployment.status = status
  deployment.updatedAt = new Date(now)
  if (status === 'IN_PROGRESS') deployment.startedAt = new Date(now)
  if (reason !== undefined) deployment.statusReason = reason
  if (status !== 'IN_PROGRESS') withdrawHooks(deployment)
}

export function finish(
  deployment: ServiceDeployment,
  status: FinalStatus,
  now: number,
  reason?: string,
): void {
  enter(deployment, status, now, reason)
  deployment.finishedAt = new Date(now)
  if (status === 'STOPPED') deployment.stoppedAt = new Date(now)
  const { deploymentCircuitBreaker: breaker, alarms } = deployment
  if (breaker?.status === 'MONITORING') breaker.status = 'MONITORING_COMPLETE'
  if (alarms?.status === 'MONITORING') alarms.status = 'MONITORING_COMPLETE'
}
